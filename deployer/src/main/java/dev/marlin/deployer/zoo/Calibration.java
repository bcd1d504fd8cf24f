package dev.marlin.deployer.zoo;

import dev.marlin.deployer.network.Range;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.reference.SplitMix;
import java.util.function.IntFunction;

/**
 * The numbers of NEMO's requantization: {@code clip((kappa * sum + lambda) * m / D, 0, 255)}.
 *
 * <p>They are chosen so that the activations of every channel are spread as a trained network's
 * are: of the sums of a run, {@code mean + z * deviation} becomes about {@code 32 + 64 z}. A third
 * of the outputs is then zero and hardly any saturates. The divisor is the largest power of two
 * with which every intermediate provably fits 32 bits, whatever the input.
 *
 * @param kappa one for each output channel
 * @param lambda one for each output channel, each a float32
 * @param m common factor
 * @param divisor a power of two
 */
record Calibration(long[] kappa, long[] lambda, long m, long divisor) {
  private static final int LARGEST_SHIFT = 24;
  private static final int LARGEST_KAPPA = 2047;

  /** Statistics of fewer pixels say nothing: those of all channels together are taken. */
  private static final int FEWEST_PIXELS = 8;

  /**
   * Chooses the numbers.
   *
   * @param sums of a run, channel fastest
   * @param channels output channels
   * @param bounds of the sum of each channel, for any input
   * @param random varies the targets from channel to channel
   */
  static Calibration of(int[] sums, int channels, IntFunction<Range> bounds, SplitMix random) {
    double[] mean = new double[channels];
    double[] deviation = new double[channels];
    statistics(sums, channels, mean, deviation);
    double[] multiplier = new double[channels];
    double[] offset = new double[channels];
    double limit = 0;
    double largest = 0;
    for (int c = 0; c < channels; c++) {
      multiplier[c] = random.nextInt(48, 80) / deviation[c];
      offset[c] = random.nextInt(8, 56) - multiplier[c] * mean[c];
      Range bound = bounds.apply(c);
      double widest = Math.max(-bound.min(), bound.max());
      limit = Math.max(limit, multiplier[c] * widest + Math.abs(offset[c]));
      largest = Math.max(largest, multiplier[c]);
    }
    int shift = 0;
    // One bit is left for the roundings below.
    while (shift < LARGEST_SHIFT && limit * (2L << shift) < 0x1p30) {
      shift++;
    }
    long divisor = 1L << shift;
    long m = 1 + (long) (largest * divisor) / LARGEST_KAPPA;
    long[] kappa = new long[channels];
    long[] lambda = new long[channels];
    for (int c = 0; c < channels; c++) {
      kappa[c] = Math.max(1, Math.round(multiplier[c] * divisor / m));
      // What the rounding of kappa moves, lambda moves back.
      double shiftBack = (multiplier[c] * divisor / m - kappa[c]) * mean[c];
      lambda[c] = (long) (float) Math.rint(offset[c] * divisor / m + shiftBack);
    }
    return new Calibration(kappa, lambda, m, divisor);
  }

  /** As the reader folds it. */
  Requantization requantization() {
    long[] multiplier = new long[kappa.length];
    long[] offset = new long[kappa.length];
    for (int c = 0; c < kappa.length; c++) {
      multiplier[c] = kappa[c] * m;
      offset[c] = lambda[c] * m;
    }
    return new Requantization(multiplier, offset, divisor, 0, 255);
  }

  private static void statistics(int[] sums, int channels, double[] mean, double[] deviation) {
    int pixels = sums.length / channels;
    boolean together = pixels < FEWEST_PIXELS;
    double floor = 0;
    for (int c = 0; c < channels; c++) {
      int first = together ? 0 : c;
      int step = together ? 1 : channels;
      double sum = 0;
      double squares = 0;
      int count = 0;
      for (int i = first; i < sums.length; i += step) {
        sum += sums[i];
        squares += (double) sums[i] * sums[i];
        count++;
      }
      mean[c] = sum / count;
      deviation[c] = Math.sqrt(Math.max(0, squares / count - mean[c] * mean[c]));
      floor += deviation[c] / channels;
    }
    // A channel that hardly varies must not be blown up: its multiplier would bound all others.
    for (int c = 0; c < channels; c++) {
      deviation[c] = Math.max(1, Math.max(floor / 4, deviation[c]));
    }
  }
}
