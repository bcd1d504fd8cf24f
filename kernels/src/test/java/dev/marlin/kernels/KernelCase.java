package dev.marlin.kernels;

import java.util.Arrays;
import java.util.Optional;
import java.util.Random;

/**
 * One tile for one kernel: shapes, operands, and what must come out by plain arithmetic on the
 * host.
 *
 * @param spec the layer
 * @param tile sizes of the tile, which is the whole layer
 * @param padTop rows of zeros above the input
 * @param padLeft columns of zeros before the input
 * @param in input, HWC
 * @param in2 second input of an addition, else empty
 * @param constants weights, multipliers and offsets; per layer for kernels without weights
 * @param second multiplier of the second input of an addition
 * @param divisor of the requantization
 * @param clipMin least output
 * @param clipMax greatest output
 * @param zero what convolutions see in the padding, 0 to 255
 * @param digits of clamped lines, else 0
 * @param depth input channels of a step if the layer is computed in steps, else 0
 */
record KernelCase(
    LayerSpec spec,
    TileShape tile,
    int padTop,
    int padLeft,
    byte[] in,
    byte[] in2,
    LayerConstants constants,
    long second,
    long divisor,
    int clipMin,
    int clipMax,
    int zero,
    int digits,
    int depth) {

  /** Which numbers a case is filled with. */
  enum Filling {
    RANDOM,
    /** All inputs 255, all weights -128 or 127; half of them at the ends of the intermediates. */
    EXTREME
  }

  /**
   * A random case that has the shape of {@code spec} and, unless it is pooling or addition, random
   * weights.
   */
  static KernelCase random(
      Random random, LayerSpec spec, int outHeight, int outWidth, int[] pads, Filling filling) {
    int reachHeight = (spec.kernelHeight() - 1) * spec.dilationHeight() + 1;
    int reachWidth = (spec.kernelWidth() - 1) * spec.dilationWidth() + 1;
    int inHeight =
        Math.max(1, (outHeight - 1) * spec.strideHeight() + reachHeight - pads[0] - pads[2]);
    int inWidth = Math.max(1, (outWidth - 1) * spec.strideWidth() + reachWidth - pads[1] - pads[3]);
    TileShape tile =
        new TileShape(
            inHeight, inWidth, spec.inChannels(), outHeight, outWidth, spec.outChannels());
    byte[] in =
        bytes(
            random, inHeight * inWidth * spec.inChannels(), filling == Filling.EXTREME ? 255 : -1);
    byte[] in2 = bytes(random, secondBytes(spec, tile), filling == Filling.EXTREME ? 255 : -1);
    boolean weighted = isWeighted(spec);
    byte[] weights =
        weighted
            ? bytes(
                random,
                spec.outChannels() * weightsOfChannel(spec),
                filling == Filling.EXTREME ? (random.nextBoolean() ? 128 : 127) : -1)
            : bytes(random, tableBytes(spec), -1);
    int channels = weighted ? spec.outChannels() : 1;
    long bound =
        weighted
            ? Math.max(1, 255L * 128 * weightsOfChannel(spec))
            : spec.operation() == Operation.AVERAGE_POOLING
                ? 255L * spec.kernelHeight() * spec.kernelWidth()
                : 255;
    boolean narrow = spec.requantizationBits() == 32;
    long mostMultiplier =
        narrow
            ? Math.max(1, (1L << 30) / bound / (spec.operation() == Operation.ADDITION ? 2 : 1))
            : weighted ? wideMultiplier(random, bound) : 1L << 30;
    long mostOffset = narrow || !weighted ? 1L << 29 : 1L << 45;
    long[] multiplier = new long[channels];
    long[] offset = new long[channels];
    for (int c = 0; c < channels; c++) {
      multiplier[c] = signed(random, mostMultiplier);
      offset[c] =
          spec.outBytes() == 4 ? random.nextInt(1 << 20) - (1 << 19) : signed(random, mostOffset);
    }
    long second = spec.operation() == Operation.ADDITION ? signed(random, mostMultiplier) : 0;
    // A divisor that leaves most outputs inside of 0 .. 255.
    long typical = Math.max(1, (long) (multiplier[0] * (double) bound / 4 / 200));
    int shift = Math.min(narrow ? 31 : 62, 64 - Long.numberOfLeadingZeros(Math.abs(typical)));
    long divisor =
        spec.exactDivision()
            ? Math.max(3, Math.min(0xffff_fff1L, Math.abs(typical) | 1))
            : 1L << shift;
    int clipMin = random.nextInt(4) == 0 ? random.nextInt(20) : 0;
    int clipMax = random.nextInt(4) == 0 ? 100 + random.nextInt(100) : 255;
    int zero = random.nextInt(3) == 0 ? random.nextInt(256) : 0;
    if (spec.operation() == Operation.ADDITION && spec.arithmetic() == Arithmetic.SHIFT_32) {
      switch (random.nextInt(4)) {
        case 0,
            1 -> { // operands of one scale, as residual networks add them, most of them unclipped
          int digits = random.nextInt(9);
          multiplier[0] = 1L << digits;
          second = multiplier[0];
          offset[0] = 0;
          divisor = multiplier[0] << random.nextInt(3);
          clipMin = random.nextInt(4) == 0 ? clipMin : 0;
          clipMax = random.nextInt(4) == 0 ? clipMax : 255;
        }
        case 2 -> { // sums of up to 16 bits, some just beyond
          multiplier[0] = random.nextInt(258);
          second = random.nextInt(258 - (int) multiplier[0]);
          int room = 0xffff - 255 * (int) (multiplier[0] + second);
          offset[0] = random.nextInt(8) == 0 ? room + random.nextInt(2) : random.nextInt(room + 1);
          divisor = 1L << random.nextInt(17);
        }
        default -> {}
      }
    }
    if (filling == Filling.EXTREME && weighted && spec.outBytes() == 1 && random.nextBoolean()) {
      // the farthest sum is multiplied and shifted to the very end of the numbers that are allowed
      long farthest = 255L * weights[0] * weightsOfChannel(spec);
      long end =
          narrow
              ? (farthest < 0 ? Integer.MIN_VALUE : Integer.MAX_VALUE)
              : (farthest < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
      Arrays.fill(multiplier, end / farthest);
      Arrays.fill(offset, end - end / farthest * farthest);
      divisor =
          spec.exactDivision()
              ? (narrow ? 1L << 22 : 0xf000_0000L) + random.nextInt(1 << 20)
              : 1L << (narrow ? between(random, 20, 31) : between(random, 50, 62));
    }
    if (spec.operation() == Operation.MAX_POOLING && random.nextInt(3) != 0) {
      // outputs are inputs, as in networks, some of them clipped
      multiplier[0] = 1;
      offset[0] = 0;
      divisor = 1;
      clipMin = random.nextInt(4) == 0 ? clipMin : 0;
      clipMax = random.nextInt(4) == 0 ? clipMax : 255;
    }
    LayerConstants constants =
        new LayerConstants(weights, spec.outBytes() == 4 ? null : multiplier, offset);
    return new KernelCase(
        spec, tile, pads[0], pads[1], in, in2, constants, second, divisor, clipMin, clipMax, zero,
        0, 0);
  }

  /** The same case in 32 bits by clamped lines, if there are such. */
  Optional<KernelCase> clamped() {
    long[] multiplier = constants.multiplier();
    if (!isWeighted(spec) || multiplier == null) {
      return Optional.empty();
    }
    long[] least = new long[spec.outChannels()];
    long[] greatest = new long[spec.outChannels()];
    for (int c = 0; c < spec.outChannels(); c++) {
      int filter = weightsOfChannel(spec);
      for (int i = c * filter; i < (c + 1) * filter; i++) {
        int weight = constants.weights()[i];
        least[c] += 255L * Math.min(weight, 0);
        greatest[c] += 255L * Math.max(weight, 0);
      }
    }
    return Staircases.find(
            multiplier, constants.offset(), divisor, clipMin, clipMax, least, greatest)
        .map(
            clamping ->
                new KernelCase(
                    spec.withArithmetic(clamping.arithmetic()),
                    tile,
                    padTop,
                    padLeft,
                    in,
                    in2,
                    constants.withLines(clamping.lines()),
                    second,
                    divisor,
                    clipMin,
                    clipMax,
                    zero,
                    clamping.shift(),
                    depth));
  }

  /** The same case in steps of {@code channels} input channels. */
  KernelCase inSteps(int channels) {
    return new KernelCase(
        spec, tile, padTop, padLeft, in, in2, constants, second, divisor, clipMin, clipMax, zero,
        digits, channels);
  }

  /** The steps of a case that has such. */
  StepKernels steps() {
    return KernelLibrary.select(spec).steps(spec).orElseThrow();
  }

  private static int secondBytes(LayerSpec spec, TileShape tile) {
    int channels =
        adds(spec)
            ? spec.inChannels()
            : spec.operation() == Operation.CONCATENATION
                ? spec.outChannels() - spec.inChannels()
                : 0;
    return tile.inHeight() * tile.inWidth() * channels;
  }

  /** What {@code geometry_t} says of the division. */
  int shift() {
    return spec.arithmetic().isClamped()
        ? digits
        : spec.exactDivision() ? 0 : Long.numberOfTrailingZeros(divisor);
  }

  /** Sometimes so that divisors are as networks have them, about 2^24. */
  private static long wideMultiplier(Random random, long bound) {
    return random.nextInt(3) == 0 ? 1L << 35 : Math.max(16, (1L << 33) / bound);
  }

  static boolean isWeighted(LayerSpec spec) {
    return switch (spec.operation()) {
      case CONVOLUTION, DEPTHWISE, FULLY_CONNECTED -> true;
      case MAX_POOLING, AVERAGE_POOLING, ADDITION, TABLE_ADDITION, CONCATENATION -> false;
    };
  }

  /** Whether there are two inputs. */
  static boolean adds(LayerSpec spec) {
    return spec.operation() == Operation.ADDITION || spec.operation() == Operation.TABLE_ADDITION;
  }

  private static int tableBytes(LayerSpec spec) {
    return spec.operation() == Operation.TABLE_ADDITION ? TableAdditionKernel.TABLES_BYTES : 0;
  }

  static int weightsOfChannel(LayerSpec spec) {
    int inputs = spec.operation() == Operation.DEPTHWISE ? 1 : spec.inChannels() / spec.groups();
    return spec.kernelHeight() * spec.kernelWidth() * inputs;
  }

  private static byte[] bytes(Random random, int count, int all) {
    byte[] bytes = new byte[count];
    if (all < 0) {
      random.nextBytes(bytes);
    } else {
      Arrays.fill(bytes, (byte) all);
    }
    return bytes;
  }

  private static int between(Random random, int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private static long signed(Random random, long most) {
    long value = (long) (most * Math.pow(random.nextDouble(), 2));
    return random.nextInt(8) == 0 ? -value : value;
  }

  /** What the kernel must write, as it lies in memory. */
  byte[] expected() {
    byte[] out =
        new byte[tile.outHeight() * tile.outWidth() * tile.outChannels() * spec.outBytes()];
    int at = 0;
    for (int y = 0; y < tile.outHeight(); y++) {
      for (int x = 0; x < tile.outWidth(); x++) {
        for (int c = 0; c < tile.outChannels(); c++) {
          long value = output(y, x, c);
          for (int b = 0; b < spec.outBytes(); b++) {
            out[at++] = (byte) (value >> (8 * b));
          }
        }
      }
    }
    return out;
  }

  private long output(int y, int x, int channel) {
    if (spec.operation() == Operation.CONCATENATION) {
      int pixel = y * tile.outWidth() + x;
      int first = spec.inChannels();
      return channel < first
          ? in[pixel * first + channel]
          : in2[pixel * (spec.outChannels() - first) + channel - first];
    }
    long[] multiplier = constants.multiplier();
    int c = isWeighted(spec) ? channel : 0;
    if (adds(spec)) {
      int i = (y * tile.inWidth() + x) * tile.inChannels() + channel;
      if (spec.operation() == Operation.TABLE_ADDITION) {
        byte[] tables = constants.weights();
        int sum = (tables[in[i] & 255] & 255) + (tables[256 + (in2[i] & 255)] & 255);
        return tables[512 + sum] & 255;
      }
      long sum = multiplier(multiplier, 0) * (in[i] & 255) + second * (in2[i] & 255);
      return requantize(sum + constants.offset()[0]);
    }
    long value = window(y, x, channel);
    return spec.outBytes() == 4
        ? value + constants.offset()[c]
        : requantize(
            Math.addExact(
                Math.multiplyExact(multiplier(multiplier, c), value), constants.offset()[c]));
  }

  private static long multiplier(long[] multiplier, int c) {
    return multiplier == null ? 1 : multiplier[c];
  }

  private long requantize(long numerator) {
    return Math.max(clipMin, Math.min(clipMax, Math.floorDiv(numerator, divisor)));
  }

  /** Sum or maximum of what the window of an output sees. */
  private long window(int y, int x, int channel) {
    boolean dense =
        spec.operation() == Operation.CONVOLUTION || spec.operation() == Operation.FULLY_CONNECTED;
    int inputs = dense ? spec.inChannels() / spec.groups() : 1;
    int first = dense ? channel / (spec.outChannels() / spec.groups()) * inputs : channel;
    long result = 0;
    for (int ky = 0; ky < spec.kernelHeight(); ky++) {
      for (int kx = 0; kx < spec.kernelWidth(); kx++) {
        int iy = y * spec.strideHeight() + ky * spec.dilationHeight() - padTop;
        int ix = x * spec.strideWidth() + kx * spec.dilationWidth() - padLeft;
        boolean padding = iy < 0 || iy >= tile.inHeight() || ix < 0 || ix >= tile.inWidth();
        if (padding && !isWeighted(spec)) {
          continue;
        }
        for (int i = 0; i < inputs; i++) {
          int value =
              padding ? zero : in[(iy * tile.inWidth() + ix) * tile.inChannels() + first + i] & 255;
          if (spec.operation() == Operation.MAX_POOLING) {
            result = Math.max(result, value);
          } else {
            int weight =
                isWeighted(spec)
                    ? constants
                        .weights()[
                        channel * weightsOfChannel(spec)
                            + (ky * spec.kernelWidth() + kx) * inputs
                            + i]
                    : 1;
            result += (long) value * weight;
          }
        }
      }
    }
    return result;
  }
}
