package dev.marlin.deployer.onnx;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.marlin.deployer.network.ModelException;
import java.io.IOException;
import java.util.Map;

/**
 * Bounds what parsing a file may cost before it is parsed: a message of two bytes becomes an object
 * of a hundred, so a small file of empty nodes could fill the memory. Walks the fields that Marlin
 * reads without building anything.
 */
final class MessageCounter {
  /** Nodes, attributes, names and constants together; MobileNetV2 has some thousands. */
  private static final int MOST = 500_000;

  /** Field numbers of onnx.proto that hold messages with messages in them. */
  private enum Message {
    MODEL,
    GRAPH,
    NODE,
    ATTRIBUTE,
    TENSOR,
    VALUE_INFO,
    TYPE,
    TENSOR_TYPE,
    SHAPE
  }

  private static final Map<Message, Map<Integer, Message>> NESTED =
      Map.of(
          Message.MODEL, Map.of(7, Message.GRAPH),
          Message.GRAPH,
              Map.of(
                  1, Message.NODE,
                  5, Message.TENSOR,
                  11, Message.VALUE_INFO,
                  12, Message.VALUE_INFO,
                  13, Message.VALUE_INFO),
          Message.NODE, Map.of(5, Message.ATTRIBUTE),
          Message.ATTRIBUTE, Map.of(5, Message.TENSOR),
          Message.VALUE_INFO, Map.of(2, Message.TYPE),
          Message.TYPE, Map.of(1, Message.TENSOR_TYPE),
          Message.TENSOR_TYPE, Map.of(2, Message.SHAPE));

  private int count;

  private MessageCounter() {}

  /**
   * Walks a model.
   *
   * @throws ModelException if it has too many parts
   * @throws IOException if it is no well-formed message
   */
  static void check(CodedInputStream model) throws IOException {
    new MessageCounter().walk(model, Message.MODEL);
  }

  private void walk(CodedInputStream in, Message message) throws IOException {
    Map<Integer, Message> nested = NESTED.getOrDefault(message, Map.of());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      int field = WireFormat.getTagFieldNumber(tag);
      boolean isMessage = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
      // Numbers that are not packed are cheap: an element of a primitive list each.
      if (isMessage && ++count > MOST) {
        throw new ModelException("more than " + MOST + " nodes, attributes and names: too large");
      }
      Message inner = nested.get(field);
      if (inner != null && isMessage) {
        int end = in.pushLimit(in.readRawVarint32());
        walk(in, inner);
        in.popLimit(end);
      } else if (!in.skipField(tag)) {
        return;
      }
    }
  }
}
