package dev.marlin.deployer;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A small network of random layers: every kind, any geometry that the network's types can state,
 * signed and unsigned activations, requantizations of 32 and 64 bits.
 */
final class RandomNetwork {
  private static final int[] CHANNELS = {1, 2, 3, 4, 5, 7, 8, 12, 13, 16, 24, 33, 39, 64, 102};
  private static final int MOST_ELEMENTS = 20_000;
  private static final long MOST_MACS = 1_500_000;

  private final Random random;
  private final List<Layer> layers = new ArrayList<>();
  private Tensor last;

  private RandomNetwork(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    boolean line = random.nextInt(6) == 0;
    boolean deep = random.nextInt(6) == 0;
    int side = deep ? 6 : random.nextInt(4) == 0 ? 40 : 14;
    Shape input =
        new Shape(
            line ? 1 : between(1, side),
            between(1, line ? 120 : side),
            deep ? between(100, 3000) : channels());
    while (input.elements() > MOST_ELEMENTS) {
      input = new Shape(Math.max(1, input.height() / 2), input.width() / 2 + 1, input.channels());
      if (input.height() == 1 && input.width() <= 2) {
        break;
      }
    }
    last = new Tensor("input", input, ElementType.UINT8);
  }

  /** The network that belongs to {@code seed}. */
  static Network of(long seed) {
    RandomNetwork net = new RandomNetwork(seed);
    Tensor input = net.last;
    int count = 1 + net.random.nextInt(3);
    while (net.layers.size() < count && net.last.type() != ElementType.INT32) {
      net.addLayer(count);
    }
    return new Network("random_" + seed, input, net.layers, List.of(net.last));
  }

  private int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  private int channels() {
    return CHANNELS[random.nextInt(CHANNELS.length)];
  }

