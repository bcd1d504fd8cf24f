package dev.marlin.simulator.isa;

/**
 * Lane-wise arithmetic of xpulpv2: four bytes (B) or two halves (H) in a word, lane 0 in the low
 * bits. Results wrap to the lane.
 *
 * <p>Every method is a pure function of its arguments; scalar and immediate forms replicate their
 * operand first.
 */
public final class Vector {
  private Vector() {}

  public static int addH(int a, int b) {
    return halves(h(a, 0) + h(b, 0), h(a, 1) + h(b, 1));
  }

  public static int subH(int a, int b) {
    return halves(h(a, 0) - h(b, 0), h(a, 1) - h(b, 1));
  }

  public static int avgH(int a, int b) {
    return halves((short) (h(a, 0) + h(b, 0)) >> 1, (short) (h(a, 1) + h(b, 1)) >> 1);
  }

  public static int avguH(int a, int b) {
    return halves(((hu(a, 0) + hu(b, 0)) & 0xffff) >>> 1, ((hu(a, 1) + hu(b, 1)) & 0xffff) >>> 1);
  }

  public static int minH(int a, int b) {
    return halves(Math.min(h(a, 0), h(b, 0)), Math.min(h(a, 1), h(b, 1)));
  }

  public static int minuH(int a, int b) {
    return halves(Math.min(hu(a, 0), hu(b, 0)), Math.min(hu(a, 1), hu(b, 1)));
  }

  public static int maxH(int a, int b) {
    return halves(Math.max(h(a, 0), h(b, 0)), Math.max(h(a, 1), h(b, 1)));
  }

  public static int maxuH(int a, int b) {
    return halves(Math.max(hu(a, 0), hu(b, 0)), Math.max(hu(a, 1), hu(b, 1)));
  }

  public static int srlH(int a, int b) {
    return halves(hu(a, 0) >>> (hu(b, 0) & 15), hu(a, 1) >>> (hu(b, 1) & 15));
  }

  public static int sraH(int a, int b) {
    return halves(h(a, 0) >> (h(b, 0) & 15), h(a, 1) >> (h(b, 1) & 15));
  }

  public static int sllH(int a, int b) {
    return halves(hu(a, 0) << (hu(b, 0) & 15), hu(a, 1) << (hu(b, 1) & 15));
  }

  public static int cmpeqH(int a, int b) {
    return halves(mask(h(a, 0) == h(b, 0)), mask(h(a, 1) == h(b, 1)));
  }

  public static int cmpneH(int a, int b) {
    return halves(mask(h(a, 0) != h(b, 0)), mask(h(a, 1) != h(b, 1)));
  }

  public static int cmpgtH(int a, int b) {
    return halves(mask(h(a, 0) > h(b, 0)), mask(h(a, 1) > h(b, 1)));
  }

  public static int cmpgeH(int a, int b) {
    return halves(mask(h(a, 0) >= h(b, 0)), mask(h(a, 1) >= h(b, 1)));
  }

  public static int cmpltH(int a, int b) {
    return halves(mask(h(a, 0) < h(b, 0)), mask(h(a, 1) < h(b, 1)));
  }

  public static int cmpleH(int a, int b) {
    return halves(mask(h(a, 0) <= h(b, 0)), mask(h(a, 1) <= h(b, 1)));
  }

  public static int cmpgtuH(int a, int b) {
    return halves(mask(hu(a, 0) > hu(b, 0)), mask(hu(a, 1) > hu(b, 1)));
  }

  public static int cmpgeuH(int a, int b) {
    return halves(mask(hu(a, 0) >= hu(b, 0)), mask(hu(a, 1) >= hu(b, 1)));
  }

  public static int cmpltuH(int a, int b) {
    return halves(mask(hu(a, 0) < hu(b, 0)), mask(hu(a, 1) < hu(b, 1)));
  }

  public static int cmpleuH(int a, int b) {
    return halves(mask(hu(a, 0) <= hu(b, 0)), mask(hu(a, 1) <= hu(b, 1)));
  }

  public static int absH(int a) {
    return halves(Math.abs(h(a, 0)), Math.abs(h(a, 1)));
  }

  public static int dotupH(int a, int b) {
    return hu(a, 0) * hu(b, 0) + hu(a, 1) * hu(b, 1);
  }

  public static int dotuspH(int a, int b) {
    return hu(a, 0) * h(b, 0) + hu(a, 1) * h(b, 1);
  }

  public static int dotspH(int a, int b) {
    return h(a, 0) * h(b, 0) + h(a, 1) * h(b, 1);
  }

