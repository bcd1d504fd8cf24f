package dev.marlin.explorer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.marlin.explorer.benchmark.KernelTiming;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Timings of kernels as JSON. */
final class KernelsJson {
  private KernelsJson() {}

  /** An array of objects and an end of line, UTF-8. A target that is not set is null. */
  static byte[] write(List<KernelTiming> timings) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      json.writeStartArray();
      for (KernelTiming timing : timings) {
        write(json, timing);
      }
      json.writeEndArray();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, KernelTiming timing) throws IOException {
    json.writeStartObject();
    json.writeStringField("kernel", timing.measured().name());
    json.writeStringField("function", timing.function());
    json.writeStringField("shape", timing.measured().shape());
    json.writeStringField("unit", timing.measured().unit().toString());
    json.writeNumberField("work", timing.measured().work());
    json.writeNumberField("bound_per_cycle_8_cores", timing.measured().bound());
    json.writeFieldName("target_per_cycle_8_cores");
    if (timing.measured().target() == 0) {
      json.writeNull();
    } else {
      json.writeNumber(timing.measured().target());
    }
    json.writeNumberField("code_bytes", timing.codeBytes());
    json.writeArrayFieldStart("runs");
    for (Map.Entry<Integer, Long> run : timing.cycles().entrySet()) {
      json.writeStartObject();
      json.writeNumberField("cores", run.getKey());
      json.writeNumberField("cycles", run.getValue());
      json.writeNumberField("per_cycle", timing.rate(run.getKey()));
      json.writeNumberField("share_of_bound", timing.shareOfBound(run.getKey()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
