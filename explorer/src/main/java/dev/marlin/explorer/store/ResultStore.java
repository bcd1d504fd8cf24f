package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.MarlinBuild;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.sweep.Baseline;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Sweep;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The results folder of a sweep: {@code results.sqlite}, written by one process at a time.
 *
 * <p>Every outcome is one transaction in write-ahead mode: a process that is killed at any moment
 * loses the points in flight and nothing else. The tables are documented in {@code schema.sql}.
 */
public final class ResultStore implements AutoCloseable {
  /** The database's name in the results folder. */
  public static final String FILE = "results.sqlite";

  private static final String LOCK = "results.lock";

  private final Database database;
  private final @Nullable FileChannel lock;

  private ResultStore(Database database, @Nullable FileChannel lock) {
    this.database = database;
    this.lock = lock;
  }

  /**
   * Opens a folder to write results; makes what is missing.
   *
   * @throws StoreException if it cannot be written, if another process writes it, or if it belongs
   *     to another version of Marlin
   */
  public static ResultStore open(Path folder) {
    Path file = folder.resolve(FILE);
    FileChannel lock = null;
    try {
      Files.createDirectories(folder);
      lock = lock(folder);
      return new ResultStore(Database.open(file), lock);
    } catch (IOException e) {
      closeQuietly(lock);
      throw new StoreException(
          folder + ": cannot be written (" + e + "); name another folder with --out", e);
    } catch (StoreException e) {
      closeQuietly(lock);
      throw e;
    }
  }

  /**
   * Opens a folder to read results, which another process may be writing.
   *
   * @throws StoreException if there are none
   */
  public static ResultStore openToRead(Path folder) {
    return new ResultStore(Database.openToRead(fileIn(folder)), null);
  }