  /** Sum or difference, wrapped to the lane, then shifted right. */
  public static int addDivH(int a, int b, int shift) {
    return halves((short) (h(a, 0) + h(b, 0)) >> shift, (short) (h(a, 1) + h(b, 1)) >> shift);
  }

  /** Sum or difference, wrapped to the lane, then shifted right. */
  public static int subDivH(int a, int b, int shift) {
    return halves((short) (h(a, 0) - h(b, 0)) >> shift, (short) (h(a, 1) - h(b, 1)) >> shift);
  }

  public static int addB(int a, int b) {
    return bytes(b(a, 0) + b(b, 0), b(a, 1) + b(b, 1), b(a, 2) + b(b, 2), b(a, 3) + b(b, 3));
  }

  public static int subB(int a, int b) {
    return bytes(b(a, 0) - b(b, 0), b(a, 1) - b(b, 1), b(a, 2) - b(b, 2), b(a, 3) - b(b, 3));
  }

  public static int avgB(int a, int b) {
    return bytes(
        (byte) (b(a, 0) + b(b, 0)) >> 1,
        (byte) (b(a, 1) + b(b, 1)) >> 1,
        (byte) (b(a, 2) + b(b, 2)) >> 1,
        (byte) (b(a, 3) + b(b, 3)) >> 1);
  }

  public static int avguB(int a, int b) {
    return bytes(
        ((bu(a, 0) + bu(b, 0)) & 0xff) >>> 1,
        ((bu(a, 1) + bu(b, 1)) & 0xff) >>> 1,
        ((bu(a, 2) + bu(b, 2)) & 0xff) >>> 1,
        ((bu(a, 3) + bu(b, 3)) & 0xff) >>> 1);
  }

  public static int minB(int a, int b) {
    return bytes(
        Math.min(b(a, 0), b(b, 0)),
        Math.min(b(a, 1), b(b, 1)),
        Math.min(b(a, 2), b(b, 2)),
        Math.min(b(a, 3), b(b, 3)));
  }

  public static int minuB(int a, int b) {
    return bytes(
        Math.min(bu(a, 0), bu(b, 0)),
        Math.min(bu(a, 1), bu(b, 1)),
        Math.min(bu(a, 2), bu(b, 2)),
        Math.min(bu(a, 3), bu(b, 3)));
  }

  public static int maxB(int a, int b) {
    return bytes(
        Math.max(b(a, 0), b(b, 0)),
        Math.max(b(a, 1), b(b, 1)),
        Math.max(b(a, 2), b(b, 2)),
        Math.max(b(a, 3), b(b, 3)));
  }

  public static int maxuB(int a, int b) {
    return bytes(
        Math.max(bu(a, 0), bu(b, 0)),
        Math.max(bu(a, 1), bu(b, 1)),
        Math.max(bu(a, 2), bu(b, 2)),
        Math.max(bu(a, 3), bu(b, 3)));
  }

  public static int srlB(int a, int b) {
    return bytes(
        bu(a, 0) >>> (bu(b, 0) & 7),
        bu(a, 1) >>> (bu(b, 1) & 7),
        bu(a, 2) >>> (bu(b, 2) & 7),
        bu(a, 3) >>> (bu(b, 3) & 7));
  }

  public static int sraB(int a, int b) {
    return bytes(
        b(a, 0) >> (b(b, 0) & 7),
        b(a, 1) >> (b(b, 1) & 7),
        b(a, 2) >> (b(b, 2) & 7),
        b(a, 3) >> (b(b, 3) & 7));
  }

  public static int sllB(int a, int b) {
    return bytes(
        bu(a, 0) << (bu(b, 0) & 7),
        bu(a, 1) << (bu(b, 1) & 7),
        bu(a, 2) << (bu(b, 2) & 7),
        bu(a, 3) << (bu(b, 3) & 7));
  }

  public static int cmpeqB(int a, int b) {
    return bytes(
        mask(b(a, 0) == b(b, 0)),
        mask(b(a, 1) == b(b, 1)),
        mask(b(a, 2) == b(b, 2)),
        mask(b(a, 3) == b(b, 3)));
  }

  public static int cmpneB(int a, int b) {
    return bytes(
        mask(b(a, 0) != b(b, 0)),
        mask(b(a, 1) != b(b, 1)),
        mask(b(a, 2) != b(b, 2)),
        mask(b(a, 3) != b(b, 3)));
  }

  public static int cmpgtB(int a, int b) {
    return bytes(
        mask(b(a, 0) > b(b, 0)),
        mask(b(a, 1) > b(b, 1)),
        mask(b(a, 2) > b(b, 2)),
        mask(b(a, 3) > b(b, 3)));
  }

