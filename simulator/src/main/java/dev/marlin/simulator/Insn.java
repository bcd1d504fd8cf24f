package dev.marlin.simulator;

import dev.marlin.simulator.isa.Alu;
import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Op;
import org.jspecify.annotations.Nullable;

/**
 * The instruction at an address, as cores execute it: decoded once for all cores of a domain, with
 * what differs between cores in bit masks (bit = core number).
 */
final class Insn {
  /**
   * Line number of no prefetch buffer: makes the fetch of an instruction at offset 14 take the slow
   * path.
   */
  private static final int NO_LINE = 1;

  // Kinds. From JUMP on, a hardware loop does not go back behind them ahead of time.
  static final int ALU = 0;
  static final int LOAD = 1;
  static final int STORE = 2;
  static final int JUMP = 3;
  static final int LOOP = 4;
  static final int OTHER = 5;

  // Post-increment: none, to the base, or (when the base is loaded) to what was loaded.
  static final int NO_POST = 0;
  static final int MOVES = 1;
  static final int ADDS_TO_LOADED = 2;

  /** Base 0 is not moved. */
  static final int KEEPS = 3;

  final int address;

  /** The 16-byte line that must be in the prefetch buffer for a free fetch. */
  final int line;

  /** Where in the instruction cache its line was last; only a guess. */
  int way;

  /**
   * Cores that must look at this twice: not decoded yet, watched, or one of the cases below. Others
   * execute it straight away.
   */
  int attention = -1;

  /** Cores that have decoded this, unless it is watched. */
  int settled;

  /** Cores that pay a cycle because the instruction before delivers an operand late. */
  int stalls;

  /** Cores that have set up a hardware loop ending here. */
  int loopEnds;

  int op;
  int rd;
  int rs1;
  int rs2;
  int imm;
  int constant;

  /** Cycles of the instruction itself. */
  int cycles;

  int size;

  /** What kind of instruction it is: {@link #ALU} and the like. */
  int kind;

  /** Of a load or store: bytes, whether they are extended with their sign, post-increment. */
  int bytes;

  boolean signed;
  int post;

  int scalar;

  /** The instruction that follows in memory. */
  @Nullable Insn next;

  /** The target of a branch or jump, or the last target of an indirect one. */
  @Nullable Insn target;

  /** Operands and text; null until it is decoded. */
  @Nullable Decoded decoded;

  /** Cores that have decoded this. */
  int known;

  /** Cores for which the instruction before delivers {@link #lateRegister} late. */
  int lateFor;

  int lateRegister;

  /** The translation that begins here, if there is one. */
  @Nullable HotCode hot;

  /** How often the translator has been asked for code that begins here. */
  int heat;

  /**
   * Falls with each time that a core ran ahead from here and came not far, rises with others; below
   * 0 nobody tries.
   */
  int worth = 4;

  /** How often nobody tries the next time that it falls below 0. */
  int pause = 32;

  /** How often the translation has been made again because more code became known. */
  int explored;

  Insn(int address) {
    this.address = address;
    this.line = (address & 15) <= 12 ? address & ~15 : NO_LINE;
  }

  /** Derives what depends on the operation. */
  void classify() {
    cycles =
        switch (op) {
          case Op.MULH, Op.MULHSU, Op.MULHU, Op.MRET -> 5;
          case Op.JAL, Op.JALR -> 2;
          case Op.ELW -> 3;
          default -> 1;
        };
    bytes = 0;
    signed = false;
    post = NO_POST;
    if (op >= Op.LW && op <= Op.SB_POST) {
      boolean stores = (op >= Op.SW && op <= Op.SB) || op >= Op.SW_POST;
      kind = stores ? STORE : LOAD;
      bytes =
          switch (op) {
            case Op.LW, Op.LW_POST, Op.SW, Op.SW_POST -> 4;
            case Op.LH, Op.LH_POST, Op.LHU, Op.LHU_POST, Op.SH, Op.SH_POST -> 2;
            default -> 1;
          };
      signed = op == Op.LH || op == Op.LH_POST || op == Op.LB || op == Op.LB_POST;
      if (op >= Op.LW_POST) {
        post = Core.addsToLoaded(this) ? ADDS_TO_LOADED : rs1 == 0 ? KEEPS : MOVES;
      }
    } else if (op >= Op.BEQ && op <= Op.JALR) {
      kind = JUMP;
    } else if (op >= Op.LP_START && op <= Op.LP_SETUP) {
      kind = LOOP;
    } else {
      kind = Alu.isPure(op) ? ALU : OTHER;
    }
  }

  /** Cycles that it waits for an operand that comes late. */
  int stallCycles() {
    return op >= Op.MULH && op <= Op.MULHU ? 2 : 1;
  }

  /** Forgets what was decoded, for all cores. */
  void forget() {
    attention = -1;
    settled = 0;
    stalls = 0;
    known = 0;
    lateFor = 0;
    decoded = null;
    target = null;
    hot = null;
    heat = 0;
  }
}