  static Path fileIn(Path folder) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new StoreException(
          folder + ": no results here; a results folder of a sweep holds " + FILE, null);
    }
    return file;
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null; // by another thread of this process
    }
    if (held == null) {
      channel.close();
      throw new StoreException(
          folder
              + ": another explore writes results here; wait for its end or name another folder"
              + " with --out",
          null);
    }
    return channel;
  }

  /**
   * Notes that a sweep begins, with the points that it has then.
   *
   * @param keys of the sweep's points, in its order
   * @param provenance of everything that the sweep writes
   * @return a number to go on with
   */
  public long begin(Sweep sweep, List<String> keys, Provenance provenance) {
    return database.transaction(
        () -> {
          long id;
          try (ResultSet row =
              database
                  .prepared(
                      "INSERT INTO sweeps (name, description, yaml, baseline, marlin_version,"
                          + " marlin_commit, code_version, command, host, started_at) VALUES (?, ?,"
                          + " ?, ?, ?, ?, ?, ?, ?, ?) RETURNING sweep_id",
                      sweep.name(),
                      sweep.description(),
                      sweep.text(),
                      sweep.baseline().map(Baseline::name).orElse(""),
                      provenance.marlin().version(),
                      provenance.marlin().commit(),
                      provenance.codeVersion(),
                      provenance.command(),
                      provenance.host(),
                      Instant.now().toString())
                  .executeQuery()) {
            id = row.getLong(1);
          }
          insert(id, 0, sweep, sweep.points(), keys, provenance.codeVersion());
          return id;
        });
  }

  /**
   * Adds points to a sweep that finds them as it runs.
   *
   * @param position of the first of them in the sweep
   */
  public void add(
      long id,
      int position,
      Sweep sweep,
      List<DesignPoint> points,
      List<String> keys,
      String code) {
    database.transaction(
        () -> {
          insert(id, position, sweep, points, keys, code);
          return points.size();
        });
  }

  private void insert(
      long id, int position, Sweep sweep, List<DesignPoint> points, List<String> keys, String code)
      throws SQLException {
    for (int i = 0; i < points.size(); i++) {
      DesignPoint point = points.get(i);
      String baseline = sweep.baseline().map(b -> b.of(point).key(code)).orElse(null);
      database
          .prepared(
              "INSERT INTO sweep_points VALUES (?, ?, ?, ?, ?, ?)",
              id,
              position + i,
              keys.get(i),
              point.model().name(),
              sweep.config(point),
              baseline)
          .executeUpdate();
    }
  }

  /**
   * Who makes results.
   *
   * @param marlin that runs the sweep
   * @param codeVersion hash of the code that decides results
   * @param command line
   * @param host name of the machine
   */
  public record Provenance(MarlinBuild marlin, String codeVersion, String command, String host) {}

  /** Notes that a sweep has come to its end. */
  public void finish(long sweep) {
    database.transaction(
        () ->
            database
                .prepared(
                    "UPDATE sweeps SET finished_at = ? WHERE sweep_id = ?",
                    Instant.now().toString(),
                    sweep)
                .executeUpdate());
  }

  /**
   * Keys of the points that need not run again: all that have ended, but for those that failed for
   * a reason that lies outside, such as a compiler that was not installed.
   */
  public Set<String> finished() {
    return database.transaction(
        () -> {
          Set<String> keys = new HashSet<>();
          try (ResultSet rows =
              database
                  .prepared(
                      "SELECT point_key FROM points LEFT JOIN failures USING (point_id) WHERE kind"
                          + " IS NULL OR kind <> 'environment'")
                  .executeQuery()) {
            while (rows.next()) {
              keys.add(rows.getString(1));
            }
          }
          return keys;
        });
  }

  /** Keeps an outcome, in place of an earlier one of the same point. */
  public void put(PointOutcome outcome) {
    putAll(List.of(outcome));
  }

  /** Keeps outcomes, all or none. */
  public void putAll(Collection<PointOutcome> outcomes) {
    database.transaction(
        () -> {
          for (PointOutcome outcome : outcomes) {
            OutcomeRows.insert(database, outcome);
          }
          return outcomes.size();
        });
  }

  /**
   * The sweep that was begun last, with the outcomes that there are.
   *
   * @throws StoreException if there is none
   */
  public StoredSweep latest() {
    return database.transaction(
        () -> {
          try (Statement statement = database.statement();
              ResultSet row =
                  statement.executeQuery("SELECT * FROM sweeps ORDER BY sweep_id DESC LIMIT 1")) {
            if (!row.next()) {
              throw new StoreException(database.file() + ": no sweep was ever begun here", null);
            }
            long id = row.getLong("sweep_id");
            return new StoredSweep(
                row.getString("name"),
                row.getString("description"),
                row.getString("yaml"),
                row.getString("baseline"),
                row.getString("marlin_version"),
                row.getString("marlin_commit"),
                row.getString("command"),
                row.getString("host"),
                row.getString("started_at"),
                Objects.requireNonNullElse(row.getString("finished_at"), ""),
                count(id),
                OutcomeRows.of(database, id));
          }
        });
  }

  /**
   * A hash of what {@link #latest} gives, but for the times at which the sweep began and ended: a
   * sweep that was known is the same as before. 64 hex digits.
   */
  public String contentHash() {
    return database.transaction(() -> ContentHash.ofLatest(database));
  }

  /** How many points of a sweep ended in which way. */
  public Map<PointStatus, Integer> counts(long sweep) {
    return database.transaction(
        () -> {
          Map<PointStatus, Integer> counts = new EnumMap<>(PointStatus.class);
          try (ResultSet row =
              database
                  .prepared(
                      "SELECT status, count(*) FROM sweep_points JOIN points USING (point_key)"
                          + " WHERE sweep_id = ? GROUP BY status",
                      sweep)
                  .executeQuery()) {
            while (row.next()) {
              counts.put(PointStatus.valueOf(row.getString(1)), row.getInt(2));
            }
          }
          return counts;
        });
  }

  /** The outcomes of some points; those that have not ended are left out. */
  public List<PointOutcome> find(Collection<String> keys) {
    return database.transaction(() -> OutcomeRows.of(database, keys));
  }

  /** What a point took on average, by the hash of its network. */
  public Map<String, Double> secondsByModel() {
    return database.transaction(() -> OutcomeRows.secondsByModel(database));
  }

  /** The seconds that those of {@code keys} took that are not {@code without}. */
  public double hostSeconds(Collection<String> keys, Set<String> without) {
    return database.transaction(
        () -> {
          double seconds = 0;
          for (String key : new HashSet<>(keys)) {
            if (!without.contains(key)) {
              try (ResultSet row =
                  database
                      .prepared("SELECT host_seconds FROM points WHERE point_key = ?", key)
                      .executeQuery()) {
                seconds += row.next() ? row.getDouble(1) : 0;
              }
            }
          }
          return seconds;
        });
  }

  /** Stands in for a disk that is full: the file may not grow beyond so many pages. */
  void limitPages(int pages) throws SQLException {
    try (Statement statement = database.statement()) {
      statement.execute("PRAGMA max_page_count = " + pages);
    }
  }

  /** Notes that a point was started again because of the machinery. */
  public void retried(long sweep, String key, int attempt, String place, String reason) {
    database.transaction(
        () ->
            database
                .prepared(
                    "INSERT INTO retries VALUES (?, ?, ?, ?, ?, ?)",
                    sweep,
                    key,
                    attempt,
                    place,
                    reason,
                    Instant.now().toString())
                .executeUpdate());
  }

  private int count(long sweep) throws SQLException {
    try (ResultSet row =
        database
            .prepared("SELECT count(*) FROM sweep_points WHERE sweep_id = ?", sweep)
            .executeQuery()) {
      return row.getInt(1);
    }
  }

  @Override
  public void close() {
    try {
      database.close();
    } finally {
      closeQuietly(lock);
    }
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // The lock goes with the process at the latest.
      }
    }
  }
}
