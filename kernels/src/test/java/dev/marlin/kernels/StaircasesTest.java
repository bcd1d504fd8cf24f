package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Clamped lines give what the requantization that they were made of gives. */
final class StaircasesTest {

  private static final long SEED = 20;

  /** What is checked for one channel: every sum next to a step, both ends, and many at random. */
  private static void check(
      Random random,
      long k,
      long offset,
      long divisor,
      int min,
      int max,
      long least,
      long greatest) {
    Optional<Clamping> found = find(k, offset, divisor, min, max, least, greatest);
    if (found.isEmpty()) {
      return;
    }
    int shift = found.get().shift();
    ClampedLine line = found.get().lines().get(0);
    for (int j = min; j <= max + 1 && k != 0; j++) {
      long step = (j * divisor - offset) / k;
      for (long sum = step - 2; sum <= step + 2; sum++) {
        compare(line, shift, k, offset, divisor, min, max, clip(sum, least, greatest));
      }
    }
    for (int i = 0; i < 500; i++) {
      long sum = least + (long) (random.nextDouble() * (greatest - least + 1));
      compare(line, shift, k, offset, divisor, min, max, sum);
    }
    compare(line, shift, k, offset, divisor, min, max, least);
    compare(line, shift, k, offset, divisor, min, max, greatest);
  }

  private static long clip(long value, long least, long greatest) {
    return Math.max(least, Math.min(greatest, value));
  }

  private static Optional<Clamping> find(
      long k, long offset, long divisor, int min, int max, long least, long greatest) {
    return Staircases.find(
        new long[] {k},
        new long[] {offset},
        divisor,
        min,
        max,
        new long[] {least},
        new long[] {greatest});
  }

  private static void compare(
      ClampedLine line, int shift, long k, long offset, long divisor, int min, int max, long sum) {
    long expected = clip(Math.floorDiv(k * sum + offset, divisor), min, max);
    assertThat((long) line.apply((int) sum, shift))
        .as("(%d * %d + %d) / %d clipped to %d..%d by %s", k, sum, offset, divisor, min, max, line)
        .isEqualTo(expected);
  }

  @Test
  void linesAreTheStaircasesThatTheyReplace() {
    Random random = new Random(SEED);
    for (int i = 0; i < 3000; i++) {
      int bits = random.nextInt(2, 26);
      long divisor = random.nextBoolean() ? 1L << bits : (1L << bits) + random.nextInt(-1, 2);
      divisor = random.nextInt(3) == 0 ? random.nextLong(1, 1 << bits) : divisor;
      long k = (long) (divisor * Math.pow(2, -random.nextInt(-1, 16)) * random.nextDouble());
      k = random.nextInt(4) == 0 ? -k : k;
      long reach = 1L << random.nextInt(4, 26);
      long least = -(long) (random.nextDouble() * reach);
      long greatest = (long) (random.nextDouble() * reach);
      long offset = (long) ((random.nextDouble() - 0.5) * 300 * divisor);
      int min = random.nextInt(4) == 0 ? random.nextInt(20) : 0;
      int max = random.nextInt(4) == 0 ? min + random.nextInt(200) : 255;
      check(random, k, offset, divisor, min, max, least, greatest);
    }
  }

  @Test
  void everyPowerOfTwoUpTo24BitsHasACoarseLine() {
    Random random = new Random(SEED);
    for (int i = 0; i < 2000; i++) {
      long divisor = 1L << random.nextInt(10, 25);
      long k = random.nextLong(1, Math.min(divisor / 2, 1 << 17));
      long offset = (long) ((random.nextDouble() - 0.5) * 300 * divisor);
      Optional<Clamping> found = find(k, offset, divisor, 0, 255, -5_000_000, 5_000_000);
      assertThat(found).as("%d x + %d / %d", k, offset, divisor).isPresent();
      assertThat(found.get().arithmetic()).isEqualTo(Arithmetic.CLAMPED);
    }
  }

  @Test
  void divisorsNextToPowersOfTwoHaveALineAsNemoNetworksNeedThem() {
    Random random = new Random(SEED);
    int missing = 0;
    for (int i = 0; i < 500; i++) {
      long divisor = (1L << random.nextInt(19, 25)) - 1;
      long k = random.nextLong(divisor / 700, divisor / 50);
      long offset = (long) ((random.nextDouble() - 0.5) * 100 * divisor);
      Optional<Clamping> found = find(k, offset, divisor, 0, 255, -2_000_000, 2_000_000);
      missing += found.isPresent() ? 0 : 1;
      check(random, k, offset, divisor, 0, 255, -2_000_000, 2_000_000);
    }
    assertThat(missing).isZero();
  }

  @Test
  void extremeSumsAndConstantsAreKept() {
    Random random = new Random(SEED);
    long edge = Integer.MAX_VALUE;
    check(random, 1, 0, 1L << 24, 0, 255, -edge, edge);
    check(random, 100_000, Integer.MAX_VALUE, 1L << 24, 0, 255, -edge / 2, edge / 2);
    check(random, -100_000, Integer.MIN_VALUE, 1L << 24, 0, 255, -edge / 2, edge / 2);
    check(random, 0, 77 << 20, 1L << 20, 0, 255, -1000, 1000);
    check(random, 0, -5, 3, 7, 9, -1000, 1000);
    check(random, 5, 3, 1, 0, 255, -edge / 2, edge / 2);
  }

  @Test
  void whatDoesNotFitIsNotFound() {
    // A staircase of 2^40 units: no 32-bit sum reaches its first step, so the output is constant.
    assertThat(find(1, 0, 1L << 40, 0, 255, -1000, 1000)).isPresent();
    // Negative outputs are no bytes.
    assertThat(find(1, 0, 16, -128, 127, -1000, 1000)).isEmpty();
    // Numbers beyond 64 bits.
    assertThat(find(Long.MIN_VALUE, 0, 3, 0, 255, -1000, 1000)).isEmpty();
  }
}
