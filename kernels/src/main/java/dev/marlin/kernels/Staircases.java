package dev.marlin.kernels;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes requantizations {@code y = clip(floor((multiplier * sum + offset) / divisor), min, max)},
 * however wide their numbers, as {@linkplain ClampedLine clamped lines} of 32 bits that give the
 * same output for every sum that can occur.
 *
 * <p>The method. As a function of the sum, y is a staircase of at most 256 steps: output j or more
 * begins at the sum t(j) = ceil((j * divisor - offset) / multiplier). Any line that lies at or
 * above j at t(j) and below j at t(j) - 1, for every j, has the same floor everywhere between the
 * flats at both ends. In units of 1 / 2^(24 + shift) these are two inequalities in two whole
 * numbers, slope and height, for each step. For slopes next to the true one the heights that
 * satisfy all of them are an interval; a line is taken only if it is not empty. So nothing is
 * approximated: what is returned is proved step by step, what cannot be proved is not returned.
 * Powers of two up to 2^24 always have a line (the true one); other divisors have one of 24 digits
 * where the unsaturated sums are some thousands, and one of more digits up to half a million.
 *
 * <p>Cost: 256 divisions a channel.
 */
public final class Staircases {
  private static final int OUTPUT_BIT = 24;

  /** More digits gain nothing: the slope is then known to 2^-40 of an output. */
  private static final int MOST_DIGITS = 16;

  /** Slopes on either side of the true one that are tried. */
  private static final int NEIGHBOURS = 4;

  private Staircases() {}

  /**
   * Lines for all channels of a layer.
   *
   * @param multiplier one for each channel
   * @param offset one for each channel
   * @param divisor 1 or more
   * @param min least output, 0 or more
   * @param max greatest output, at most 255
   * @param least least sum that can occur, one for each channel
   * @param greatest greatest sum that can occur
   * @return nothing if a channel has no line
   */
  public static Optional<Clamping> find(
      long[] multiplier,
      long[] offset,
      long divisor,
      int min,
      int max,
      long[] least,
      long[] greatest) {
    if (min < 0 || max > 255 || min > max) {
      return Optional.empty();
    }
    try {
      List<Staircase> staircases = new ArrayList<>();
      long widest = 0;
      for (int c = 0; c < multiplier.length; c++) {
        Staircase staircase =
            Staircase.of(multiplier[c], offset[c], divisor, min, max, least[c], greatest[c]);
        staircases.add(staircase);
        widest = Math.max(widest, staircase.width());
      }
      Optional<Clamping> coarse = lines(staircases, 0);
      int digits = Math.min(MOST_DIGITS, 31 - bits(widest / 2 + 3));
      return coarse.isPresent() || digits < 1 ? coarse : lines(staircases, digits);
    } catch (ArithmeticException overflow) {
      return Optional.empty();
    }
  }

  /** Bits that a number of 0 or more takes. */
  private static int bits(long number) {
    return 64 - Long.numberOfLeadingZeros(number);
  }

  private static Optional<Clamping> lines(List<Staircase> staircases, int digits) {
    List<ClampedLine> lines = new ArrayList<>();
    for (Staircase staircase : staircases) {
      Optional<ClampedLine> line = staircase.line(digits);
      if (line.isEmpty()) {
        return Optional.empty();
      }
      lines.add(line.get());
    }
    return Optional.of(new Clamping(digits, List.copyOf(lines)));
  }

