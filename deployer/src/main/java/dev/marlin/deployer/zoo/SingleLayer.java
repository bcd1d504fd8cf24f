package dev.marlin.deployer.zoo;

import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Window;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One layer alone, for studies of kernels and tilings. Names say the geometry:
 *
 * <ul>
 *   <li>{@code conv_3x3_s1_32x32x64_64}: kernel, stride, input (HWC), output channels;
 *   <li>{@code dw_3x3_s1_32x32x64}: depthwise, as many outputs as inputs;
 *   <li>{@code fc_1024_1000}: inputs and outputs, with requantization.
 * </ul>
 *
 * Kernels of odd size are padded by half their size, others not at all.
 */
final class SingleLayer implements ModelFamily {
  private static final Pattern CONVOLUTION =
      Pattern.compile("(conv|dw)_(\\d+)x(\\d+)_s(\\d+)_(\\d+)x(\\d+)x(\\d+)(?:_(\\d+))?");
  private static final Pattern FULLY_CONNECTED = Pattern.compile("fc_(\\d+)_(\\d+)");

  /** Longest number that is read: sizes beyond are refused with all others that are too large. */
  private static final int DIGITS = 6;

  /** Of input, output or weights: more than GAP8's memories hold. */
  private static final long MOST_ELEMENTS = 1 << 24;

  /** Multiply-accumulates of a calibration that still ends in seconds. */
  private static final long MOST_MACS = 4_000_000_000L;

  @Override
  public List<String> names() {
    return List.of(
        "conv_3x3_s1_32x32x64_64", "conv_1x1_s1_32x32x64_64", "dw_3x3_s1_32x32x64", "fc_1024_1000");
  }

  @Override
  public boolean builds(String name) {
    Matcher convolution = CONVOLUTION.matcher(name);
    return FULLY_CONNECTED.matcher(name).matches()
        || (convolution.matches()
            && (convolution.group(1).equals("conv") == (convolution.group(8) != null)));
  }

  @Override
  public byte[] build(String name) {
    ModelBuilder model = new ModelBuilder(name);
    Matcher connected = FULLY_CONNECTED.matcher(name);
    if (connected.matches()) {
      int inputs = size(name, connected, 1);
      int outputs = size(name, connected, 2);
      limit(name, (long) inputs * outputs, MOST_ELEMENTS);
      return model.finish(model.hidden(model.vector(inputs), outputs));
    }
    return convolution(name, model);
  }

  private static byte[] convolution(String name, ModelBuilder model) {
    Matcher matcher = CONVOLUTION.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(name);
    }
    boolean depthwise = matcher.group(1).equals("dw");
    int kernelHeight = size(name, matcher, 2);
    int kernelWidth = size(name, matcher, 3);
    int stride = size(name, matcher, 4);
    int height = size(name, matcher, 5);
    int width = size(name, matcher, 6);
    int channels = size(name, matcher, 7);
    int outputs = depthwise ? channels : size(name, matcher, 8);
    long taps = (long) kernelHeight * kernelWidth;
    limit(name, (long) height * width, MOST_ELEMENTS);
    limit(name, (long) height * width * Math.max(channels, outputs), MOST_ELEMENTS);
    limit(name, taps, MOST_ELEMENTS);
    long inputs = depthwise ? 1 : channels;
    limit(name, taps * inputs, MOST_ELEMENTS);
    limit(name, taps * inputs * outputs, MOST_ELEMENTS);
    int padHeight = kernelHeight % 2 == 0 ? 0 : kernelHeight / 2;
    int padWidth = kernelWidth % 2 == 0 ? 0 : kernelWidth / 2;
    if (kernelHeight > height + 2 * padHeight || kernelWidth > width + 2 * padWidth) {
      throw new ModelException("zoo model '" + name + "': the kernel is larger than the input");
    }
    Window window =
        new Window(
            kernelHeight,
            kernelWidth,
            stride,
            stride,
            1,
            1,
            padHeight,
            padWidth,
            padHeight,
            padWidth);
    Feature in = model.image(height, width, channels);
    long pixels = (long) window.output(in.shape(), 1).elements();
    limit(name, taps * inputs * outputs * pixels, MOST_MACS);
    Feature out = depthwise ? model.depthwise(in, window) : model.convolution(in, outputs, window);
    return model.finish(out);
  }

  private static int size(String name, Matcher matcher, int group) {
    String digits = matcher.group(group);
    int size = digits.length() > DIGITS ? Integer.MAX_VALUE : Integer.parseInt(digits);
    limit(name, size, MOST_ELEMENTS);
    if (size < 1) {
      throw new ModelException("zoo model '" + name + "': sizes are 1 or more");
    }
    return size;
  }

  private static void limit(String name, long value, long most) {
    if (value > most) {
      throw new ModelException("zoo model '" + name + "' is too large");
    }
  }
}
