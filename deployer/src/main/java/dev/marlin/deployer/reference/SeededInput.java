package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * An input for networks that come without one: blocks of equal brightness with noise on them, so
 * that neighbours resemble each other as in a picture. It depends on the shape alone.
 */
public final class SeededInput {
  private static final int BLOCK = 8;

  private SeededInput() {}

  /** Elements of the network's inputs, one behind the other, each in HWC order. */
  public static int[] forNetwork(Network network) {
    return network.inputs().stream()
        .flatMapToInt(input -> Arrays.stream(forTensor(input)))
        .toArray();
  }

  /** The elements of all inputs, one behind the other, as they lie in memory. */
  public static byte[] bytes(Network network, int[] input) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ReferenceInterpreter.inputs(network, input)
        .forEach(activation -> bytes.writeBytes(activation.toBytes()));
    return bytes.toByteArray();
  }

  /** Elements of an input tensor in HWC order. */
  public static int[] forTensor(Tensor input) {
    Shape shape = input.shape();
    SplitMix random = SplitMix.of("input " + shape.toChw());
    int rows = (shape.height() - 1) / BLOCK + 1;
    int columns = (shape.width() - 1) / BLOCK + 1;
    int[] blocks = new int[rows * columns * shape.channels()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = random.nextInt(0, 255);
    }
    int shift = input.type() == ElementType.INT8 ? -128 : 0;
    int[] values = new int[shape.elements()];
    for (int i = 0; i < values.length; i++) {
      int channel = i % shape.channels();
      int column = i / shape.channels() % shape.width();
      int row = i / shape.channels() / shape.width();
      int block = blocks[(row / BLOCK * columns + column / BLOCK) * shape.channels() + channel];
      values[i] = (2 * block + random.nextInt(0, 255)) / 3 + shift;
    }
    return values;
  }
}