  /**
   * A rising staircase. That of a negative multiplier rises in the negative sum.
   *
   * @param falling whether the sum is taken negative
   * @param slope steps for each unit of the sum, times the divisor; 0 or more
   * @param divisor of the slope
   * @param bottom the output before the first step
   * @param steps where output bottom + 1, bottom + 2, ... begin
   * @param least least sum that can occur
   * @param greatest greatest sum that can occur
   */
  private record Staircase(
      boolean falling,
      long slope,
      long divisor,
      int bottom,
      long[] steps,
      long least,
      long greatest) {

    static Staircase of(
        long multiplier, long offset, long divisor, int min, int max, long least, long greatest) {
      boolean falling = multiplier < 0;
      long slope = Math.absExact(multiplier);
      long from = falling ? Math.negateExact(greatest) : least;
      long to = falling ? Math.negateExact(least) : greatest;
      if (slope == 0) {
        long constant = Math.max(min, Math.min(max, Math.floorDiv(offset, divisor)));
        return new Staircase(false, 0, divisor, (int) constant, new long[0], from, to);
      }
      int bottom = min;
      List<Long> steps = new ArrayList<>();
      for (int j = min + 1; j <= max; j++) {
        long target = Math.subtractExact(Math.multiplyExact(j, divisor), offset);
        long begin = Math.negateExact(Math.floorDiv(Math.negateExact(target), slope));
        if (begin <= from) {
          bottom = j;
        } else if (begin <= to) {
          steps.add(begin);
        }
      }
      long[] begins = steps.stream().mapToLong(Long::longValue).toArray();
      return new Staircase(falling, slope, divisor, bottom, begins, from, to);
    }

    private long first() {
      return steps[0] - 1;
    }

    private long last() {
      return steps[steps.length - 1];
    }

    /** How far apart the flats are. */
    long width() {
      return steps.length == 0 ? 0 : Math.subtractExact(last(), first());
    }

    /** The line with {@code digits} behind the point. */
    Optional<ClampedLine> line(int digits) {
      if (steps.length == 0) {
        return Optional.of(
            new ClampedLine(0, Integer.MAX_VALUE >> OUTPUT_BIT, 0, 0, 0, bottom << OUTPUT_BIT));
      }
      BigInteger exact =
          BigInteger.valueOf(slope)
              .shiftLeft(OUTPUT_BIT + digits)
              .divide(BigInteger.valueOf(divisor));
      if (exact.bitLength() > 31 + digits) {
        return Optional.empty();
      }
      // An interval from -reach - 1 to reach has an even number of places.
      boolean even = (width() & 1) == 1;
      for (int shorter = 0; shorter <= (even ? 0 : 1); shorter++) {
        long from = even || shorter == 0 ? first() : first() - 1;
        long to = even || shorter == 1 ? last() : last() + 1;
        for (int i = 0; i <= 2 * NEIGHBOURS; i++) {
          long candidate = exact.longValueExact() + (i % 2 == 0 ? -i / 2 : i / 2 + 1);
          Optional<ClampedLine> line = line(digits, candidate, from, to);
          if (line.isPresent()) {
            return line;
          }
        }
      }
      return Optional.empty();
    }

    private Optional<ClampedLine> line(int digits, long rise, long from, long to) {
      long reach = (to - from - 1) / 2;
      long centre = falling ? from + reach : from + reach + 1;
      long unit = 1L << (OUTPUT_BIT + digits);
      int top = bottom + steps.length;
      // Heights at the centre: at least `low`, at most `high`.
      long low = bottom * unit - rise * (Math.max(from, least) - centre);
      long high = (top + 1) * unit - 1 - rise * (Math.min(to, greatest) - centre);
      for (int i = 0; i < steps.length; i++) {
        long target = (bottom + 1 + i) * unit;
        long step = steps[i] - centre;
        low = Math.max(low, target - rise * step);
        high = Math.min(high, target - 1 - rise * (step - 1));
      }
      if (rise < 0 || low > high) {
        return Optional.empty();
      }
      long height = low + (high - low) / 2;
      long signedRise = falling ? -rise : rise;
      long start = falling ? centre : -centre;
      boolean fits =
          isInt(start)
              && isInt(start + (falling ? -greatest : least))
              && isInt(start + (falling ? -least : greatest))
              && isInt(signedRise >> digits)
              && isInt((reach + 2) << digits);
      long mask = (1L << digits) - 1;
      return fits
          ? Optional.of(
              new ClampedLine(
                  (int) start,
                  (int) reach,
                  (int) (signedRise & mask),
                  (int) (height & mask),
                  (int) (signedRise >> digits),
                  (int) (height >> digits)))
          : Optional.empty();
    }

    private static boolean isInt(long value) {
      return value == (int) value;
    }
  }
}
