package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.LayerParts;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.Provenance;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.Reproduction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The columns of {@code results} (one row a point) and {@code layers} (one row a layer). */
final class ExportTables {
  private ExportTables() {}

  /** A layer of a correct point. */
  record Layer(ExportRow row, LayerReport layer) {}

  static final List<Column<ExportRow>> RESULTS = results();
  static final List<Column<Layer>> LAYERS = layers();

  /** The layers of correct points. */
  static List<Layer> layersOf(List<ExportRow> rows) {
    List<Layer> layers = new ArrayList<>();
    for (ExportRow row : rows) {
      RunReport run = row.run();
      if (run != null) {
        run.layers().forEach(layer -> layers.add(new Layer(row, layer)));
      }
    }
    return layers;
  }

  private static List<Column<ExportRow>> results() {
    List<Column<ExportRow>> columns = new ArrayList<>();
    columns.add(Column.text("point", "key of the point", r -> r.outcome().key()));
    columns.add(Column.text("model", "network", r -> r.outcome().point().model().name()));
    columns.add(Column.integer("l1_bytes", "size of L1", r -> (long) r.options().l1Bytes()));
    columns.add(Column.integer("l2_bytes", "size of L2", r -> (long) r.options().l2Bytes()));
    columns.add(Column.integer("l3_bytes", "size of L3", r -> (long) r.options().l3Bytes()));
    columns.add(Column.integer("cores", "cluster cores", r -> (long) r.options().cores()));
    columns.add(Column.integer("clock_hertz", "clock", r -> r.options().clockHertz()));
    columns.add(Column.text("tiling", "tiling policy", r -> r.options().tiling()));
    columns.add(
        Column.text(
            "heuristics",
            "weights that differ from the policy's own, name=value",
            r -> r.options().heuristicsText()));
    columns.add(Column.text("toolchain", "compiler asked for", r -> r.options().toolchain()));
    columns.add(Column.text("requantization", "shift or exact", r -> r.options().requantization()));
    columns.add(Column.text("executor", "what ran it", r -> r.options().executor()));
    columns.add(
        Column.text(
            "status", "CORRECT, WRONG, FAILED or INFEASIBLE", r -> r.outcome().status().name()));
    columns.add(Column.text("kind", "of the failure", failure(Failure::kind)));
    columns.add(Column.text("message", "of the failure", failure(Failure::message)));
    columns.add(
        Column.integer("cycles", "end to end; of correct points only", run(RunReport::cycles)));
    columns.add(Column.integer("macs", "multiply-accumulates", run(RunReport::macs)));
    columns.add(Column.real("mac_per_cycle", "MAC a cycle", run(RunReport::macPerCycle)));
    columns.add(Column.real("milliseconds", "of one inference", run(RunReport::milliseconds)));
    columns.add(
        Column.real(
            "millijoules",
            "of one inference; empty if no operating point has the clock",
            run(r -> r.millijoules().isPresent() ? r.millijoules().getAsDouble() : null)));
    columns.add(
        Column.integer(
            "mismatches",
            "output elements that differ from the reference",
            r -> r.outcome().run() == null ? null : r.outcome().run().mismatches()));
    columns.add(Column.text("level", "memory that is too small", failure(Failure::level)));
    columns.add(Column.text("layer", "layer that does not fit", failure(Failure::layer)));
    columns.add(
        Column.integer(
            "missing_bytes",
            "of that memory",
            failure(f -> f.missingBytes() == 0 ? null : f.missingBytes())));
    columns.add(
        Column.bool(
            "reused", "whether the execution was made for another point", build(b -> b.reused())));
    columns.add(
        Column.real(
            "host_seconds", "time of the point on the host", r -> r.outcome().hostSeconds()));
    columns.add(Column.text("config", "name of the case", r -> r.stored().config()));
    columns.add(
        Column.text(
            "baseline",
            "key of the point that this is compared with",
            r -> r.stored().baselineKey()));
    columns.add(Column.real("speedup", "cycles of the baseline over cycles", ExportRow::speedup));
    columns.add(
        Column.bool(
            "on_front",
            "whether no point of the model beats it in both cycles and bytes of L1 and L2",
            ExportRow::onFront));
    columns.add(Column.text("chip", "what else differs from GAP8", r -> r.options().chipText()));
    columns.add(
        Column.text(
            "reproduce",
            "command that runs this point alone",
            r -> Reproduction.command(r.outcome().point())));
    provenance(columns);
    return List.copyOf(columns);
  }

