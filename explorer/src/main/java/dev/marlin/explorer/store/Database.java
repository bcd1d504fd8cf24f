package dev.marlin.explorer.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/**
 * An SQLite file with the tables of {@code schema.sql}.
 *
 * <p>In write-ahead mode a transaction that was committed survives the death of the process at any
 * moment, and readers never wait for the writer.
 */
final class Database implements AutoCloseable {
  /** The version of the tables, kept in the file. */
  static final int SCHEMA_VERSION = 4;

  private static final int APPLICATION_ID = 0x4d524c4e; // "MRLN"
  private static final String BUSY_MILLISECONDS = "30000";

  private final Path file;
  private final Connection connection;

  /** Statements are compiled once: with 100,000 rows that is most of the work. */
  private final Map<String, PreparedStatement> statements = new HashMap<>();

  private Database(Path file, Connection connection) {
    this.file = file;
    this.connection = connection;
  }

  /**
   * Opens a file to write; makes it if it is missing.
   *
   * @throws StoreException if it is damaged, no file of Marlin, or of another version
   */
  static Database open(Path file) {
    try {
      Database database = new Database(file, JDBC.createConnection(url(file, ""), properties()));
      database.prepare(false);
      return database;
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  /**
   * Opens a file to read, which another process may be writing.
   *
   * @throws StoreException as {@link #open}
   */
  static Database openToRead(Path file) {
    Properties properties = properties();
    properties.remove("journal_mode");
    properties.setProperty("query_only", "true");
    // Readers of a write-ahead log make files beside it; where they may not, nobody writes either.
    boolean frozen = !Files.isWritable(file.toAbsolutePath().getParent());
    try {
      Database database =
          new Database(
              file,
              JDBC.createConnection(
                  url(file, frozen ? "?mode=ro&immutable=1" : "?mode=ro"), properties));
      database.prepare(true);
      return database;
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  private static String url(Path file, String parameters) {
    return parameters.isEmpty()
        ? JDBC.PREFIX + file
        : JDBC.PREFIX + file.toUri().toString().replaceFirst("^file:/+", "file:/") + parameters;
  }

  private static Properties properties() {
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "WAL");
    // In WAL mode NORMAL survives the death of the process; only a power cut may cost the last
    // rows.
    properties.setProperty("synchronous", "NORMAL");
    properties.setProperty("foreign_keys", "true");
    properties.setProperty("busy_timeout", BUSY_MILLISECONDS);
    return properties;
  }

  private void prepare(boolean readOnly) throws SQLException {
    try {
      checkVersion(readOnly);
    } catch (SQLException | StoreException e) {
      connection.close();
      throw e;
    }
  }

  private void checkVersion(boolean readOnly) throws SQLException {
    int application = pragma("application_id");
    int version = pragma("user_version");
    if (application == 0 && version == 0 && !readOnly && isEmpty()) {
      create();
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
              + "); name another folder with --out, or delete this one",
          null);
    }
  }

  private boolean isEmpty() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM sqlite_master")) {
      return rows.getInt(1) == 0;
    }
  }

  /** Makes the tables; of two processes that try at once the second finds them made. */
  private void create() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("BEGIN IMMEDIATE");
      try {
        if (isEmpty()) {
          for (String command : schema().split(";\n", -1)) {
            if (!command.isBlank()) {
              statement.executeUpdate(command);
            }
          }
          statement.executeUpdate("PRAGMA application_id = " + APPLICATION_ID);
          statement.executeUpdate("PRAGMA user_version = " + SCHEMA_VERSION);
        }
        statement.executeUpdate("COMMIT");
      } catch (SQLException e) {
        statement.executeUpdate("ROLLBACK");
        throw e;
      }
    }
  }

  private static String schema() {
    try (InputStream in = Database.class.getResourceAsStream("schema.sql")) {
      if (in == null) {
        throw new IllegalStateException("schema.sql is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("schema.sql is damaged", e);
    }
  }

  private int pragma(String name) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("PRAGMA " + name)) {
      return row.getInt(1);
    }
  }

  /** Where it is. */
  Path file() {
    return file;
  }

  /** A new statement, which the caller closes: for what is asked once. */
  Statement statement() throws SQLException {
    return connection.createStatement();
  }

  /** A statement that is compiled once, with its parameters set; not to be closed. */
  PreparedStatement prepared(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = statements.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      statements.put(sql, statement);
    }
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  /** Something that is done in the database whole or not at all. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /** Does {@code work} whole or not at all. */
  synchronized <T> T transaction(Work<T> work) {
    try {
      connection.setAutoCommit(false);
      T result;
      try {
        result = work.run();
        connection.commit();
      } catch (SQLException | RuntimeException | Error e) {
        abandon(e);
        throw e;
      }
      connection.setAutoCommit(true);
      return result;
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  /**
   * Closes the transaction in which {@code cause} was thrown. SQLite may have closed it already, as
   * it does when a disk is full; what it says to that must not hide why.
   */
  private void abandon(Throwable cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
    try {
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      for (PreparedStatement statement : statements.values()) {
        statement.close();
      }
      connection.close();
    } catch (SQLException e) {
      throw unusable(file, e);
    }
  }

  private static StoreException unusable(Path file, SQLException e) {
    String message = String.valueOf(e.getMessage());
    String advice =
        message.contains("SQLITE_FULL")
            ? "; free some space and run the same command again, it goes on from there"
            : message.contains("SQLITE_READONLY") || message.contains("SQLITE_CANTOPEN")
                ? "; it cannot be written, name another folder with --out"
                : message.contains("SQLITE_NOTADB") || message.contains("SQLITE_CORRUPT")
                    ? "; name another folder with --out"
                    : "; name another folder with --out, or try again";
    return new StoreException(file + ": " + message + advice, e);
  }
}
