package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.L2Buffer;
import dev.marlin.explorer.execution.LayerParts;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.Provenance;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.Reproduction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Outcomes to rows and back. */
final class OutcomeRows {
  private OutcomeRows() {}

  /** Writes all rows of an outcome; the caller has the transaction. */
  static void insert(Database database, PointOutcome outcome) throws SQLException {
    database.prepared("DELETE FROM points WHERE point_key = ?", outcome.key()).executeUpdate();
    if (outcome.run() != null && outcome.build() != null) {
      run(database, outcome.run(), outcome.build());
    }
    long id = point(database, outcome);
    if (outcome.failure() != null) {
      failure(database, id, outcome);
    }
    if (outcome.run() != null) {
      layers(database, id, outcome.run().layers());
      buffers(database, id, outcome.run().l2Map());
    }
  }

  private static void run(Database database, RunReport run, PointOutcome.BuildInfo build)
      throws SQLException {
    Provenance made = build.provenance();
    database
        .prepared(
            "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                + " ?, ?, ?)",
            build.runKey(),
            run.executor(),
            made.executorVersion(),
            build.chip(),
            build.chipHash(),
            build.toolchain(),
            build.compilerFlags(),
            build.programHash(),
            build.imageHash(),
            run.cycles(),
            run.macs(),
            build.instructions(),
            run.mismatches(),
            run.firstMismatch(),
            made.marlinVersion(),
            made.marlinCommit(),
            made.codeVersion(),
            made.host(),
            build.executionSeconds(),
            made.executedAt())
        .executeUpdate();
  }

  private static long point(Database database, PointOutcome outcome) throws SQLException {
    PointOptions options = outcome.point().options();
    RunReport run = outcome.run();
    PointOutcome.BuildInfo build = outcome.build();
    boolean energy = run != null && !Double.isNaN(run.picojoulesPerCycle());
    try (ResultSet row =
        database
            .prepared(
                "INSERT INTO points VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                    + " ?, ?, ?, ?, ?) RETURNING point_id",
                outcome.key(),
                outcome.point().model().location(),
                outcome.point().model().hash(),
                options.l1Bytes(),
                options.l2Bytes(),
                options.l3Bytes(),
                options.cores(),
                options.clockHertz(),
                options.tiling(),
                options.heuristicsText(),
                options.toolchain(),
                options.requantization(),
                options.executor(),
                options.chipText(),
                outcome.status().name(),
                run == null || build == null ? null : build.runKey(),
                energy ? run.picojoulesPerCycle() : null,
                build != null && build.reused() ? 1 : 0,
                outcome.host(),
                outcome.hostSeconds(),
                Instant.now().toString())
            .executeQuery()) {
      return row.getLong(1);
    }
  }

  private static void failure(Database database, long point, PointOutcome outcome)
      throws SQLException {
    Failure failure = Objects.requireNonNull(outcome.failure());
    database
        .prepared(
            "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            point,
            failure.kind(),
            failure.message(),
            failure.log(),
            failure.level(),
            failure.layer(),
            failure.missingBytes(),
            Reproduction.command(outcome.point()))
        .executeUpdate();
  }

  private static void layers(Database database, long point, List<LayerReport> layers)
      throws SQLException {
    for (LayerReport layer : layers) {
      LayerParts parts = layer.parts();
      database
          .prepared(
              "INSERT INTO layers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              point,
              layer.index(),
              layer.name(),
              layer.type(),
              layer.cycles(),
              layer.macs(),
              layer.tile(),
              layer.tiles(),
              layer.l1Bytes(),
              layer.l3Bytes(),
              layer.predictedCycles(),
              layer.mismatches(),
              parts == null ? null : parts.compute(),
              parts == null ? null : parts.dmaWait(),
              parts == null ? null : parts.l3Wait(),
              parts == null ? null : parts.overhead(),
              parts == null ? null : parts.dmaBytes())
          .executeUpdate();
    }
  }

  private static void buffers(Database database, long point, List<L2Buffer> buffers)
      throws SQLException {
    int position = 0;
    for (L2Buffer buffer : buffers) {
      database
          .prepared(
              "INSERT INTO l2_buffers VALUES (?, ?, ?, ?, ?, ?, ?)",
              point,
              position++,
              buffer.what(),
              buffer.offset(),
              buffer.bytes(),
              buffer.firstLayer(),
              buffer.lastLayer())
          .executeUpdate();
    }
  }

  private static L2Buffer buffer(ResultSet row) throws SQLException {
    return new L2Buffer(
        row.getString("what"),
        row.getInt("offset"),
        row.getInt("bytes"),
        row.getInt("first_layer"),
        row.getInt("last_layer"));
  }

  private static final String COLUMNS =
      "points.*, sweep_points.model, kind, message, log, level, failures.layer, missing_bytes,"
          + " executor_version, runs.chip AS run_chip, chip_hash, compiler, compiler_flags,"
          + " program_hash, image_hash, cycles, instructions, first_mismatch, marlin_version,"
          + " marlin_commit, code_version, runs.host AS run_host, runs.host_seconds AS run_seconds,"
          + " executed_at";

  /** The outcomes of a sweep's points, in its order; points that have not ended are left out. */
  static List<StoredSweep.Row> of(Database database, long sweep) throws SQLException {
    Map<Long, List<LayerReport>> layers = layersOf(database, sweep);
    Map<Long, List<L2Buffer>> buffers = buffersOf(database, sweep);
    List<StoredSweep.Row> rows = new ArrayList<>();
    try (ResultSet row =
        database
            .prepared(
                "SELECT config, baseline_key, "
                    + COLUMNS
                    + " FROM sweep_points JOIN points USING (point_key) LEFT JOIN failures USING"
                    + " (point_id) LEFT JOIN runs USING (run_key) WHERE sweep_id = ? ORDER BY"
                    + " position",
                sweep)
            .executeQuery()) {
      while (row.next()) {
        String baseline = row.getString("baseline_key");
        rows.add(
            new StoredSweep.Row(
                outcome(
                    row,
                    layers.getOrDefault(row.getLong("point_id"), List.of()),
                    buffers.getOrDefault(row.getLong("point_id"), List.of())),
                row.getString("config"),
                baseline == null ? "" : baseline));
      }
    }
    return rows;
  }

  /**
   * The outcomes of some points, wherever they are used; a point is called as its model's place.
   */
  static List<PointOutcome> of(Database database, Collection<String> keys) throws SQLException {
    List<PointOutcome> outcomes = new ArrayList<>();
    for (String key : keys) {
      List<LayerReport> layers = new ArrayList<>();
      List<L2Buffer> buffers = new ArrayList<>();
      try (ResultSet row =
          database
              .prepared(
                  "SELECT layers.* FROM points JOIN layers USING (point_id) WHERE point_key = ? ORDER"
                      + " BY layer",
                  key)
              .executeQuery()) {
        while (row.next()) {
          layers.add(layer(row));
        }
      }
      try (ResultSet row =
          database
              .prepared(
                  "SELECT l2_buffers.* FROM points JOIN l2_buffers USING (point_id) WHERE point_key ="
                      + " ? ORDER BY position",
                  key)
              .executeQuery()) {
        while (row.next()) {
          buffers.add(buffer(row));
        }
      }
      try (ResultSet row =
          database
              .prepared(
                  "SELECT "
                      + COLUMNS.replace("sweep_points.model", "model_location AS model")
                      + " FROM points LEFT JOIN failures USING (point_id) LEFT JOIN runs USING"
                      + " (run_key) WHERE point_key = ?",
                  key)
              .executeQuery()) {
        if (row.next()) {
          outcomes.add(outcome(row, layers, buffers));
        }
      }
    }
    return outcomes;
  }

  /** What a point that ran took on average, by the hash of its network. */
  static Map<String, Double> secondsByModel(Database database) throws SQLException {
    Map<String, Double> seconds = new HashMap<>();
    try (ResultSet row =
        database
            .prepared(
                "SELECT model_hash, avg(host_seconds) FROM points WHERE run_key IS NOT NULL GROUP BY"
                    + " model_hash")
            .executeQuery()) {
      while (row.next()) {
        seconds.put(row.getString(1), row.getDouble(2));
      }
    }
    return seconds;
  }

  private static PointOutcome outcome(
      ResultSet row, List<LayerReport> layers, List<L2Buffer> buffers) throws SQLException {
    ModelRef model =
        new ModelRef(
            row.getString("model"), row.getString("model_location"), row.getString("model_hash"));
    return new PointOutcome(
        new DesignPoint(model, options(row)),
        row.getString("point_key"),
        PointStatus.valueOf(row.getString("status")),
        failure(row),
        run(row, model.name(), layers, buffers),
        build(row),
        row.getDouble("host_seconds"),
        row.getString("host"));
  }

  private static PointOptions options(ResultSet row) throws SQLException {
    return new PointOptions(
        row.getInt("l1_bytes"),
        row.getInt("l2_bytes"),
        row.getInt("l3_bytes"),
        row.getInt("cores"),
        row.getLong("clock_hertz"),
        row.getString("tiling"),
        values(row.getString("heuristics"), Double::valueOf),
        row.getString("toolchain"),
        row.getString("requantization"),
        row.getString("executor"),
        values(row.getString("chip"), text -> text));
  }

  private static @Nullable Failure failure(ResultSet row) throws SQLException {
    return row.getString("kind") == null
        ? null
        : new Failure(
            row.getString("kind"),
            row.getString("message"),
            row.getString("log"),
            row.getString("level"),
            row.getString("layer"),
            row.getLong("missing_bytes"));
  }

  private static @Nullable RunReport run(
      ResultSet row, String model, List<LayerReport> layers, List<L2Buffer> buffers)
      throws SQLException {
    if (row.getString("run_key") == null) {
      return null;
    }
    double energy = row.getDouble("picojoules_per_cycle");
    boolean unknown = row.wasNull();
    return new RunReport(
        model,
        row.getString("executor"),
        row.getLong("cycles"),
        row.getLong("clock_hertz"),
        unknown ? Double.NaN : energy,
        row.getString("first_mismatch"),
        layers,
        buffers);
  }

  private static PointOutcome.@Nullable BuildInfo build(ResultSet row) throws SQLException {
    return row.getString("run_key") == null
        ? null
        : new PointOutcome.BuildInfo(
            row.getString("run_key"),
            row.getString("program_hash"),
            row.getString("image_hash"),
            row.getString("run_chip"),
            row.getString("chip_hash"),
            row.getString("compiler"),
            row.getString("compiler_flags"),
            row.getLong("instructions"),
            row.getDouble("run_seconds"),
            row.getInt("reused") == 1,
            new Provenance(
                row.getString("marlin_version"),
                row.getString("marlin_commit"),
                row.getString("code_version"),
                row.getString("executor_version"),
                row.getString("run_host"),
                row.getString("executed_at")));
  }

  private static Map<Long, List<L2Buffer>> buffersOf(Database database, long sweep)
      throws SQLException {
    Map<Long, List<L2Buffer>> buffers = new HashMap<>();
    try (ResultSet row =
        database
            .prepared(
                "SELECT * FROM l2_buffers WHERE point_id IN (SELECT point_id FROM points JOIN"
                    + " sweep_points USING (point_key) WHERE sweep_id = ?) ORDER BY point_id,"
                    + " position",
                sweep)
            .executeQuery()) {
      while (row.next()) {
        buffers.computeIfAbsent(row.getLong("point_id"), id -> new ArrayList<>()).add(buffer(row));
      }
    }
    return buffers;
  }

  private static Map<Long, List<LayerReport>> layersOf(Database database, long sweep)
      throws SQLException {
    Map<Long, List<LayerReport>> layers = new HashMap<>();
    try (ResultSet row =
        database
            .prepared(
                "SELECT * FROM layers WHERE point_id IN (SELECT point_id FROM points JOIN"
                    + " sweep_points USING (point_key) WHERE sweep_id = ?) ORDER BY point_id, layer",
                sweep)
            .executeQuery()) {
      while (row.next()) {
        layers.computeIfAbsent(row.getLong("point_id"), id -> new ArrayList<>()).add(layer(row));
      }
    }
    return layers;
  }

  private static @Nullable LayerParts parts(ResultSet row) throws SQLException {
    long compute = row.getLong("compute_cycles");
    return row.wasNull()
        ? null
        : new LayerParts(
            compute,
            row.getLong("dma_wait_cycles"),
            row.getLong("l3_wait_cycles"),
            row.getLong("overhead_cycles"),
            row.getLong("dma_bytes"));
  }

  private static LayerReport layer(ResultSet row) throws SQLException {
    return new LayerReport(
        row.getInt("layer"),
        row.getString("name"),
        row.getString("type"),
        row.getLong("cycles"),
        row.getLong("macs"),
        row.getString("tile"),
        row.getInt("tiles"),
        row.getInt("l1_bytes"),
        row.getLong("l3_bytes"),
        row.getLong("predicted_cycles"),
        parts(row),
        row.getLong("mismatches"));
  }

  /** {@code name=value} pairs, separated by blanks. */
  private static <T> SortedMap<String, T> values(String text, Function<String, T> parse) {
    SortedMap<String, T> values = new TreeMap<>();
    for (String entry : text.split(" ", -1)) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        values.put(entry.substring(0, equals), parse.apply(entry.substring(equals + 1)));
      }
    }
    return values;
  }
}