  private static void provenance(List<Column<ExportRow>> columns) {
    columns.add(Column.text("run", "key of the execution", build(b -> b.runKey())));
    columns.add(Column.text("marlin_version", "that executed it", made(Provenance::marlinVersion)));
    columns.add(Column.text("marlin_commit", "of its sources", made(Provenance::marlinCommit)));
    columns.add(
        Column.text(
            "code_version", "hash of the code that decides", made(Provenance::codeVersion)));
    columns.add(
        Column.text("executor_version", "of what ran it", made(Provenance::executorVersion)));
    columns.add(Column.text("compiler", "name and version", build(b -> b.toolchain())));
    columns.add(
        Column.text("compiler_flags", "of generated sources", build(b -> b.compilerFlags())));
    columns.add(
        Column.text(
            "model_hash",
            "SHA-256 of the file, or zoo: and the name",
            r -> r.outcome().point().model().hash()));
    columns.add(Column.text("program_hash", "SHA-256 of the ELF", build(b -> b.programHash())));
    columns.add(Column.text("image_hash", "SHA-256 of the L3 image", build(b -> b.imageHash())));
    columns.add(Column.text("chip_hash", "SHA-256 of the chip", build(b -> b.chipHash())));
    columns.add(Column.text("host", "that executed it", made(Provenance::host)));
    columns.add(Column.text("executed_at", "UTC, ISO 8601", made(Provenance::executedAt)));
  }

  private static List<Column<Layer>> layers() {
    return List.of(
        Column.text("point", "key of the point", l -> l.row().outcome().key()),
        Column.integer("layer", "position in the network", l -> (long) l.layer().index()),
        Column.text("name", "of the layer", l -> l.layer().name()),
        Column.text("type", "conv, pointwise, depthwise, fc, ...", l -> l.layer().type()),
        Column.integer("cycles", "from start to end", l -> l.layer().cycles()),
        Column.integer("macs", "multiply-accumulates", l -> l.layer().macs()),
        Column.real("mac_per_cycle", "MAC a cycle", l -> l.layer().macPerCycle()),
        Column.text("tile", "output height x width x channels", l -> l.layer().tile()),
        Column.integer("tiles", "number of L1 tiles", l -> (long) l.layer().tiles()),
        Column.integer("l1_bytes", "of L1 used, without stacks", l -> (long) l.layer().l1Bytes()),
        Column.integer("dma_bytes", "moved between L2 and L1", ExportTables::dmaBytes),
        Column.integer("l3_bytes", "moved between L3 and L2", l -> l.layer().l3Bytes()),
        Column.integer(
            "predicted_cycles", "by the policy's cost model", l -> l.layer().predictedCycles()),
        Column.bool("correct", "every output element is right", l -> l.layer().correct()),
        Column.text("model", "network", l -> l.row().outcome().point().model().name()),
        Column.text("config", "name of the case", l -> l.row().stored().config()),
        Column.text("tiling", "tiling policy", l -> l.row().options().tiling()));
  }

  private static @Nullable Long dmaBytes(Layer layer) {
    LayerParts parts = layer.layer().parts();
    return parts == null ? null : parts.dmaBytes();
  }

  private static Function<ExportRow, @Nullable Object> run(
      Function<RunReport, @Nullable Object> value) {
    return row -> {
      RunReport run = row.run();
      return run == null ? null : value.apply(run);
    };
  }

  private static Function<ExportRow, @Nullable Object> failure(
      Function<Failure, @Nullable Object> value) {
    return row -> {
      Failure failure = row.failure();
      return failure == null ? null : value.apply(failure);
    };
  }

  private static Function<ExportRow, @Nullable Object> build(
      Function<PointOutcome.BuildInfo, @Nullable Object> value) {
    return row -> {
      PointOutcome.BuildInfo build = row.outcome().build();
      return build == null ? null : value.apply(build);
    };
  }

  private static Function<ExportRow, @Nullable Object> made(
      Function<Provenance, @Nullable Object> value) {
    return build(build -> value.apply(build.provenance()));
  }
}