  private void addLayer(int count) {
    boolean isEnd = layers.size() + 1 >= count;
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> convolution(window(), channels(), 1);
      case 3 -> convolution(pointwise(), channels(), 1);
      case 4 -> grouped();
      case 5, 6 -> convolution(window(), last.shape().channels(), last.shape().channels());
      case 7 -> pooling();
      case 8 -> addition();
      default -> {
        if (isEnd) {
          connected();
        }
      }
    }
  }

  private Tensor output(Shape shape, boolean raw) {
    ElementType type = raw ? ElementType.INT32 : oneIn(4) ? ElementType.INT8 : ElementType.UINT8;
    return new Tensor("t" + layers.size(), shape, type);
  }

  private void add(Layer layer) {
    layers.add(layer);
    last = layer.output();
  }

  private Window pointwise() {
    return new Window(1, 1, between(1, 3), between(1, 3), 1, 1, 0, 0, 0, 0);
  }

  /** A window that fits the padded input. */
  private Window window() {
    while (true) {
      boolean square = random.nextBoolean();
      int height = between(1, oneIn(5) ? 7 : 3);
      int width = square ? height : between(1, oneIn(5) ? 9 : 4);
      int strideHeight = between(1, 3);
      int strideWidth = square ? strideHeight : between(1, 3);
      int dilationHeight = oneIn(4) ? between(1, 3) : 1;
      int dilationWidth = oneIn(4) ? between(1, 3) : 1;
      int reachHeight = (height - 1) * dilationHeight;
      int reachWidth = (width - 1) * dilationWidth;
      boolean padded = random.nextInt(3) != 0;
      Window window =
          new Window(
              height,
              width,
              strideHeight,
              strideWidth,
              dilationHeight,
              dilationWidth,
              padded ? between(0, reachHeight) : 0,
              padded ? between(0, reachWidth) : 0,
              padded ? between(0, reachHeight) : 0,
              padded ? between(0, reachWidth) : 0);
      Shape in = last.shape();
      if (reachHeight < in.height() + window.padTop() + window.padBottom()
          && reachWidth < in.width() + window.padLeft() + window.padRight()) {
        return window;
      }
    }
  }

  private byte[] weights(int count) {
    byte[] weights = new byte[count];
    random.nextBytes(weights);
    return weights;
  }

  /** Spreads most sums of {@code depth} products over the range of {@code type}. */
  private Requantization requantization(int channels, int depth, ElementType type) {
    boolean single = oneIn(4);
    int bits = oneIn(3) ? between(8, 24) : 6;
    long[] multiplier = new long[single ? 1 : channels];
    long[] offset = new long[multiplier.length];
    double sigma = Math.sqrt(depth) * 74 * 148;
    double scale = 1L << bits;
    for (int c = 0; c < multiplier.length; c++) {
      multiplier[c] = Math.round(scale * (0.2 + random.nextDouble())) * (oneIn(12) ? -1 : 1);
      offset[c] = Math.round(sigma * scale * (random.nextDouble() - 0.4));
    }
    return new Requantization(
        multiplier, offset, divisor(sigma * scale / 100), min(type), max(type));
  }

  private long divisor(double about) {
    long exact = Math.max(1, Math.round(about));
    return oneIn(3) && exact < (1L << 32) ? exact : Long.highestOneBit(exact);
  }

  private int min(ElementType type) {
    return oneIn(5) ? type.min() + random.nextInt(60) : type.min();
  }

  private int max(ElementType type) {
    return oneIn(5) ? type.max() - random.nextInt(60) : type.max();
  }

  private void convolution(Window window, int wanted, int groups) {
    Shape in = last.shape();
    int taps = window.kernelHeight() * window.kernelWidth();
    int depth = taps * in.channels() / groups;
    int outChannels = wanted;
    Shape shape = window.output(in, outChannels);
    while (groups == 1
        && outChannels > 1
        && ((long) shape.elements() * depth > MOST_MACS || shape.elements() > MOST_ELEMENTS)) {
      outChannels /= 2;
      shape = window.output(in, outChannels);
    }
    boolean raw = oneIn(12);
    Tensor out = output(shape, raw);
    add(
        new Convolution(
            "conv" + layers.size(),
            last,
            out,
            window,
            groups,
            weights(outChannels * depth),
            bias(outChannels),
            raw ? Optional.empty() : Optional.of(requantization(outChannels, depth, out.type()))));
  }

  private int[] bias(int channels) {
    return oneIn(3) ? random.ints(channels, -50_000, 50_000).toArray() : new int[0];
  }

  private void grouped() {
    int in = last.shape().channels();
    int groups = between(1, 6);
    while (in % groups != 0) {
      groups--;
    }
    convolution(window(), groups * between(1, 9), groups);
  }

  private void pooling() {
    boolean max = random.nextBoolean();
    Shape in = last.shape();
    boolean global = oneIn(4) && in.height() * in.width() < 200;
    Window window =
        global
            ? new Window(in.height(), in.width(), 1, 1, 1, 1, 0, 0, 0, 0)
            : oneIn(6) ? new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0) : window();
    Tensor out = output(window.output(in, in.channels()), false);
    if (max && last.type() == ElementType.INT8 && window.isPadded()) {
      return; // a window may lie in the padding altogether, which has no maximum
    }
    int taps = window.kernelHeight() * window.kernelWidth();
    boolean plain = max && random.nextBoolean();
    long multiplier = plain ? 1 : between(1, 1000);
    double divisor = plain ? 1 : multiplier * (max ? 1.0 : taps);
    long offset = plain || random.nextBoolean() ? 0 : between(-20_000, 20_000);
    add(
        new Pooling(
            "pool" + layers.size(),
            last,
            out,
            max ? Pooling.Kind.MAX : Pooling.Kind.AVERAGE,
            window,
            new Requantization(
                new long[] {multiplier},
                new long[] {offset},
                divisor(divisor),
                min(out.type()),
                max(out.type()))));
  }

  /** Of the last tensor and what a pointwise convolution makes of it. */
  private void addition() {
    Tensor first = last;
    convolution(new Window(1, 1, 1, 1, 1, 1, 0, 0, 0, 0), first.shape().channels(), 1);
    if (last.type() == ElementType.INT32 || !last.shape().equals(first.shape())) {
      return;
    }
    Tensor second = last;
    boolean swap = random.nextBoolean();
    boolean tables = random.nextBoolean();
    Tensor out = output(first.shape(), false);
    add(
        new Addition(
            "add" + layers.size(),
            swap ? second : first,
            swap ? first : second,
            out,
            tables ? table() : linear(),
            tables ? table() : linear(),
            new Requantization(
                new long[] {between(1, 9)},
                new long[] {between(-300, 300)},
                divisor(between(1, 600)),
                min(out.type()),
                max(out.type()))));
  }

  private Requantization linear() {
    return new Requantization(
        new long[] {oneIn(8) ? between(1, 8_000_000) : between(-5, 60)},
        new long[] {between(-100, 100)},
        1,
        Integer.MIN_VALUE,
        Integer.MAX_VALUE);
  }

  private Requantization table() {
    int min = between(-128, 0);
    return new Requantization(
        new long[] {between(1, 500_000)},
        new long[] {between(-300_000, 300_000)},
        1L << between(10, 19),
        min,
        min + between(1, 255));
  }

  private void connected() {
    int inputs = last.shape().elements();
    int outputs = Math.max(1, Math.min(between(1, 80), (int) (MOST_MACS / inputs)));
    boolean raw = random.nextBoolean();
    Tensor out = output(new Shape(1, 1, outputs), raw);
    add(
        new FullyConnected(
            "fc" + layers.size(),
            last,
            out,
            weights(inputs * outputs),
            bias(outputs),
            raw ? Optional.empty() : Optional.of(requantization(outputs, inputs, out.type()))));
  }
}
