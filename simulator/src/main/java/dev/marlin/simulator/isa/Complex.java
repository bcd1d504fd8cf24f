package dev.marlin.simulator.isa;

/**
 * Complex numbers of GAP8: real part in the low half, imaginary part in the high half. Pure
 * functions.
 */
public final class Complex {
  private Complex() {}

  /** The product, shifted right: 15 for Q15, 16 or 17 to halve or quarter it. */
  public static int multiply(int a, int b, int shift) {
    int ar = (short) a;
    int ai = a >> 16;
    int br = (short) b;
    int bi = b >> 16;
    return Vector.halves((ar * br - ai * bi) >> shift, (ai * br + ar * bi) >> shift);
  }

  /**
   * The scalar form as gvsoc computes it, which is unlike the manual: the scalar is a whole word,
   * and the low part is not cut to 16 bits before it meets the high part.
   */
  public static int multiplyScalar(int a, int k) {
    int ar = (short) a;
    int ai = a >> 16;
    int high = (ai * k + ar * k) >> 15;
    int low = (ar * k - ai * k) >> 15;
    return high << 16 | low;
  }

  public static int conjugate(int a) {
    return Vector.halves(a, -(a >> 16));
  }

  /** The difference, turned by -90 degrees and shifted right. */
  public static int subtractRotate(int a, int b, int shift) {
    int real = (a >> 16) - (b >> 16);
    int imaginary = (short) b - (short) a;
    return Vector.halves((short) real >> shift, (short) imaginary >> shift);
  }
}
