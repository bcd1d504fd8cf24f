package dev.marlin.explorer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.LayerPlan;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** A deployment as JSON, for scripts: the plan, what it is predicted to take, and what it took. */
final class DeployJson {
  private DeployJson() {}

  /** One object and an end of line, UTF-8. */
  static byte[] write(String model, Deployment deployment) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartObject();
      json.writeStringField("model", model);
      json.writeStringField("tiling", deployment.options().tiling());
      json.writeNumberField("tiling_seconds", deployment.tilingSeconds());
      json.writeNumberField("predicted_cycles", deployment.predictedCycles());
      json.writeNumberField("l1_bytes", deployment.application().l1Bytes());
      json.writeNumberField("l2_bytes", deployment.application().l2Bytes());
      json.writeNumberField("l3_bytes", deployment.schedule().l3Bytes());
      json.writeArrayFieldStart("layers");
      for (LayerPlan layer : deployment.layers()) {
        json.writeStartObject();
        json.writeNumberField("index", layer.index());
        json.writeStringField("name", layer.layer().name());
        json.writeStringField("type", layer.type());
        json.writeNumberField("predicted_cycles", layer.predictedCycles());
        json.writeNumberField("macs", layer.layer().macs());
        json.writeStringField("tile", layer.tile());
        json.writeNumberField("tiles", layer.tiles());
        json.writeNumberField("l1_bytes", layer.l1Bytes());
        json.writeNumberField("l3_bytes", layer.l3Bytes());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }
}
