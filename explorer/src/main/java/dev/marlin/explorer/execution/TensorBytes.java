package dev.marlin.explorer.execution;

import dev.marlin.deployer.network.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Tensors as they lie in memory. */
public final class TensorBytes {
  private TensorBytes() {}

  /**
   * The bytes of {@code values}: one for each element or four in little-endian order, as the type
   * of {@code tensor} says.
   *
   * @param values elements in HWC order
   */
  public static byte[] of(Tensor tensor, int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(tensor.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int value : values) {
      switch (tensor.type()) {
        case UINT8, INT8 -> bytes.put((byte) value);
        case INT32 -> bytes.putInt(value);
      }
    }
    return bytes.array();
  }
}
