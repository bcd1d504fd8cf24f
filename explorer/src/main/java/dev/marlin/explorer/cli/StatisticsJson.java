package dev.marlin.explorer.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Statistics;
import dev.marlin.simulator.Statistics.Stalls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** The statistics of a run as JSON. A generator, not data binding: this must start fast. */
final class StatisticsJson {
  private StatisticsJson() {}

  /** One object and an end of line, UTF-8. */
  static byte[] write(RunResult result) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes)) {
      json.useDefaultPrettyPrinter();
      Statistics statistics = result.statistics();
      json.writeStartObject();
      json.writeNumberField("exit_status", result.exitStatus());
      json.writeNumberField("cycles", statistics.cycles());
      json.writeNumberField("fc_cycles", statistics.fcCycles());
      json.writeNumberField("instructions", statistics.instructions());
      json.writeNumberField("fc_utilisation", statistics.fcUtilisation());
      json.writeNumberField("cluster_utilisation", statistics.clusterUtilisation());
      json.writeNumberField("host_seconds", statistics.hostSeconds());
      json.writeNumberField("mips", statistics.mips());
      json.writeObjectFieldStart("dma");
      json.writeNumberField("bytes_in", statistics.dma().bytesIn());
      json.writeNumberField("bytes_out", statistics.dma().bytesOut());
      json.writeNumberField("busy_cycles_in", statistics.dma().busyIn());
      json.writeNumberField("busy_cycles_out", statistics.dma().busyOut());
      json.writeEndObject();
      json.writeObjectFieldStart("l3");
      json.writeNumberField("bytes_read", statistics.l3().bytesRead());
      json.writeNumberField("bytes_written", statistics.l3().bytesWritten());
      json.writeNumberField("flash_bytes_read", statistics.l3().flashBytesRead());
      json.writeNumberField("busy_cycles", statistics.l3().busyCycles());
      json.writeEndObject();
      json.writeObjectFieldStart("stalls");
      stalls(json, total(statistics.cores()));
      json.writeEndObject();
      json.writeArrayFieldStart("cores");
      for (Statistics.Core core : statistics.cores()) {
        core(json, core, core.index() == statistics.cores().size() - 1);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
    }
    return bytes.toByteArray();
  }

  private static void core(JsonGenerator json, Statistics.Core core, boolean fabricController)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("index", core.index());
    json.writeStringField("name", fabricController ? "fc" : "core" + core.index());
    json.writeNumberField("instructions", core.instructions());
    json.writeNumberField("active_cycles", core.activeCycles());
    json.writeNumberField("sleep_cycles", core.sleepCycles());
    json.writeNumberField("icache_misses", core.icacheMisses());
    json.writeObjectFieldStart("stalls");
    stalls(json, core.stalls());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void stalls(JsonGenerator json, Stalls stalls) throws IOException {
    json.writeNumberField("load_use", stalls.loadUse());
    json.writeNumberField("branch", stalls.branch());
    json.writeNumberField("icache", stalls.icache());
    json.writeNumberField("l1_contention", stalls.l1Contention());
    json.writeNumberField("external", stalls.external());
    json.writeNumberField("misaligned", stalls.misaligned());
    json.writeNumberField("other", stalls.other());
  }

  private static Stalls total(List<Statistics.Core> cores) {
    return new Stalls(
        sum(cores, Stalls::loadUse),
        sum(cores, Stalls::branch),
        sum(cores, Stalls::icache),
        sum(cores, Stalls::l1Contention),
        sum(cores, Stalls::external),
        sum(cores, Stalls::misaligned),
        sum(cores, Stalls::other));
  }

  private static long sum(List<Statistics.Core> cores, ToLongFunction<Stalls> part) {
    return cores.stream().map(Statistics.Core::stalls).mapToLong(part).sum();
  }
}
