package dev.marlin.deployer;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Concatenation;
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

/** Builds networks for tests, with seeded weights that keep activations alive. */
public final class Networks {
  private final String name;
  private final Random random;
  private final Tensor input;
  private final List<Tensor> inputs = new ArrayList<>();
  private final List<Layer> layers = new ArrayList<>();

  private Networks(String name, Shape input, long seed) {
    this.name = name;
    this.random = new Random(seed);
    this.input = new Tensor("input", input, ElementType.UINT8);
    inputs.add(this.input);
  }

  public static Networks of(String name, int height, int width, int channels, long seed) {
    return new Networks(name, new Shape(height, width, channels), seed);
  }

  public Tensor input() {
    return input;
  }

  /** One more input of the network. */
  public Tensor input(int height, int width, int channels) {
    Shape shape = new Shape(height, width, channels);
    inputs.add(new Tensor("input" + inputs.size(), shape, ElementType.UINT8));
    return inputs.get(inputs.size() - 1);
  }

  /** What the last layer wrote, or the input. */
  public Tensor last() {
    return layers.isEmpty() ? input : layers.get(layers.size() - 1).output();
  }

  public static Window window(int kernel, int stride, int pad) {
    return new Window(kernel, kernel, stride, stride, 1, 1, pad, pad, pad, pad);
  }

  private Tensor output(Shape shape, ElementType type) {
    return new Tensor("t" + layers.size(), shape, type);
  }

  private byte[] weights(int count) {
    byte[] weights = new byte[count];
    random.nextBytes(weights);
    return weights;
  }

  /** Half of the sums positive, a third of the range used. */
  private Requantization requantization(int channels, int depth) {
    long[] multiplier = new long[channels];
    long[] offset = new long[channels];
    double sigma = Math.sqrt(depth) * 74 * 148;
    for (int c = 0; c < channels; c++) {
      multiplier[c] = 1L + random.nextInt(40);
      offset[c] = Math.round(sigma * 20 * (random.nextDouble() - 0.3));
    }
    int shift = (int) Math.max(0, Math.round(Math.log(sigma * 20 / 100) / Math.log(2)));
    return new Requantization(multiplier, offset, 1L << shift, 0, 255);
  }

  public Tensor convolution(Tensor in, int channels, Window window, int groups) {
    int depth = window.kernelHeight() * window.kernelWidth() * in.shape().channels() / groups;
    Tensor out = output(window.output(in.shape(), channels), ElementType.UINT8);
    layers.add(
        new Convolution(
            "conv" + layers.size(),
            in,
            out,
            window,
            groups,
            weights(channels * depth),
            new int[0],
            Optional.of(requantization(channels, depth))));
    return out;
  }

  public Tensor convolution(int channels, int kernel, int stride) {
    return convolution(last(), channels, window(kernel, stride, kernel / 2), 1);
  }

  public Tensor depthwise(int kernel, int stride) {
    int channels = last().shape().channels();
    return convolution(last(), channels, window(kernel, stride, kernel / 2), channels);
  }

  public Tensor pool(Pooling.Kind kind, Window window) {
    Tensor out =
        output(window.output(last().shape(), last().shape().channels()), ElementType.UINT8);
    int count = window.kernelHeight() * window.kernelWidth();
    boolean max = kind == Pooling.Kind.MAX;
    Requantization requantization =
        new Requantization(
            new long[] {max ? 1 : Math.round(1024.0 / count)},
            new long[] {0},
            max ? 1 : 1024,
            0,
            255);
    layers.add(new Pooling("pool" + layers.size(), last(), out, kind, window, requantization));
    return out;
  }

  public Tensor add(Tensor first, Tensor second) {
    Tensor out = output(first.shape(), ElementType.UINT8);
    layers.add(
        new Addition(
            "add" + layers.size(),
            first,
            second,
            out,
            linear(20),
            linear(13),
            new Requantization(new long[] {1}, new long[] {0}, 32, 0, 255)));
    return out;
  }

  public Tensor join(Tensor first, Tensor second) {
    Shape shape = first.shape();
    Tensor out =
        output(
            new Shape(shape.height(), shape.width(), shape.channels() + second.shape().channels()),
            first.type());
    layers.add(new Concatenation("concat" + layers.size(), first, second, out));
    return out;
  }

  private static Requantization linear(long multiplier) {
    return new Requantization(
        new long[] {multiplier}, new long[] {0}, 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  public Tensor connected(int outputs, boolean raw) {
    int inputs = last().shape().elements();
    Tensor in = last();
    Tensor out = output(new Shape(1, 1, outputs), raw ? ElementType.INT32 : ElementType.UINT8);
    layers.add(
        new FullyConnected(
            "fc" + layers.size(),
            in,
            out,
            weights(inputs * outputs),
            raw ? random.ints(outputs, -999, 999).toArray() : new int[0],
            raw ? Optional.empty() : Optional.of(requantization(outputs, inputs))));
    return out;
  }

  /** With the last tensor and some others as outputs. */
  public Network build(Tensor... outputs) {
    List<Tensor> all = new ArrayList<>(List.of(outputs));
    all.add(last());
    return new Network(name, inputs, layers, all);
  }

  public Network build() {
    return new Network(name, inputs, layers, List.of(last()));
  }

  /** MobileNetV1 as in its paper. */
  public static Network mobilenet(double width, int resolution) {
    Networks net = of("mobilenet_v1_" + width + "_" + resolution, resolution, resolution, 3, 7);
    net.convolution(channels(32, width), 3, 2);
    int[][] blocks = {
      {64, 1}, {128, 2}, {128, 1}, {256, 2}, {256, 1}, {512, 2}, {512, 1}, {512, 1}, {512, 1},
      {512, 1}, {512, 1}, {1024, 2}, {1024, 1}
    };
    for (int[] block : blocks) {
      net.depthwise(3, block[1]);
      net.convolution(channels(block[0], width), 1, 1);
    }
    int size = net.last().shape().height();
    net.pool(Pooling.Kind.AVERAGE, window(size, 1, 0));
    net.connected(1000, true);
    return net.build();
  }

  private static int channels(int channels, double width) {
    return (int) Math.round(channels * width);
  }
}
