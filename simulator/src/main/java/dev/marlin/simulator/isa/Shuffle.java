package dev.marlin.simulator.isa;

/**
 * Moves lanes of a word about: extract, insert, shuffle and pack. Pure functions; {@code d} is the
 * old destination.
 */
public final class Shuffle {
  private Shuffle() {}

  public static int extractH(int a, int lane) {
    return Vector.h(a, lane & 1);
  }

  public static int extractB(int a, int lane) {
    return Vector.b(a, lane & 3);
  }

  public static int extractuH(int a, int lane) {
    return Vector.hu(a, lane & 1);
  }

  public static int extractuB(int a, int lane) {
    return Vector.bu(a, lane & 3);
  }

  public static int insertH(int a, int lane, int d) {
    int shift = 16 * (lane & 1);
    return (d & ~(0xffff << shift)) | (a & 0xffff) << shift;
  }

  public static int insertB(int a, int lane, int d) {
    int shift = 8 * (lane & 3);
    return (d & ~(0xff << shift)) | (a & 0xff) << shift;
  }

  /** Lane i of the result is the lane of {@code a} that bit 0 of lane i of {@code b} names. */
  public static int shuffleH(int a, int b) {
    return Vector.halves(Vector.hu(a, b & 1), Vector.hu(a, b >>> 16 & 1));
  }

  /** Lane i of the result is the lane of {@code a} that bit i of {@code select} names. */
  public static int shuffleSciH(int a, int select) {
    return Vector.halves(Vector.hu(a, select & 1), Vector.hu(a, select >>> 1 & 1));
  }

  /** Lane i of the result is the lane of {@code a} that bits 1..0 of lane i of {@code b} name. */
  public static int shuffleB(int a, int b) {
    return Vector.bytes(
        Vector.bu(a, b & 3),
        Vector.bu(a, b >>> 8 & 3),
        Vector.bu(a, b >>> 16 & 3),
        Vector.bu(a, b >>> 24 & 3));
  }

  /** Lanes 0 to 2 are selected by two bits each of {@code select}, lane 3 is lane {@code top}. */
  public static int shuffleI(int a, int select, int top) {
    return Vector.bytes(
        Vector.bu(a, select & 3),
        Vector.bu(a, select >>> 2 & 3),
        Vector.bu(a, select >>> 4 & 3),
        Vector.bu(a, top));
  }

  /** As shuffleH, but bit 1 of the selector chooses between {@code a} (set) and {@code d}. */
  public static int shuffle2H(int a, int b, int d) {
    return Vector.halves(pickH(a, b, d), pickH(a, b >>> 16, d));
  }

  /** As shuffleB, but bit 2 of the selector chooses between {@code a} (set) and {@code d}. */
  public static int shuffle2B(int a, int b, int d) {
    return Vector.bytes(
        pickB(a, b, d), pickB(a, b >>> 8, d), pickB(a, b >>> 16, d), pickB(a, b >>> 24, d));
  }

  public static int packH(int a, int b) {
    return Vector.halves(b, a);
  }

  public static int packHighH(int a, int b) {
    return Vector.halves(b >>> 16, a >>> 16);
  }

  public static int packHiB(int a, int b, int d) {
    return (d & 0xffff) | (b & 0xff) << 16 | a << 24;
  }

  public static int packLoB(int a, int b, int d) {
    return (d & 0xffff0000) | (b & 0xff) | (a & 0xff) << 8;
  }

  private static int pickH(int a, int selector, int d) {
    return Vector.hu((selector & 2) != 0 ? a : d, selector & 1);
  }

  private static int pickB(int a, int selector, int d) {
    return Vector.bu((selector & 4) != 0 ? a : d, selector & 3);
  }
}
