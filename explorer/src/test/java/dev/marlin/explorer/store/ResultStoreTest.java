package dev.marlin.explorer.store;

import static dev.marlin.explorer.Fakes.PROVENANCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.sweep.Baseline;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.io.ColumnIOFactory;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.RecordReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultStoreTest {
  @TempDir Path folder;

  private static List<String> keys(Sweep sweep) {
    return sweep.points().stream().map(point -> point.key("code1")).toList();
  }

  private static List<PointOutcome> oneOfEachStatus(Sweep sweep) {
    List<PointOutcome> outcomes = new ArrayList<>();
    for (PointStatus status : PointStatus.values()) {
      DesignPoint point = sweep.points().get(outcomes.size());
      outcomes.add(Fakes.outcome(point, point.key("code1"), status));
    }
    return outcomes;
  }

  @Test
  void givesBackWhatItWasGivenInTheOrderOfTheSweep() {
    Sweep sweep = Fakes.sweep(5);
    List<PointOutcome> outcomes = oneOfEachStatus(sweep);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      for (int i = outcomes.size() - 1; i >= 0; i--) {
        store.put(outcomes.get(i));
      }
    }
    try (ResultStore store = ResultStore.openToRead(folder)) {
      StoredSweep stored = store.latest();
      assertThat(stored.outcomes()).isEqualTo(outcomes);
      assertThat(stored.name()).isEqualTo("demo");
      assertThat(stored.command()).isEqualTo("explore demo.yaml");
      assertThat(stored.size()).isEqualTo(5);
    }
  }

  @Test
  void knowsWhatHasEndedButNotWhatFailedForAReasonOutside() {
    Sweep sweep = Fakes.sweep(5);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      oneOfEachStatus(sweep).forEach(store::put);
      DesignPoint last = sweep.points().get(4);
      store.put(
          new PointOutcome(
              last,
              last.key("code1"),
              PointStatus.FAILED,
              Failure.of("environment", "no gcc", ""),
              null,
              null,
              1,
              "host"));
      assertThat(store.finished()).containsExactlyInAnyOrderElementsOf(keys(sweep).subList(0, 4));
    }
  }

  @Test
  void replacesTheOutcomeOfAPointThatRanAgain() {
    Sweep sweep = Fakes.sweep(1);
    String key = keys(sweep).get(0);
    DesignPoint point = sweep.points().get(0);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      store.put(Fakes.outcome(point, key, PointStatus.CORRECT));
      PointOutcome second = Fakes.outcome(point, key, PointStatus.FAILED);
      store.put(second);
      assertThat(store.latest().outcomes()).containsExactly(second);
    }
  }

  @Test
  void hasTheSameHashUntilARowChanges() {
    Sweep sweep = Fakes.sweep(3);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      store.put(Fakes.outcome(sweep.points().get(0), keys(sweep).get(0), PointStatus.CORRECT));
      String one = store.contentHash();
      store.begin(sweep, keys(sweep), PROVENANCE);
      assertThat(store.contentHash()).as("the same sweep, begun again").isEqualTo(one);
      store.put(Fakes.outcome(sweep.points().get(1), keys(sweep).get(1), PointStatus.FAILED));
      String two = store.contentHash();
      assertThat(two).as("one more point").isNotEqualTo(one);
      store.put(Fakes.outcome(sweep.points().get(1), keys(sweep).get(1), PointStatus.WRONG));
      String three = store.contentHash();
      assertThat(three).as("another outcome").isNotEqualTo(two);
      store.begin(Fakes.sweep(2), keys(Fakes.sweep(2)), PROVENANCE);
      assertThat(store.contentHash()).as("fewer points").isNotEqualTo(three);
    }
  }

  @Test
  void showsOnlyThePointsOfTheLatestSweep() {
    Sweep both = Fakes.sweep(2);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(both, keys(both), PROVENANCE);
      both.points().forEach(p -> store.put(Fakes.outcome(p, p.key("code1"), PointStatus.CORRECT)));
      Sweep one = Fakes.sweep(1);
      store.begin(one, keys(one), PROVENANCE);
      assertThat(store.latest().outcomes()).hasSize(1);
    }
  }

  @Test
  void refusesASecondWriter() {
    try (ResultStore first = ResultStore.open(folder)) {
      assertThat(first.finished()).isEmpty();
      assertThatThrownBy(() -> ResultStore.open(folder))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("another explore writes results here");
    }
    ResultStore.open(folder).close();
  }

  @Test
  void refusesAFileThatIsNotItsOwn() throws IOException, SQLException {
    Files.writeString(folder.resolve(ResultStore.FILE), "some text that is no database at all");
    assertThatThrownBy(() -> ResultStore.open(folder))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("not a database");
    Files.delete(folder.resolve(ResultStore.FILE));
    execute("CREATE TABLE other (x)");
    assertThatThrownBy(() -> ResultStore.open(folder))
        .hasMessageContaining("is no results file of Marlin");
  }

  @Test
  void refusesTablesOfAnotherVersion() throws SQLException {
    ResultStore.open(folder).close();
    execute("PRAGMA user_version = 9");
    assertThatThrownBy(() -> ResultStore.open(folder))
        .hasMessageContaining(
            "was written by a newer Marlin (tables of version 9, this one has 4)");
  }

  @Test
  void saysWhereThereAreNoResults() {
    assertThatThrownBy(() -> ResultStore.openToRead(folder))
        .hasMessageContaining("no results here");
  }

  @Test
  void refusesAFolderThatCannotBeMade() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> ResultStore.open(file.resolve("sub")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("cannot be written");
  }

  @Test
  void exportsOneRowAPointAndNoCyclesOfWrongOnes() throws IOException {
    Sweep sweep = Fakes.sweep(4);
    export(sweep);
    List<String> rows = Files.readAllLines(folder.resolve("results.csv"));
    assertThat(rows).hasSize(5);
    assertThat(rows.get(1)).contains(",CORRECT,,,1000010,8020,");
    assertThat(rows.get(2)).contains(",WRONG,wrong result,\"bad, \"\"very\"\"\",,,,,,3,");
    assertThat(rows.get(4))
        .contains(",INFEASIBLE,infeasible,layer x needs more,")
        .contains(",L1,x,123,");
    assertThat(
            rows.stream()
                .map(row -> row.replaceAll("\"[^\"]*\"", "").split(",", -1).length)
                .distinct())
        .hasSize(1);
    assertThat(Files.readAllLines(folder.resolve("layers.csv"))).hasSize(3);
  }

  private void export(Sweep sweep) throws IOException {
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      oneOfEachStatus(sweep).forEach(store::put);
      Export.write(store.latest(), folder);
    }
  }

  @Test
  void exportsTheSameToParquetWithTypesAndMeanings() throws IOException {
    export(Fakes.sweep(4));
    List<Group> rows = new ArrayList<>();
    Path file = folder.resolve("results.parquet");
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            new LocalInputFile(file),
            ParquetReadOptions.builder(new PlainParquetConfiguration()).build())) {
      assertThat(reader.getFileMetaData().getKeyValueMetaData())
          .containsEntry("marlin.l1_bytes", "size of L1");
      MessageType schema = reader.getFileMetaData().getSchema();
      PageReadStore pages = reader.readNextRowGroup();
      RecordReader<Group> records =
          new ColumnIOFactory()
              .getColumnIO(schema)
              .getRecordReader(pages, new GroupRecordConverter(schema));
      for (long i = 0; i < pages.getRowCount(); i++) {
        rows.add(records.read());
      }
    }
    assertThat(rows).hasSize(4);
    assertThat(rows.get(0).getString("status", 0)).isEqualTo("CORRECT");
    assertThat(rows.get(0).getLong("cycles", 0)).isEqualTo(1_000_010);
    assertThat(rows.get(0).getDouble("millijoules", 0)).isEqualTo(1_000_010 * 389e-9);
    assertThat(rows.get(0).getBoolean("on_front", 0)).isTrue();
    assertThat(rows.get(1).getFieldRepetitionCount("cycles")).as("a wrong run has none").isZero();
    List<String> head =
        List.of(Files.readAllLines(folder.resolve("results.csv")).get(0).split(",", -1));
    assertThat(head)
        .isEqualTo(rows.get(0).getType().getFields().stream().map(Type::getName).toList());
  }

  @Test
  void comparesPointsWithTheirBaselineAndMarksTheFront() throws IOException {
    List<DesignPoint> points = new ArrayList<>();
    for (int cores : new int[] {8, 1}) {
      for (int i : new int[] {0, 1}) {
        DesignPoint point = Fakes.point(i);
        points.add(new DesignPoint(point.model(), point.options().withCores(cores)));
      }
    }
    Baseline one = new Baseline("one core", options -> options.withCores(1));
    Sweep sweep =
        new Sweep(
            "s", "", "", points, Map.of(points.get(0), "fast"), Optional.of(one), Optional.empty());
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      for (DesignPoint point : points) {
        double slower = point.options().cores() == 1 ? 4 : 1;
        store.put(Fakes.outcome(point, point.key("code1"), PointStatus.CORRECT, slower));
      }
      assertThat(store.latest().baseline()).isEqualTo("one core");
      Export.write(store.latest(), folder);
    }
    Query front = Query.ask(folder, "SELECT cores, l1_bytes, config FROM front");
    assertThat(front.rows()).containsExactly(List.of(8L, 1000L, "fast"));
    List<ExportRow> rows;
    try (ResultStore store = ResultStore.openToRead(folder)) {
      rows = ExportRow.of(store.latest());
    }
    assertThat(rows.stream().map(ExportRow::onFront)).containsExactly(true, false, false, false);
    assertThat(rows.get(0).speedup()).isCloseTo(4, offset(1e-5));
    assertThat(rows.get(3).speedup()).isEqualTo(1);
  }

  @Test
  void answersQuestionsInSqlAndLetsNothingBeChanged() {
    Sweep sweep = Fakes.sweep(4);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      oneOfEachStatus(sweep).forEach(store::put);
      Query query =
          Query.ask(folder, "SELECT status, cycles, mac_per_cycle, reproduce FROM results");
      assertThat(query.columns()).containsExactly("status", "cycles", "mac_per_cycle", "reproduce");
      assertThat(query.rows()).hasSize(4);
      assertThat(query.rows().get(0)).startsWith("CORRECT", 1_000_010L, 8020.0 / 1_000_010);
      assertThat(query.rows().get(1)).startsWith("WRONG", null, null);
      assertThat(query.rows().get(3).get(3)).isEqualTo("explore run dscnn --l1 1003");
      assertThat(Query.ask(folder, "SELECT count(*) FROM layer_results").rows().get(0))
          .containsExactly(2L);
      assertThat(
              Query.ask(folder, "SELECT compiler_flags, marlin_commit, host_seconds FROM runs")
                  .toCsv())
          .startsWith("compiler_flags,marlin_commit,host_seconds\n-O2,abc,0.125\n");
      for (String harm :
          List.of("DELETE FROM points", "DROP TABLE runs", "PRAGMA user_version = 7")) {
        assertThatThrownBy(() -> Query.ask(folder, harm)).hasMessageContaining("readonly database");
      }
      assertThatThrownBy(() -> Query.ask(folder, "SELECT cyclez FROM results"))
          .hasMessageContaining("no such column: cyclez")
          .hasMessageContaining("there are the views results, layer_results and front");
    }
    try (ResultStore store = ResultStore.open(folder)) {
      assertThat(store.latest().outcomes()).hasSize(4);
    }
  }

  @Test
  void readsAFolderThatCannotBeWritten() throws IOException {
    Sweep sweep = Fakes.sweep(4);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      oneOfEachStatus(sweep).forEach(store::put);
    }
    assertThat(folder.toFile().setWritable(false)).isTrue();
    try {
      assertThat(Query.ask(folder, "SELECT count(*) FROM results").rows().get(0))
          .containsExactly(4L);
    } finally {
      assertThat(folder.toFile().setWritable(true)).isTrue();
    }
  }

  @Test
  void saysWhenTheDiskIsFullAndLosesNothingThatWasKept() throws SQLException {
    Sweep sweep = Fakes.sweep(400);
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys(sweep), PROVENANCE);
      store.limitPages(
          Math.toIntExact((Long) Query.ask(folder, "PRAGMA page_count").rows().get(0).get(0)) + 20);
      assertThatThrownBy(
              () ->
                  sweep
                      .points()
                      .forEach(
                          p -> store.put(Fakes.outcome(p, p.key("code1"), PointStatus.CORRECT))))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("SQLITE_FULL")
          .hasMessageContaining("free some space and run the same command again");
    }
    try (ResultStore store = ResultStore.open(folder)) {
      int kept = store.finished().size();
      assertThat(kept).isBetween(10, 399);
      assertThat(store.latest().outcomes())
          .hasSize(kept)
          .allMatch(o -> o.run() != null && o.run().layers().size() == 2);
    }
  }

  @Test
  void saysWhyATransactionEndedThoughItWasClosedAlready() throws SQLException {
    try (Database database = Database.open(folder.resolve("some.sqlite"))) {
      assertThatThrownBy(
              () ->
                  database.transaction(
                      () -> {
                        try (Statement statement = database.statement()) {
                          statement.executeUpdate(
                              "ROLLBACK"); // as SQLite itself when disks are full
                        }
                        throw new SQLException("[SQLITE_FULL] the disk is full");
                      }))
          .isInstanceOf(StoreException.class)
          .hasMessageContaining("the disk is full; free some space");
      Long one =
          database.transaction(
              () -> {
                try (Statement statement = database.statement();
                    ResultSet row = statement.executeQuery("SELECT 1")) {
                  return row.getLong(1);
                }
              });
      assertThat(one).as("of a later transaction").isEqualTo(1);
    }
  }

  @Test
  void takesAHundredThousandRowsWithoutSlowing() {
    Sweep sweep = Fakes.sweep(100_000);
    List<String> keys = keys(sweep);
    List<PointOutcome> outcomes = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      outcomes.add(Fakes.outcome(sweep.points().get(i), keys.get(i), PointStatus.CORRECT));
    }
    try (ResultStore store = ResultStore.open(folder)) {
      store.begin(sweep, keys, PROVENANCE);
      outcomes.subList(0, 1000).forEach(store::put); // warms up
      double few = secondsOf(() -> outcomes.subList(1000, 3000).forEach(store::put));
      store.putAll(outcomes.subList(3000, 98_000));
      double many = secondsOf(() -> outcomes.subList(98_000, 100_000).forEach(store::put));
      double known = secondsOf(() -> assertThat(store.finished()).hasSize(100_000));
      System.out.printf(
          "a row: %.0f us with 1,000 in the store, %.0f us with 98,000; 100,000 keys in %.2f s%n",
          few * 1e6 / 2000, many * 1e6 / 2000, known);
      // The clock of a busy machine proves nothing in a test: only where it is asked to.
      if (Boolean.getBoolean("marlin.benchmark")) {
        assertThat(many / few).as("time of a row with many there over few").isLessThan(3);
        assertThat(known).as("seconds to see what is known").isLessThan(5);
      }
    }
  }

  private static double secondsOf(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) * 1e-9;
  }

  private void execute(String sql) throws SQLException {
    String url = "jdbc:sqlite:" + folder.resolve(ResultStore.FILE);
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