  public static int cmpgeB(int a, int b) {
    return bytes(
        mask(b(a, 0) >= b(b, 0)),
        mask(b(a, 1) >= b(b, 1)),
        mask(b(a, 2) >= b(b, 2)),
        mask(b(a, 3) >= b(b, 3)));
  }

  public static int cmpltB(int a, int b) {
    return bytes(
        mask(b(a, 0) < b(b, 0)),
        mask(b(a, 1) < b(b, 1)),
        mask(b(a, 2) < b(b, 2)),
        mask(b(a, 3) < b(b, 3)));
  }

  public static int cmpleB(int a, int b) {
    return bytes(
        mask(b(a, 0) <= b(b, 0)),
        mask(b(a, 1) <= b(b, 1)),
        mask(b(a, 2) <= b(b, 2)),
        mask(b(a, 3) <= b(b, 3)));
  }

  public static int cmpgtuB(int a, int b) {
    return bytes(
        mask(bu(a, 0) > bu(b, 0)),
        mask(bu(a, 1) > bu(b, 1)),
        mask(bu(a, 2) > bu(b, 2)),
        mask(bu(a, 3) > bu(b, 3)));
  }

  public static int cmpgeuB(int a, int b) {
    return bytes(
        mask(bu(a, 0) >= bu(b, 0)),
        mask(bu(a, 1) >= bu(b, 1)),
        mask(bu(a, 2) >= bu(b, 2)),
        mask(bu(a, 3) >= bu(b, 3)));
  }

  public static int cmpltuB(int a, int b) {
    return bytes(
        mask(bu(a, 0) < bu(b, 0)),
        mask(bu(a, 1) < bu(b, 1)),
        mask(bu(a, 2) < bu(b, 2)),
        mask(bu(a, 3) < bu(b, 3)));
  }

  public static int cmpleuB(int a, int b) {
    return bytes(
        mask(bu(a, 0) <= bu(b, 0)),
        mask(bu(a, 1) <= bu(b, 1)),
        mask(bu(a, 2) <= bu(b, 2)),
        mask(bu(a, 3) <= bu(b, 3)));
  }

  public static int absB(int a) {
    return bytes(Math.abs(b(a, 0)), Math.abs(b(a, 1)), Math.abs(b(a, 2)), Math.abs(b(a, 3)));
  }

  public static int dotupB(int a, int b) {
    return bu(a, 0) * bu(b, 0) + bu(a, 1) * bu(b, 1) + bu(a, 2) * bu(b, 2) + bu(a, 3) * bu(b, 3);
  }

  public static int dotuspB(int a, int b) {
    return bu(a, 0) * b(b, 0) + bu(a, 1) * b(b, 1) + bu(a, 2) * b(b, 2) + bu(a, 3) * b(b, 3);
  }

  public static int dotspB(int a, int b) {
    return b(a, 0) * b(b, 0) + b(a, 1) * b(b, 1) + b(a, 2) * b(b, 2) + b(a, 3) * b(b, 3);
  }

  /** Sum or difference, wrapped to the lane, then shifted right. */
  public static int addDivB(int a, int b, int shift) {
    return bytes(
        (byte) (b(a, 0) + b(b, 0)) >> shift,
        (byte) (b(a, 1) + b(b, 1)) >> shift,
        (byte) (b(a, 2) + b(b, 2)) >> shift,
        (byte) (b(a, 3) + b(b, 3)) >> shift);
  }

  /** Sum or difference, wrapped to the lane, then shifted right. */
  public static int subDivB(int a, int b, int shift) {
    return bytes(
        (byte) (b(a, 0) - b(b, 0)) >> shift,
        (byte) (b(a, 1) - b(b, 1)) >> shift,
        (byte) (b(a, 2) - b(b, 2)) >> shift,
        (byte) (b(a, 3) - b(b, 3)) >> shift);
  }

  static int b(int x, int lane) {
    return x << (24 - 8 * lane) >> 24;
  }

  static int bu(int x, int lane) {
    return x >>> (8 * lane) & 0xff;
  }

  static int h(int x, int lane) {
    return x << (16 - 16 * lane) >> 16;
  }

  static int hu(int x, int lane) {
    return x >>> (16 * lane) & 0xffff;
  }

  static int bytes(int b0, int b1, int b2, int b3) {
    return (b0 & 0xff) | (b1 & 0xff) << 8 | (b2 & 0xff) << 16 | b3 << 24;
  }

  static int halves(int h0, int h1) {
    return (h0 & 0xffff) | h1 << 16;
  }

  private static int mask(boolean condition) {
    return condition ? -1 : 0;
  }
}
