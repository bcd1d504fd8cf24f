package dev.marlin.deployer.onnx;

import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.onnx.proto.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A constant tensor of the file: an initializer or the value of a Constant node. Elements of any
 * number type, raw or in typed fields, are read as whole numbers: in an integer network all are.
 */
final class Constant {
  private final String name;
  private final List<Long> dims;
  private final TensorProto proto;
  private final ByteBuffer raw;
  private final int count;

  /**
   * @param name of the tensor, for messages
   * @throws ModelException if data and dimensions do not agree, or the type is no number
   */
  Constant(String name, TensorProto proto) {
    this.name = name;
    this.proto = proto;
    dims = List.copyOf(proto.getDimsList());
    raw = proto.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (proto.getDataLocation() == TensorProto.DataLocation.EXTERNAL) {
      throw error("lies in another file; save the model as one file");
    }
    long stored = stored();
    long wanted = 1;
    for (long dim : dims) {
      if (dim < 0) {
        throw error("has a negative dimension in " + dims);
      }
      // More than is stored is wrong already: stop before the product overflows.
      wanted = Math.min(Integer.MAX_VALUE + 1L, wanted * Math.min(dim, Integer.MAX_VALUE));
    }
    if (wanted != stored) {
      throw error("has dimensions " + dims + " but " + stored + " elements");
    }
    count = (int) stored;
  }

  private long stored() {
    boolean isRaw = proto.hasRawData();
    return switch (proto.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE -> isRaw ? rawCount(4) : proto.getFloatDataCount();
      case TensorProto.DataType.DOUBLE_VALUE -> isRaw ? rawCount(8) : proto.getDoubleDataCount();
      case TensorProto.DataType.INT64_VALUE -> isRaw ? rawCount(8) : proto.getInt64DataCount();
      case TensorProto.DataType.INT32_VALUE -> isRaw ? rawCount(4) : proto.getInt32DataCount();
      case TensorProto.DataType.INT8_VALUE, TensorProto.DataType.UINT8_VALUE ->
          isRaw ? rawCount(1) : proto.getInt32DataCount();
      default -> {
        TensorProto.DataType type = TensorProto.DataType.forNumber(proto.getDataType());
        throw error(
            "has element type "
                + (type == null ? proto.getDataType() : type)
                + "; supported: FLOAT, DOUBLE, INT64, INT32, INT8, UINT8");
      }
    };
  }

  private long rawCount(int bytes) {
    if (raw.limit() % bytes != 0) {
      throw error("has " + raw.limit() + " bytes of data, no multiple of " + bytes);
    }
    return raw.limit() / bytes;
  }

  String name() {
    return name;
  }

  List<Long> dims() {
    return dims;
  }

  /** Number of elements. */
  int count() {
    return count;
  }

  /** Element {@code i} as it is; 64-bit integers beyond 2^53 are rounded. */
  double real(int i) {
    boolean isRaw = proto.hasRawData();
    return switch (proto.getDataType()) {
      case TensorProto.DataType.FLOAT_VALUE -> isRaw ? raw.getFloat(4 * i) : proto.getFloatData(i);
      case TensorProto.DataType.DOUBLE_VALUE ->
          isRaw ? raw.getDouble(8 * i) : proto.getDoubleData(i);
      default -> integer(i);
    };
  }

  /**
   * Element {@code i}.
   *
   * @throws ModelException if it is no whole number
   */
  long integer(int i) {
    boolean isRaw = proto.hasRawData();
    return switch (proto.getDataType()) {
      case TensorProto.DataType.INT64_VALUE -> isRaw ? raw.getLong(8 * i) : proto.getInt64Data(i);
      case TensorProto.DataType.INT32_VALUE -> isRaw ? raw.getInt(4 * i) : proto.getInt32Data(i);
      case TensorProto.DataType.INT8_VALUE -> isRaw ? raw.get(i) : proto.getInt32Data(i);
      case TensorProto.DataType.UINT8_VALUE -> isRaw ? raw.get(i) & 0xff : proto.getInt32Data(i);
      default -> whole(real(i), i);
    };
  }

  private long whole(double value, int i) {
    if (value != Math.rint(value) || Math.abs(value) > 0x1p62) {
      throw error(
          "has "
              + value
              + " at element "
              + i
              + ", no whole number; export the integer (deployable) network, not the float one");
    }
    return (long) value;
  }

  /** All elements as whole numbers. */
  long[] integers() {
    long[] values = new long[count];
    for (int i = 0; i < count; i++) {
      values[i] = integer(i);
    }
    return values;
  }

  /** All elements as int8. */
  byte[] int8() {
    byte[] values = new byte[count];
    for (int i = 0; i < count; i++) {
      long value = integer(i);
      if (value != (byte) value) {
        throw error("has " + value + " at element " + i + "; weights are int8, -128..127");
      }
      values[i] = (byte) value;
    }
    return values;
  }

  /** All elements as int32. */
  int[] int32() {
    int[] values = new int[count];
    for (int i = 0; i < count; i++) {
      long value = integer(i);
      if (value != (int) value) {
        throw error("has " + value + " at element " + i + ", which does not fit 32 bits");
      }
      values[i] = (int) value;
    }
    return values;
  }

  /** The one element of a scalar. */
  long scalar() {
    if (count != 1) {
      throw error("has " + count + " elements where one is expected");
    }
    return integer(0);
  }

  ModelException error(String what) {
    return new ModelException("constant " + Text.quoted(name) + " " + what);
  }
}
