package dev.marlin.deployer.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.onnx.proto.AttributeProto;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import dev.marlin.deployer.onnx.proto.TensorProto;
import dev.marlin.deployer.onnx.proto.TypeProto;
import dev.marlin.deployer.reference.SplitMix;
import dev.marlin.deployer.zoo.Zoo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever a file holds, reading it ends with a network or with one line that says why not. */
class HostileModelsTest {
  private static final byte[] MODEL = Zoo.model("conv_3x3_s1_8x8x4_6");

  @Test
  void aMissingFileIsNamed(@TempDir Path folder) {
    assertThatThrownBy(() -> NetworkReader.read(folder.resolve("absent.onnx")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no such file")
        .hasMessageContaining("absent.onnx");
    assertThatThrownBy(() -> NetworkReader.read(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is no file");
  }

  @Test
  void aTruncatedFileIsDamaged(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("half.onnx");
    Files.write(file, Arrays.copyOf(MODEL, MODEL.length / 2));
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("half.onnx: no ONNX model, or damaged");
  }

  @Test
  void textAndNothingAreNoModels() {
    for (String text : List.of("", "hello", "<html>", "\0\0\0\0")) {
      assertThatThrownBy(() -> NetworkReader.read(text.getBytes(StandardCharsets.UTF_8), "x"))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("no ONNX model");
    }
  }

  @Test
  void anUnsupportedOperatorIsNamedWithItsNodeAndWhatIsSupported() {
    refused(model -> node(model, "Clip").setOpType("Relu").setName("act 7"))
        .hasMessageContaining("x: Relu node 'act 7' (output '")
        .hasMessageContaining("is not supported")
        .hasMessageContaining("supported in NEMO networks: Add, AveragePool, Cast, Clip");
  }

  @Test
  void aDynamicShapeIsNamed() {
    refused(
            model -> {
              TypeProto.Tensor.Builder type =
                  model
                      .getGraphBuilder()
                      .getInputBuilder(0)
                      .getTypeBuilder()
                      .getTensorTypeBuilder();
              type.getShapeBuilder().getDimBuilder(0).setDimParam("batch");
            })
        .hasMessageContaining("dynamic dimension 'batch'")
        .hasMessageContaining("fixed shapes");
  }

  @Test
  void aMissingInitializerIsNamed() {
    refused(model -> model.getGraphBuilder().removeInitializer(0))
        .hasMessageContaining("Conv node")
        .hasMessageContaining("'layer0.weight', which nothing writes; an initializer is missing");
  }

  @Test
  void weightsThatAreNoIntegersAreFloatNetworks() {
    refused(model -> weights(model).setRawData(floats(6 * 4 * 9, 0.37f)))
        .hasMessageContaining("constant 'layer0.weight' has 0.3")
        .hasMessageContaining("no whole number; export the integer");
  }

  @Test
  void weightsBeyondInt8AreRefused() {
    refused(model -> weights(model).setRawData(floats(6 * 4 * 9, 131)))
        .hasMessageContaining("constant 'layer0.weight' has 131 at element 0; weights are int8");
  }

  @Test
  void infinityAndNotANumberAreNoWeights() {
    refused(model -> weights(model).setRawData(floats(6 * 4 * 9, Float.NaN)))
        .hasMessageContaining("NaN");
    refused(model -> weights(model).setRawData(floats(6 * 4 * 9, Float.POSITIVE_INFINITY)))
        .hasMessageContaining("Infinity");
  }

  @Test
  void hugeDimensionsAllocateNothing() {
    refused(model -> weights(model).setDims(0, 1L << 40))
        .hasMessageContaining("has dimensions [1099511627776, 4, 3, 3] but 216 elements");
    refused(model -> weights(model).setDims(0, -6)).hasMessageContaining("negative dimension");
    refused(model -> inputDim(model, 2, 1L << 50)).hasMessageContaining("too large");
    refused(model -> inputDim(model, 2, 1 << 23)).hasMessageContaining("too many elements");
    refused(model -> attribute(model, "pads").setInts(0, Long.MAX_VALUE))
        .hasMessageContaining("pads 9223372036854775807; supported: 0..16383");
    refused(model -> attribute(model, "strides").setInts(0, 0))
        .hasMessageContaining("strides 0; supported: 1..16383");
  }

  @Test
  void aDivisorOfZeroIsRefused() {
    refused(model -> constant(model, 1).setRawData(integer(0)))
        .hasMessageContaining("Div node")
        .hasMessageContaining("divides by 0");
  }

  @Test
  void constantsThatOverflowWhenFoldedAreRefused() {
    refused(model -> constant(model, 0).setRawData(integer(Long.MAX_VALUE)))
        .hasMessageContaining("beyond 64 bits");
  }

  @Test
  void aCycleIsRefused() {
    refused(
            model -> {
              NodeProto.Builder conv = node(model, "Conv");
              conv.setInput(0, node(model, "Clip").getOutput(0));
            })
        .hasMessageContaining("is part of a cycle");
  }

  @Test
  void aFileOfMillionsOfEmptyNodesIsRefusedBeforeItFillsTheMemory() {
    byte[] nodes = new byte[4_000_000];
    for (int i = 0; i < nodes.length; i += 2) {
      nodes[i] = (1 << 3) | 2;
    }
    byte[] model =
        ModelProto.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        7,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFrom(nodes))
                            .build())
                    .build())
            .build()
            .toByteArray();
    assertThatThrownBy(() -> NetworkReader.read(model, "x"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("too large");
  }

  @Test
  void thousandsOfMutatedModelsEndWithANetworkOrAModelException() {
    List<byte[]> models = List.of(MODEL, Zoo.model("resnet8"), Zoo.model("conv_1x1_s1_2x2x2_2"));
    SplitMix random = new SplitMix(2024);
    int read = 0;
    int refused = 0;
    for (int round = 0; round < 6000; round++) {
      byte[] mutated = mutated(models.get(round % 10 == 0 ? 1 : round % 2 * 2), random);
      try {
        NetworkReader.read(mutated, "fuzz");
        read++;
      } catch (ModelException e) {
        refused++;
        assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(2000);
      }
    }
    assertThat(read).isGreaterThan(100);
    assertThat(refused).isGreaterThan(1000);
  }

  /** Bytes changed, cut out, doubled, or the end cut off; mostly where the structure is. */
  private static byte[] mutated(byte[] model, SplitMix random) {
    byte[] bytes = model.clone();
    int changes = random.nextInt(1, 4);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(0, Math.min(bytes.length, 4000) - 1);
      switch (random.nextInt(0, 5)) {
        case 0 -> bytes = Arrays.copyOf(bytes, Math.max(1, at));
        case 1 -> bytes[at] = (byte) random.nextInt(-128, 127);
        case 2 -> bytes[at] ^= (byte) (1 << random.nextInt(0, 7));
        case 3 -> bytes[at]++;
        case 4 -> bytes = without(bytes, at, random.nextInt(1, 20));
        default -> bytes[at] = (byte) 0xff;
      }
    }
    return bytes;
  }

  private static byte[] without(byte[] bytes, int at, int count) {
    int end = Math.min(bytes.length, at + count);
    byte[] rest = Arrays.copyOf(bytes, bytes.length - (end - at) + 1);
    System.arraycopy(bytes, end, rest, at, bytes.length - end);
    return rest;
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> refused(
      Consumer<ModelProto.Builder> change) {
    return assertThatThrownBy(() -> NetworkReader.read(changed(change), "x"))
        .isInstanceOf(ModelException.class)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static byte[] changed(Consumer<ModelProto.Builder> change) throws IOException {
    ModelProto.Builder model = ModelProto.parseFrom(MODEL).toBuilder();
    change.accept(model);
    return model.build().toByteArray();
  }

  private static NodeProto.Builder node(ModelProto.Builder model, String operator) {
    return model.getGraphBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getOpType().equals(operator))
        .findFirst()
        .orElseThrow();
  }

  private static TensorProto.Builder constant(ModelProto.Builder model, int i) {
    return model.getGraphBuilder().getNodeBuilderList().stream()
        .filter(node -> node.getOpType().equals("Constant"))
        .skip(i)
        .findFirst()
        .orElseThrow()
        .getAttributeBuilder(0)
        .getTBuilder();
  }

  private static AttributeProto.Builder attribute(ModelProto.Builder model, String name) {
    return node(model, "Conv").getAttributeBuilderList().stream()
        .filter(attribute -> attribute.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static TensorProto.Builder weights(ModelProto.Builder model) {
    return model.getGraphBuilder().getInitializerBuilder(0);
  }

  private static void inputDim(ModelProto.Builder model, int i, long size) {
    model
        .getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(i)
        .setDimValue(size);
  }

  private static ByteString floats(int count, float value) {
    ByteBuffer raw = ByteBuffer.allocate(4 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      raw.putFloat(value);
    }
    return ByteString.copyFrom(raw.rewind());
  }

  private static ByteString integer(long value) {
    ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    raw.putLong(0, value);
    return ByteString.copyFrom(raw);
  }
}
