package dev.marlin.simulator;

import dev.marlin.simulator.isa.Decoder;

/** Instruction words as text, in the manner of the GAP8 assembler: {@code p.lw a0,12(a1!)}. */
public final class Disassembler {
  private Disassembler() {}

  /**
   * The text of one instruction.
   *
   * @param word the instruction; of a compressed one (two low bits not both set) the low half
   * @param pc its address: branch and loop targets are written as addresses
   * @return mnemonic, a blank, operands; {@code .4byte 0x...} or {@code .2byte 0x...} when the word
   *     is no instruction
   */
  public static String disassemble(int word, int pc) {
    return Decoder.text(Decoder.decode(word, pc));
  }
}
