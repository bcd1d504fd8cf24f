package dev.marlin.explorer.store;

import static dev.marlin.explorer.Fakes.PROVENANCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Sweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
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
            "was written by a newer Marlin (tables of version 9, this one has 2)");
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
    CsvExport.write(oneOfEachStatus(sweep), folder);
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

  private void execute(String sql) throws SQLException {
    String url = "jdbc:sqlite:" + folder.resolve(ResultStore.FILE);
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
