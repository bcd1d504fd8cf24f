package dev.marlin.simulator;

import dev.marlin.simulator.isa.Decoded;
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

  /** How often the translation has been made again because more code became known. */
  int explored;

  Insn(int address) {
    this.address = address;
    this.line = (address & 15) <= 12 ? address & ~15 : NO_LINE;
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
