package dev.marlin.deployer.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads integer networks from ONNX files.
 *
 * <p>The file becomes a {@link Graph}; the first {@link Frontend} that recognizes it brings the
 * rules by which {@link Lowering} fuses its operators into layers. All numbers stay as the file has
 * them: divisors are not rounded, and products of constants are computed in 64 bits.
 */
public final class NetworkReader {
  /** Of a file: float weights for 16 million parameters, twice what GAP8's HyperRAM holds. */
  private static final long MOST_BYTES = 64L << 20;

  private static final List<Frontend> FRONTENDS =
      List.of(new QuantlabFrontend(), new NemoFrontend());

  private NetworkReader() {}

  /**
   * Reads a file.
   *
   * @param file an ONNX model; the network is named after it
   * @throws ModelException if the file cannot be read, is damaged, or holds what is not supported:
   *     one line that names file, node and reason
   */
  public static Network read(Path file) {
    String name = file.getFileName() == null ? "" : file.getFileName().toString();
    try {
      if (!Files.exists(file)) {
        throw new ModelException("no such file: " + file);
      }
      if (!Files.isRegularFile(file)) {
        throw new ModelException(file + " is no file");
      }
      if (Files.size(file) > MOST_BYTES) {
        throw new ModelException(
            file + " has " + Files.size(file) + " bytes; at most " + MOST_BYTES + " are read");
      }
      return read(Files.readAllBytes(file), name.replaceFirst("(?i)\\.onnx$", ""), file.toString());
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e, e);
    }
  }

  /**
   * Reads a model from memory.
   *
   * @param onnx the bytes of an ONNX file
   * @param name of the network, also in messages
   * @throws ModelException as {@link #read(Path)}
   */
  public static Network read(byte[] onnx, String name) {
    return read(onnx, name, name);
  }

  private static Network read(byte[] onnx, String name, String source) {
    try {
      Graph graph = new Graph(parse(onnx));
      Frontend frontend =
          FRONTENDS.stream().filter(f -> f.recognizes(graph)).findFirst().orElseThrow();
      return Lowering.lower(graph, frontend, name);
    } catch (ModelException e) {
      throw new ModelException(source + ": " + e.getMessage(), e);
    }
  }

  private static ModelProto parse(byte[] onnx) {
    try {
      MessageCounter.check(CodedInputStream.newInstance(onnx));
      ModelProto model = ModelProto.parseFrom(onnx);
      if (!model.hasGraph()) {
        throw new ModelException("no ONNX model: it has no graph");
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw new ModelException(
          "no ONNX model, or damaged (" + Text.plain(String.valueOf(e.getMessage())) + ")", e);
    } catch (IOException e) {
      throw new ModelException("no ONNX model: " + e, e);
    }
  }
}
