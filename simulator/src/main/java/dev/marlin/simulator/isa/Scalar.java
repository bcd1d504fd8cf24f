package dev.marlin.simulator.isa;

/** Scalar arithmetic of RV32M and xpulpv2. Pure functions; {@code d} is the old destination. */
public final class Scalar {
  private Scalar() {}

  /** A condition as a register sees it. */
  public static int bit(boolean condition) {
    return condition ? 1 : 0;
  }

  public static int less(int a, int b) {
    return bit(a < b);
  }

  public static int lessOrEqual(int a, int b) {
    return bit(a <= b);
  }

  public static int lessUnsigned(int a, int b) {
    return bit(a + Integer.MIN_VALUE < b + Integer.MIN_VALUE);
  }

  public static int lessOrEqualUnsigned(int a, int b) {
    return bit(a + Integer.MIN_VALUE <= b + Integer.MIN_VALUE);
  }

  public static int mulh(int a, int b) {
    return (int) (((long) a * b) >> 32);
  }

  public static int mulhsu(int a, int b) {
    return (int) ((a * (b & 0xffffffffL)) >> 32);
  }

  public static int mulhu(int a, int b) {
    return (int) (((a & 0xffffffffL) * (b & 0xffffffffL)) >>> 32);
  }

  /** Signed quotient; -1 for division by zero; INT_MIN / -1 wraps. */
  public static int div(int a, int b) {
    return b == 0 ? -1 : a / b;
  }

  public static int divu(int a, int b) {
    return b == 0 ? -1 : Integer.divideUnsigned(a, b);
  }

  /** Signed remainder; the dividend for division by zero. */
  public static int rem(int a, int b) {
    return b == 0 ? a : a % b;
  }

  public static int remu(int a, int b) {
    return b == 0 ? a : Integer.remainderUnsigned(a, b);
  }

  public static int minu(int a, int b) {
    return Integer.compareUnsigned(a, b) < 0 ? a : b;
  }

  public static int maxu(int a, int b) {
    return Integer.compareUnsigned(a, b) > 0 ? a : b;
  }

  /** Redundant sign bits: leading copies of the sign bit less one; 0 for 0. */
  public static int clb(int a) {
    return a == 0 ? 0 : Integer.numberOfLeadingZeros(a ^ a >> 31) - 1;
  }

  /** Index of the most significant one; 32 for 0. */
  public static int fl1(int a) {
    return a == 0 ? 32 : 31 - Integer.numberOfLeadingZeros(a);
  }

  /** Clips to the signed range of {@code bits} bits; 0 bits behave as 1. */
  public static int clip(int a, int bits) {
    int limit = (1 << (Math.max(bits, 1) - 1)) - 1;
    return Math.max(-limit - 1, Math.min(limit, a));
  }

  /** Clips to 0 .. 2^(bits-1) - 1. */
  public static int clipu(int a, int bits) {
    int limit = (1 << (Math.max(bits, 1) - 1)) - 1;
    return Math.max(0, Math.min(limit, a));
  }

  /** Clips to -b-1 .. b; the lower bound is tested first. */
  public static int clipr(int a, int b) {
    return a < -b - 1 ? -b - 1 : Math.min(a, b);
  }

  /** Clips to 0 .. b; the upper bound is tested first. */
  public static int clipur(int a, int b) {
    return a > b ? b : Math.max(a, 0);
  }

  /**
   * The signed bit field of {@code a} that {@code field} describes: width - 1 in bits 9..5,
   * position in bits 4..0. A field of all 32 bits reads as 0, as in gvsoc, where its mask
   * overflows; no compiler makes one.
   */
  public static int extract(int a, int field) {
    int position = field & 31;
    int width = Math.min((field >>> 5 & 31) + 1, 32 - position);
    return width == 32 ? 0 : a << (32 - position - width) >> (32 - width);
  }

  public static int extractu(int a, int field) {
    return (a & mask(field)) >>> (field & 31);
  }

  public static int insert(int a, int field, int d) {
    int mask = mask(field);
    return (d & ~mask) | (a << (field & 31) & mask);
  }

  public static int bset(int a, int field) {
    return a | mask(field);
  }

  public static int bclr(int a, int field) {
    return a & ~mask(field);
  }

  /** Half of {@code 2^shift}, what rounding adds before a shift; 0 when nothing is shifted. */
  public static int half(int shift) {
    return shift == 0 ? 0 : 1 << (shift - 1);
  }

  /**
   * Cycles of a signed division beyond those of an addition: a function of the divider alone. By
   * zero it takes as long as by one, which is what gvsoc measures on its host.
   */
  public static int divCycles(int divider) {
    return Integer.numberOfLeadingZeros(Math.abs(divider) | 1) + (divider < 0 ? 1 : 2);
  }

  /** Cycles of an unsigned division beyond those of an addition. */
  public static int divuCycles(int divider) {
    return Integer.numberOfLeadingZeros(divider | 1) + 2;
  }

  private static int mask(int field) {
    return (int) ((1L << ((field >>> 5 & 31) + 1)) - 1) << (field & 31);
  }
}
