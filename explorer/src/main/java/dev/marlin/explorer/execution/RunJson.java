package dev.marlin.explorer.execution;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A run as JSON: the contract with scripts outside the repository. */
public final class RunJson {
  private RunJson() {}

  /** One object and an end of line, UTF-8. A number that is not known is null. */
  public static byte[] write(RunReport run) throws IOException {
    return write(run, Double.NaN);
  }

  /**
   * As above, with what the deployer took.
   *
   * @param tilingSeconds from layers to the places of all buffers; NaN if nobody knows
   */
  public static byte[] write(RunReport run, double tilingSeconds) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("model", run.model());
      json.writeStringField("executor", run.executor());
      json.writeNumberField("cycles", run.cycles());
      json.writeNumberField("macs", run.macs());
      json.writeNumberField("mac_per_cycle", run.macPerCycle());
      json.writeNumberField("milliseconds", run.milliseconds());
      json.writeFieldName("millijoules");
      if (run.millijoules().isPresent()) {
        json.writeNumber(run.millijoules().getAsDouble());
      } else {
        json.writeNull();
      }
      json.writeBooleanField("correct", run.correct());
      json.writeNumberField("mismatches", run.mismatches());
      if (!Double.isNaN(tilingSeconds)) {
        json.writeNumberField("tiling_seconds", tilingSeconds);
      }
      json.writeArrayFieldStart("layers");
      for (LayerReport layer : run.layers()) {
        layer(json, layer);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private static void layer(JsonGenerator json, LayerReport layer) throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", layer.index());
    json.writeStringField("name", layer.name());
    json.writeStringField("type", layer.type());
    json.writeNumberField("cycles", layer.cycles());
    json.writeNumberField("macs", layer.macs());
    json.writeNumberField("mac_per_cycle", layer.macPerCycle());
    json.writeStringField("tile", layer.tile());
    json.writeNumberField("tiles", layer.tiles());
    json.writeNumberField("l1_bytes", layer.l1Bytes());
    json.writeNumberField("l3_bytes", layer.l3Bytes());
    json.writeBooleanField("correct", layer.correct());
    json.writeEndObject();
  }
}
