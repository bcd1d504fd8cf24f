package dev.marlin.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A test program under construction: instruction words from 0x1c000080 on, and the ELF file around
 * them.
 */
final class Code {
  static final int BASE = 0x1c000000;
  static final int ENTRY = 0x80;

  static final int ZERO = 0;
  static final int T0 = 5;
  static final int T1 = 6;
  static final int T2 = 7;
  static final int A0 = 10;
  static final int A1 = 11;
  static final int A2 = 12;
  static final int A3 = 13;
  static final int A4 = 14;

  private final List<Integer> halves = new ArrayList<>();

  /** Address of the next instruction. */
  int here() {
    return BASE + ENTRY + 2 * halves.size();
  }

  Code word(int... words) {
    for (int word : words) {
      halves.add(word & 0xffff);
      halves.add(word >>> 16);
    }
    return this;
  }

  Code half(int half) {
    halves.add(half & 0xffff);
    return this;
  }

  Code nop(int count) {
    for (int i = 0; i < count; i++) {
      word(0x13);
    }
    return this;
  }

  /** lui and addi, whatever the value: two instructions. */
  Code li(int rd, int value) {
    return word((value + 0x800 & 0xfffff000) | rd << 7 | 0x37, addi(rd, rd, value << 20 >> 20));
  }

  static int addi(int rd, int rs1, int imm) {
    return imm << 20 | rs1 << 15 | rd << 7 | 0x13;
  }

  static int lw(int rd, int rs1, int imm) {
    return imm << 20 | rs1 << 15 | 2 << 12 | rd << 7 | 3;
  }

  static int sw(int rs2, int rs1, int imm) {
    return (imm >> 5 & 127) << 25 | rs2 << 20 | rs1 << 15 | 2 << 12 | (imm & 31) << 7 | 0x23;
  }

  static int csrr(int rd, int csr) {
    return csr << 20 | 2 << 12 | rd << 7 | 0x73;
  }

  static int r(int funct7, int funct3, int opcode, int rd, int rs1, int rs2) {
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
  }

  static int branch(int funct3, int rs1, int rs2, int offset) {
    return (offset >> 12 & 1) << 31
        | (offset >> 5 & 63) << 25
        | rs2 << 20
        | rs1 << 15
        | funct3 << 12
        | (offset >> 1 & 15) << 8
        | (offset >> 11 & 1) << 7
        | 0x63;
  }

  /** {@code jal rd, offset}. */
  static int jal(int rd, int offset) {
    return (offset >> 20 & 1) << 31
        | (offset >> 1 & 0x3ff) << 21
        | (offset >> 11 & 1) << 20
        | (offset >> 12 & 0xff) << 12
        | rd << 7
        | 0x6f;
  }

  /** Stores a value to an address; uses t0 and t1. */
  Code poke(int address, int value) {
    return li(T0, address).li(T1, value).word(sw(T1, T0, 0));
  }

  /** Ends the program with a status. */
  Code exit(int status) {
    return poke(0x1a1040a0, 0x80000000 | status).word(0x6f);
  }

  /** Replaces an instruction that is already there. */
  Code replace(int at, int word) {
    int half = (at - BASE - ENTRY) / 2;
    halves.set(half, word & 0xffff);
    halves.set(half + 1, word >>> 16);
    return this;
  }

  byte[] bytes() {
    ByteBuffer code = ByteBuffer.allocate(ENTRY + 2 * halves.size()).order(ByteOrder.LITTLE_ENDIAN);
    code.position(ENTRY);
    halves.forEach(half -> code.putShort(half.shortValue()));
    return code.array();
  }

  Program program() {
    return Program.parse(elf(bytes(), BASE), "test");
  }

  static byte[] elf(byte[] segment, int address) {
    ByteBuffer header = ByteBuffer.allocate(0x54).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(0x464c457f).put((byte) 1).put((byte) 1).put((byte) 1);
    header.position(16);
    header.putShort((short) 2).putShort((short) 243).putInt(1).putInt(BASE + ENTRY);
    header.putInt(52).putInt(0).putInt(0).putShort((short) 52).putShort((short) 32);
    header.putShort((short) 1).putShort((short) 40).putShort((short) 0).putShort((short) 0);
    header.putInt(1).putInt(0x54).putInt(address).putInt(address);
    header.putInt(segment.length).putInt(segment.length).putInt(5).putInt(4);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header.array());
    out.writeBytes(segment);
    return out.toByteArray();
  }
}
