package dev.marlin.explorer.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.marlin.explorer.engine.SweepSummary;
import dev.marlin.explorer.execution.PointStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** What a sweep came to and where its time went, for scripts. All times are seconds. */
final class SummaryJson {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SummaryJson() {}

  /** Writes to a file, or to stdout for {@code -}. */
  static void write(Console console, String target, SweepSummary summary) throws IOException {
    String text = text(summary);
    if (target.equals("-")) {
      console.out().println(text);
      return;
    }
    Path file = console.resolve(target);
    if (file.getParent() != null) {
      Files.createDirectories(file.getParent());
    }
    Files.writeString(file, text + "\n");
  }

  private static String text(SweepSummary summary) throws IOException {
    ObjectNode json = JSON.createObjectNode();
    json.put("points", summary.points());
    for (PointStatus status : PointStatus.values()) {
      json.put(status.name().toLowerCase(Locale.ROOT), summary.count(status));
    }
    json.put("stopped", summary.stopped());
    json.put("known", summary.known());
    json.put("cached", summary.cached());
    json.put("ran", summary.ran());
    json.put("shared_executions", summary.reused());
    json.put("retried", summary.retried());
    json.put("tilings_solved", summary.effort().tilings());
    json.put("tilings_shared", summary.effort().sharedTilings());
    json.put("saved_seconds", summary.savedSeconds());
    json.put("wall_seconds", summary.hostSeconds());
    long started = ManagementFactory.getRuntimeMXBean().getStartTime();
    json.put("process_seconds", (System.currentTimeMillis() - started) * 1e-3);
    json.put("at_a_time", summary.slots());
    json.put("run_seconds", summary.runSeconds());
    json.put("point_seconds", summary.pointSeconds());
    json.put("tile_seconds", summary.effort().tileSeconds());
    json.put("compile_seconds", summary.effort().compileSeconds());
    json.put("network_seconds", summary.effort().prepareSeconds());
    json.put("other_point_seconds", summary.otherSeconds());
    if (Double.isFinite(summary.overhead())) {
      json.put("overhead_percent", 100 * summary.overhead());
    } else {
      json.putNull("overhead_percent");
    }
    return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json);
  }
}
