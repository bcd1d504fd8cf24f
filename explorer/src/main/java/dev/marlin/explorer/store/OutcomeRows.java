package dev.marlin.explorer.store;

import static dev.marlin.explorer.store.ResultStore.bind;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Outcomes to rows and back. */
final class OutcomeRows {
  private OutcomeRows() {}

  /** Writes all rows of an outcome; the caller has the transaction. */
  static void insert(Connection connection, PointOutcome outcome) throws SQLException {
    try (PreparedStatement delete =
        connection.prepareStatement("DELETE FROM points WHERE point_key = ?")) {
      bind(delete, outcome.key());
      delete.executeUpdate();
    }
    if (outcome.run() != null && outcome.build() != null) {
      run(connection, outcome.run(), outcome.build());
    }
    long id = point(connection, outcome);
    if (outcome.failure() != null) {
      failure(connection, id, outcome.failure());
    }
    if (outcome.run() != null) {
      layers(connection, id, outcome.run().layers());
    }
  }

  private static void run(Connection connection, RunReport run, PointOutcome.BuildInfo build)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT OR IGNORE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      bind(
          insert,
          build.runKey(),
          run.executor(),
          build.chip(),
          build.toolchain(),
          build.programHash(),
          build.imageHash(),
          run.cycles(),
          run.macs(),
          build.instructions(),
          run.mismatches(),
          run.firstMismatch());
      insert.executeUpdate();
    }
  }

  private static long point(Connection connection, PointOutcome outcome) throws SQLException {
    PointOptions options = outcome.point().options();
    RunReport run = outcome.run();
    PointOutcome.BuildInfo build = outcome.build();
    boolean energy = run != null && !Double.isNaN(run.picojoulesPerCycle());
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO points VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                + " ?, ?) RETURNING point_id")) {
      bind(
          insert,
          outcome.key(),
          outcome.point().model().location(),
          outcome.point().model().hash(),
          options.l1Bytes(),
          options.l2Bytes(),
          options.l3Bytes(),
          options.cores(),
          options.clockHertz(),
          options.tiling(),
          weights(options.heuristics()),
          options.toolchain(),
          options.requantization(),
          options.executor(),
          outcome.status().name(),
          run == null || build == null ? null : build.runKey(),
          energy ? run.picojoulesPerCycle() : null,
          build != null && build.reused() ? 1 : 0,
          outcome.host(),
          outcome.hostSeconds(),
          Instant.now().toString());
      try (ResultSet row = insert.executeQuery()) {
        return row.getLong(1);
      }
    }
  }

  private static void failure(Connection connection, long point, Failure failure)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      bind(
          insert,
          point,
          failure.kind(),
          failure.message(),
          failure.log(),
          failure.level(),
          failure.layer(),
          failure.missingBytes());
      insert.executeUpdate();
    }
  }

  private static void layers(Connection connection, long point, List<LayerReport> layers)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO layers VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      for (LayerReport layer : layers) {
        bind(
            insert,
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
            layer.mismatches());
        insert.addBatch();
      }
      insert.executeBatch();
    }
  }

  /** The outcomes of a sweep's points, in its order; points that have not ended are left out. */
  static List<PointOutcome> of(Connection connection, long sweep) throws SQLException {
    Map<Long, List<LayerReport>> layers = layersOf(connection, sweep);
    List<PointOutcome> outcomes = new ArrayList<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT * FROM sweep_points JOIN points USING (point_key) LEFT JOIN failures USING"
                + " (point_id) LEFT JOIN runs USING (run_key) WHERE sweep_id = ? ORDER BY"
                + " position")) {
      bind(query, sweep);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          outcomes.add(outcome(row, layers.getOrDefault(row.getLong("point_id"), List.of())));
        }
      }
    }
    return outcomes;
  }

  private static PointOutcome outcome(ResultSet row, List<LayerReport> layers) throws SQLException {
    ModelRef model =
        new ModelRef(
            row.getString("model"), row.getString("model_location"), row.getString("model_hash"));
    return new PointOutcome(
        new DesignPoint(model, options(row)),
        row.getString("point_key"),
        PointStatus.valueOf(row.getString("status")),
        failure(row),
        run(row, model.name(), layers),
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
        weights(row.getString("heuristics")),
        row.getString("toolchain"),
        row.getString("requantization"),
        row.getString("executor"));
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

  private static @Nullable RunReport run(ResultSet row, String model, List<LayerReport> layers)
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
        layers);
  }

  private static PointOutcome.@Nullable BuildInfo build(ResultSet row) throws SQLException {
    return row.getString("run_key") == null
        ? null
        : new PointOutcome.BuildInfo(
            row.getString("run_key"),
            row.getString("program_hash"),
            row.getString("image_hash"),
            row.getString("chip"),
            row.getString("compiler"),
            row.getLong("instructions"),
            row.getInt("reused") == 1);
  }

  private static Map<Long, List<LayerReport>> layersOf(Connection connection, long sweep)
      throws SQLException {
    Map<Long, List<LayerReport>> layers = new HashMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT * FROM layers WHERE point_id IN (SELECT point_id FROM points JOIN sweep_points"
                + " USING (point_key) WHERE sweep_id = ?) ORDER BY point_id, layer")) {
      bind(query, sweep);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          layers
              .computeIfAbsent(row.getLong("point_id"), id -> new ArrayList<>())
              .add(
                  new LayerReport(
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
                      row.getLong("mismatches")));
        }
      }
    }
    return layers;
  }

  private static String weights(SortedMap<String, Double> heuristics) {
    return heuristics.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }

  private static SortedMap<String, Double> weights(String text) {
    SortedMap<String, Double> weights = new TreeMap<>();
    for (String entry : text.split(" ", -1)) {
      int equals = entry.indexOf('=');
      if (equals > 0) {
        weights.put(entry.substring(0, equals), Double.valueOf(entry.substring(equals + 1)));
      }
    }
    return weights;
  }
}
