package dev.marlin.explorer.store;

import dev.marlin.explorer.execution.PointOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Outcomes of points that sweeps share, whatever folders their results are in, and however many
 * processes use it at once.
 *
 * <p>It is a database like that of a results folder. A version of the tables has a file of its own,
 * so that older and newer versions of Marlin may share the folder.
 */
public final class PointCache implements AutoCloseable {
  /** What depends on the machine or on luck is no result for others. */
  private static final Set<String> NOT_SHARED = Set.of("environment", "internal");

  private final Database database;

  private PointCache(Database database) {
    this.database = database;
  }

  /**
   * Opens the cache in a folder; makes what is missing.
   *
   * @throws StoreException if it cannot be used; the message names {@code --cache}
   */
  public static PointCache open(Path folder) {
    try {
      Files.createDirectories(folder);
      return new PointCache(
          Database.open(folder.resolve("points-" + Database.SCHEMA_VERSION + ".sqlite")));
    } catch (IOException e) {
      throw new StoreException(
          folder + ": cannot be written (" + e + "); name another folder with --cache", e);
    } catch (StoreException e) {
      throw new StoreException(
          String.valueOf(e.getMessage()).replace("--out", "--cache"), e.getCause());
    }
  }

  /** The outcomes of those of {@code keys} that are there. */
  public List<PointOutcome> find(Collection<String> keys) {
    return database.transaction(() -> OutcomeRows.of(database, keys));
  }

  /** What a point took on average, by the hash of its network. */
  public Map<String, Double> secondsByModel() {
    return database.transaction(() -> OutcomeRows.secondsByModel(database));
  }

  /** Keeps an outcome for others, unless it says more about this machine than about the point. */
  public void put(PointOutcome outcome) {
    if (outcome.failure() == null || !NOT_SHARED.contains(outcome.failure().kind())) {
      database.transaction(
          () -> {
            OutcomeRows.insert(database, outcome);
            return true;
          });
    }
  }

  @Override
  public void close() {
    database.close();
  }
}
