package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every kernel, in the simulator, against plain arithmetic: random shapes, borders, extreme
 * numbers, every way of requantization, different numbers of cores; nothing outside the operands is
 * written.
 */
final class KernelTest {

  private static final int PER_PROGRAM = 75;

  /** What {@link #random} knows. */
  static final List<String> FAMILIES =
      List.of(
          "convolution",
          "pointwise",
          "few inputs",
          "grouped",
          "depthwise 3x3",
          "depthwise",
          "fully connected",
          "max pooling",
          "max pooling 2x2",
          "average pooling",
          "addition",
          "addition by tables",
          "concatenation",
          "convolution in steps",
          "few inputs in steps",
          "fully connected in steps");

  private static final int[] CHANNELS = {1, 2, 3, 4, 5, 8, 13, 16, 39, 64, 102};

  @ParameterizedTest(name = "{0} on {1} cores, {2} shapes")
  @CsvSource({
    "convolution, 8, 150",
    "convolution, 3, 150",
    "pointwise, 8, 150",
    "pointwise, 1, 150",
    "few inputs, 8, 300",
    "grouped, 8, 300",
    "depthwise 3x3, 8, 150",
    "depthwise 3x3, 2, 150",
    "depthwise, 8, 300",
    "fully connected, 8, 150",
    "fully connected, 5, 150",
    "max pooling, 8, 300",
    "max pooling 2x2, 8, 200",
    "max pooling 2x2, 3, 100",
    "average pooling, 8, 300",
    "average pooling, 5, 100",
    "addition, 8, 300",
    "addition, 16, 150",
    "addition by tables, 8, 150",
    "addition by tables, 3, 150",
    "concatenation, 8, 200",
    "concatenation, 3, 100",
    "convolution in steps, 8, 200",
    "convolution in steps, 3, 100",
    "few inputs in steps, 8, 100",
    "fully connected in steps, 8, 100",
    "fully connected in steps, 5, 100"
  })
  void computesWhatPlainArithmeticGives(String family, int cores, int cases) {
    Random random = new Random(family.hashCode() * 31L + cores);
    FirmwareTarget target = new FirmwareTarget(cores, 128 * 1024, 1024 * 1024);
    List<String> wrong = new ArrayList<>();
    List<KernelCase> batch = new ArrayList<>();
    for (int i = 1; i <= cases; i++) {
      batch.add(
          random(
              random, family, i % 7 == 0 ? KernelCase.Filling.EXTREME : KernelCase.Filling.RANDOM));
      if (batch.size() == PER_PROGRAM || i == cases) {
        wrong.addAll(new KernelProgram(target, batch).run(new ArrayList<>()));
        batch.clear();
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static int between(Random random, int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private static int[] line(Random random) {
    int taps = between(random, 6, 64);
    return random.nextBoolean() ? new int[] {1, taps} : new int[] {taps, 1};
  }

  private static int channels(Random random) {
    return CHANNELS[random.nextInt(CHANNELS.length)];
  }

  /** A random case of a family of kernels. */
  static KernelCase random(Random random, String family, KernelCase.Filling filling) {
    int in = channels(random);
    int out = channels(random);
    int[] kernel = {between(random, 1, 5), between(random, 1, 5)};
    int[] stride = {between(random, 1, 3), between(random, 1, 3)};
    int[] dilation = {1, 1};
    int groups = 1;
    int height = between(random, 1, 9);
    int width = between(random, 1, 9);
    boolean pads = random.nextBoolean();
    Operation operation = Operation.CONVOLUTION;
    boolean inSteps = family.endsWith(" in steps");
    switch (family.replace(" in steps", "")) {
      case "convolution" -> {
        dilation = new int[] {between(random, 1, 2), between(random, 1, 3)};
        in = Math.min(in, 39);
        out = Math.min(out, 39);
        if (random.nextInt(8) == 0) { // one row or one column, as 1-D networks have
          kernel = line(random);
          dilation = new int[] {1, 1};
          in = Math.min(in, 13);
        }
      }
      case "pointwise" -> {
        kernel = new int[] {1, 1};
        pads = false;
      }
      case "few inputs" -> {
        in = between(random, 1, 3);
        kernel = new int[] {between(random, 2, 7), between(random, 2, 7)};
      }
      case "grouped" -> {
        groups = between(random, 2, 4);
        in = groups * between(random, 1, 6);
        out = groups * between(random, 1, 7);
      }
      case "depthwise 3x3" -> {
        operation = Operation.DEPTHWISE;
        kernel = new int[] {3, 3};
        stride = random.nextBoolean() ? new int[] {1, 1} : new int[] {2, 2};
        width = between(random, 1, random.nextInt(4) == 0 ? 70 : 12);
        in = width > 12 ? Math.min(in, 8) : in;
        out = in;
        groups = in;
      }
      case "depthwise" -> {
        operation = Operation.DEPTHWISE;
        dilation = new int[] {between(random, 1, 2), between(random, 1, 2)};
        if (random.nextInt(5) == 0) {
          kernel = line(random);
          in = Math.min(in, 39);
        }
        out = in;
        groups = in;
      }
      case "fully connected" -> {
        operation = Operation.FULLY_CONNECTED;
        in = random.nextInt(4) == 0 ? between(random, 1, 3000) : between(random, 1, 200);
        out = in > 1000 ? between(random, 1, 6) : between(random, 1, 70);
        kernel = new int[] {1, 1};
        stride = new int[] {1, 1};
        height = 1;
        width = 1;
        pads = false;
      }
      case "max pooling", "average pooling" -> {
        operation = family.startsWith("max") ? Operation.MAX_POOLING : Operation.AVERAGE_POOLING;
        boolean global = random.nextInt(3) == 0;
        int most = random.nextInt(4) == 0 ? 24 : 9; // of channels too, so that inputs fit
        height = global ? 1 : height;
        width = global ? 1 : width;
        kernel = global ? new int[] {between(random, 4, most), between(random, 4, most)} : kernel;
        dilation = new int[] {random.nextInt(8) == 0 ? 2 : 1, random.nextInt(8) == 0 ? 3 : 1};
        in = most > 9 ? Math.min(in, 39) : in;
        out = in;
      }
      case "max pooling 2x2" -> {
        operation = Operation.MAX_POOLING;
        kernel = new int[] {2, 2};
        stride = random.nextBoolean() ? new int[] {2, 2} : stride;
        in = random.nextInt(4) == 0 ? in : 4 * between(random, 1, 12);
        pads = random.nextInt(4) == 0;
        out = in;
      }
      case "concatenation" -> {
        operation = Operation.CONCATENATION;
        out = in + channels(random);
        kernel = new int[] {1, 1};
        stride = new int[] {1, 1};
        pads = false;
      }
      case "addition", "addition by tables" -> {
        operation = family.equals("addition") ? Operation.ADDITION : Operation.TABLE_ADDITION;
        out = in;
        kernel = new int[] {1, 1};
        stride = new int[] {1, 1};
        pads = false;
      }
      default -> throw new IllegalArgumentException(family);
    }
    int[] padding = new int[4];
    if (pads) {
      for (int side = 0; side < 4; side++) {
        int reach = (kernel[side % 2] - 1) * dilation[side % 2];
        padding[side] = between(random, 0, Math.min(reach, 3));
      }
    }
    boolean raw =
        KernelCase.isWeighted(
                spec(operation, in, out, kernel, stride, dilation, groups, pads, 1, 32, false))
            && random.nextInt(5) == 0;
    int bits = random.nextBoolean() ? 32 : 64;
    boolean exact = random.nextInt(3) == 0;
    LayerSpec spec =
        spec(operation, in, out, kernel, stride, dilation, groups, pads, raw ? 4 : 1, bits, exact);
    KernelCase plain = KernelCase.random(random, spec, height, width, padding, filling);
    KernelCase chosen = random.nextInt(4) == 0 ? plain : plain.clamped().orElse(plain);
    return inSteps ? chosen.inSteps(between(random, 1, in)) : chosen;
  }

  private static LayerSpec spec(
      Operation operation,
      int in,
      int out,
      int[] kernel,
      int[] stride,
      int[] dilation,
      int groups,
      boolean padded,
      int outBytes,
      int bits,
      boolean exact) {
    return new LayerSpec(
        operation,
        in,
        out,
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        dilation[0],
        dilation[1],
        groups,
        padded,
        outBytes,
        bits,
        exact);
  }

  @Test
  void refusesWhatNoKernelWrites() {
    int[] one = {1, 1};
    LayerSpec raw = spec(Operation.MAX_POOLING, 4, 4, one, one, one, 1, false, 4, 32, false);
    assertThatThrownBy(() -> KernelLibrary.select(raw))
        .hasMessageContaining("MAX_POOLING")
        .hasMessageContaining("4 bytes");
  }

  @Test
  void refusesConstantsThatDoNotFitTheProof() {
    int[] one = {1, 1};
    LayerSpec narrow = spec(Operation.FULLY_CONNECTED, 4, 1, one, one, one, 1, false, 1, 32, false);
    LayerConstants wide = new LayerConstants(new byte[4], new long[] {1L << 31}, new long[1]);
    assertThatThrownBy(() -> KernelLibrary.select(narrow).packConstants(narrow, wide, 0, 1))
        .hasMessageContaining("multiplier 2147483648 of output channel 0 does not fit 32 bits");
  }
}
