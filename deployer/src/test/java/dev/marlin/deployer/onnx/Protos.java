package dev.marlin.deployer.onnx;

import com.google.protobuf.ByteString;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import dev.marlin.deployer.onnx.proto.TensorShapeProto;
import dev.marlin.deployer.onnx.proto.TypeProto;
import dev.marlin.deployer.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Parts of ONNX models. */
final class Protos {
  private Protos() {}

  /** Values as raw data of a number type: float, int64 or double. */
  static TensorProto.Builder tensor(List<Integer> dims, long[] values, int type) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(type);
    dims.forEach(tensor::addDims);
    ByteBuffer raw = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      switch (type) {
        case TensorProto.DataType.FLOAT_VALUE -> raw.putFloat((float) value);
        case TensorProto.DataType.INT64_VALUE -> raw.putLong(value);
        default -> raw.putDouble((double) value);
      }
    }
    return tensor.setRawData(ByteString.copyFrom(raw.flip()));
  }

  static AttributeProto ints(String name, List<Integer> values) {
    AttributeProto.Builder attribute = AttributeProto.newBuilder().setName(name);
    values.forEach(attribute::addInts);
    return attribute.build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder().setName(name).setI(value).build();
  }

  static AttributeProto real(String name, float value) {
    return AttributeProto.newBuilder().setName(name).setF(value).build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder().setName(name).setS(ByteString.copyFromUtf8(value)).build();
  }

  static ValueInfoProto info(String name, List<Integer> dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    dims.forEach(dim -> shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(dim)));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }
}
