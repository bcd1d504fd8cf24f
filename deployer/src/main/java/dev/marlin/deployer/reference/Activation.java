package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;

/**
 * The values of a tensor.
 *
 * @param tensor whose values these are
 * @param values one for each element, HWC with the channel fastest, each of the tensor's type
 */
public record Activation(Tensor tensor, int[] values) {
  public Activation {
    if (values.length != tensor.shape().elements()) {
      throw new IllegalArgumentException(
          "tensor "
              + tensor.name()
              + " has "
              + tensor.shape().elements()
              + " elements, not "
              + values.length);
    }
  }

  /** Element {@code i} in HWC order. */
  public int get(int i) {
    return values[i];
  }

  /** The element at a row, column and channel. */
  public int get(int row, int column, int channel) {
    Shape shape = tensor.shape();
    return values[(row * shape.width() + column) * shape.channels() + channel];
  }

  /** Number of elements. */
  public int size() {
    return values.length;
  }

  /**
   * The tensor as it lies in memory: HWC, one byte an element (see {@link ElementType#zero}), or
   * four with the lowest first.
   */
  public byte[] toBytes() {
    if (tensor.type() == ElementType.INT32) {
      ByteBuffer bytes = ByteBuffer.allocate(tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asIntBuffer().put(values);
      return bytes.array();
    }
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] + tensor.type().zero());
    }
    return bytes;
  }

  /** Where element {@code i} lies, for messages: {@code (row, column, channel)}. */
  public String place(int i) {
    Shape shape = tensor.shape();
    int pixel = i / shape.channels();
    return String.format(
        Locale.ROOT,
        "(h %d, w %d, c %d)",
        pixel / shape.width(),
        pixel % shape.width(),
        i % shape.channels());
  }
}
