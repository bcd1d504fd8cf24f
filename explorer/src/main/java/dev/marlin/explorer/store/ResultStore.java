package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.Sweep;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

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
  private static final int APPLICATION_ID = 0x4d524c4e; // "MRLN"
  private static final int SCHEMA_VERSION = 1;

  private final Path file;
  private final Connection connection;
  private final @Nullable FileChannel lock;

  private ResultStore(Path file, Connection connection, @Nullable FileChannel lock) {
    this.file = file;
    this.connection = connection;
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
      return new ResultStore(file, connect(file, false), lock);
    } catch (IOException e) {
      closeQuietly(lock);
      throw new StoreException(
          folder + ": cannot be written (" + e + "); name another folder with --out", e);
    } catch (SQLException e) {
      closeQuietly(lock);
      throw unusable(file, e);
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
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new StoreException(
          folder + ": no results here; a results folder of a sweep holds " + FILE, null);
    }
    try {
      return new ResultStore(file, connect(file, true), null);
    } catch (SQLException e) {
      throw unusable(file, e);
    }
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

  private static Connection connect(Path file, boolean readOnly) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "WAL");
    // In WAL mode NORMAL survives the death of the process; only a power cut may cost the last
    // rows.
    properties.setProperty("synchronous", "NORMAL");
    properties.setProperty("foreign_keys", "true");
    properties.setProperty("busy_timeout", "10000");
    Connection connection = JDBC.createConnection(JDBC.PREFIX + file, properties);
    try {
      checkVersion(connection, file, readOnly);
      return connection;
    } catch (SQLException | StoreException e) {
      connection.close();
      throw e;
    }
  }

  private static void checkVersion(Connection connection, Path file, boolean readOnly)
      throws SQLException {
    int application = pragma(connection, "application_id");
    int version = pragma(connection, "user_version");
    if (application == 0 && version == 0 && isEmpty(connection) && !readOnly) {
      create(connection);
    } else if (application != APPLICATION_ID) {
      throw new StoreException(
          file + ": is no results file of Marlin; name another folder with --out", null);
    } else if (version != SCHEMA_VERSION) {
      throw new StoreException(
          file
              + ": was written by "
              + (version > SCHEMA_VERSION ? "a newer" : "an older")
              + " Marlin (tables of version "
              + version
              + ", this one has "
              + SCHEMA_VERSION
              + "); name another folder with --out",
          null);
    }
  }

  private static boolean isEmpty(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_master")) {
      return rows.getInt(1) == 0;
    }
  }

  private static void create(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (String command : schema().split(";\n", -1)) {
        if (!command.isBlank()) {
          statement.executeUpdate(command);
        }
      }
      statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
      statement.executeUpdate("PRAGMA user_version = " + SCHEMA_VERSION);
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static String schema() {
    try (InputStream in = ResultStore.class.getResourceAsStream("schema.sql")) {
      if (in == null) {
        throw new IllegalStateException("schema.sql is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("schema.sql is damaged", e);
    }
  }

  private static int pragma(Connection connection, String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA " + name)) {
      return row.getInt(1);
    }
  }

  /**
   * Notes that a sweep begins.
   *
   * @param keys of the sweep's points, in its order
   * @param provenance of everything that the sweep writes
   * @return a number to {@link #finish} it by
   */
  public long begin(Sweep sweep, List<String> keys, Provenance provenance) {
    return transaction(
        () -> {
          long id;
          try (PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO sweeps (name, description, yaml, marlin_version, code_version,"
                      + " command, host, started_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING"
                      + " sweep_id")) {
            bind(
                insert,
                sweep.name(),
                sweep.description(),
                sweep.text(),
                provenance.marlinVersion(),
                provenance.codeVersion(),
                provenance.command(),
                provenance.host(),
                Instant.now().toString());
            try (ResultSet row = insert.executeQuery()) {
              id = row.getLong(1);
            }
          }
          try (PreparedStatement insert =
              connection.prepareStatement("INSERT INTO sweep_points VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < keys.size(); i++) {
              DesignPoint point = sweep.points().get(i);
              bind(insert, id, i, keys.get(i), point.model().name());
              insert.addBatch();
            }
            insert.executeBatch();
          }
          return id;
        });
  }

  /**
   * Who made results.
   *
   * @param marlinVersion for people
   * @param codeVersion hash of the code that decides results
   * @param command line
   * @param host name of the machine
   */
  public record Provenance(String marlinVersion, String codeVersion, String command, String host) {}

  /** Notes that a sweep has come to its end. */
  public void finish(long sweep) {
    transaction(
        () -> {
          try (PreparedStatement update =
              connection.prepareStatement("UPDATE sweeps SET finished_at = ? WHERE sweep_id = ?")) {
            bind(update, Instant.now().toString(), sweep);
            return update.executeUpdate();
          }
        });
  }

  /**
   * Keys of the points that need not run again: all that have ended, but for those that failed for
   * a reason that lies outside, such as a compiler that was not installed.
   */
  public Set<String> finished() {
    return transaction(
        () -> {
          Set<String> keys = new HashSet<>();
          try (Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery(
                      "SELECT point_key FROM points LEFT JOIN failures USING (point_id) WHERE kind IS"
                          + " NULL OR kind <> 'environment'")) {
            while (rows.next()) {
              keys.add(rows.getString(1));
            }
          }
          return keys;
        });
  }

  /** Keeps an outcome, in place of an earlier one of the same point. */
  public void put(PointOutcome outcome) {
    transaction(
        () -> {
          OutcomeRows.insert(connection, outcome);
          return true;
        });
  }

  /**
   * The sweep that was begun last, with the outcomes that there are.
   *
   * @throws StoreException if there is none
   */
  public StoredSweep latest() {
    return transaction(
        () -> {
          try (Statement statement = connection.createStatement();
              ResultSet row =
                  statement.executeQuery("SELECT * FROM sweeps ORDER BY sweep_id DESC LIMIT 1")) {
            if (!row.next()) {
              throw new StoreException(file + ": no sweep was ever begun here", null);
            }
            long id = row.getLong("sweep_id");
            return new StoredSweep(
                row.getString("name"),
                row.getString("description"),
                row.getString("marlin_version"),
                row.getString("command"),
                count(id),
                OutcomeRows.of(connection, id));
          }
        });
  }

  private int count(long sweep) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT count(*) FROM sweep_points WHERE sweep_id = ?")) {
      bind(query, sweep);
      try (ResultSet row = query.executeQuery()) {
        return row.getInt(1);
      }
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unusable(file, e);
    } finally {
      closeQuietly(lock);
    }
  }

  /** Something that is done in the database whole or not at all. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws SQLException;
  }

  private synchronized <T> T transaction(Work<T> work) {
    try {
      connection.setAutoCommit(false);
      try {
        T result = work.run();
        connection.commit();
        return result;
      } finally {
        // Closes the transaction of whatever was thrown; after a commit it does nothing.
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  private static StoreException unusable(Path file, SQLException e) {
    return new StoreException(
        file + ": " + e.getMessage() + "; free some space or name another folder with --out", e);
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
