package dev.marlin.explorer.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;

/**
 * A hash of the latest sweep as the store has it.
 *
 * <p>Layers and buffers are not read: they come and go with their point, whose row has a new time
 * then.
 */
final class ContentHash {
  private static final String LATEST = "(SELECT max(sweep_id) FROM sweeps)";

  private final MessageDigest digest;

  private ContentHash() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static String ofLatest(Database database) throws SQLException {
    ContentHash hash = new ContentHash();
    hash.add(
        database,
        "SELECT name, description, yaml, baseline, marlin_version, marlin_commit, command, host,"
            + " finished_at IS NULL FROM sweeps WHERE sweep_id = "
            + LATEST);
    hash.add(
        database,
        "SELECT s.position, s.point_key, s.model, s.config, s.baseline_key, p.*, f.* FROM"
            + " sweep_points s LEFT JOIN points p USING (point_key) LEFT JOIN failures f USING"
            + " (point_id) WHERE sweep_id = "
            + LATEST
            + " ORDER BY position");
    return HexFormat.of().formatHex(hash.digest.digest());
  }

  private void add(Database database, String sql) throws SQLException {
    try (ResultSet row = database.prepared(sql).executeQuery()) {
      int columns = row.getMetaData().getColumnCount();
      while (row.next()) {
        for (int i = 1; i <= columns; i++) {
          String value = row.getString(i);
          // Lengths keep neighbours apart; no text is as long as a null.
          byte[] bytes = value == null ? new byte[0] : value.getBytes(StandardCharsets.UTF_8);
          String length = value == null ? "null" : Integer.toString(bytes.length);
          digest.update((length + "\n").getBytes(StandardCharsets.UTF_8));
          digest.update(bytes);
        }
      }
    }
  }
}
