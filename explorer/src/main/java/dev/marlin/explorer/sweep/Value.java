package dev.marlin.explorer.sweep;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;

/**
 * A value of the file.
 *
 * @param node what it is
 * @param place where it stands
 */
record Value(JsonNode node, JsonPointer place) {

  /** One of its entries. */
  Value get(String key) {
    return new Value(node.get(key), place.appendProperty(key));
  }

  /** One of its elements. */
  Value get(int index) {
    return new Value(node.get(index), place.appendIndex(index));
  }

  boolean has(String key) {
    return node.has(key);
  }

  String text() {
    return node.asText();
  }
}
