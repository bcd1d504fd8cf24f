package dev.marlin.explorer.execution;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Executions by run key, one small file each, shared by all sweeps and processes of a user. A file
 * is complete or absent; one that cannot be read counts as absent.
 *
 * <p>Threads of one JVM that ask for the same key at once share one execution; of several processes
 * each may make it, and all keep the same.
 */
final class RunCache {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One lock a key, for as long as somebody holds it. */
  private static final ConcurrentHashMap<String, Object> LOCKS = new ConcurrentHashMap<>();

  private final Path folder;

  RunCache(Path folder) {
    this.folder = folder;
  }

  /**
   * What is kept of an execution.
   *
   * @param execution what was measured
   * @param provenance who made it
   */
  record Kept(Execution execution, Provenance provenance) {}

  /**
   * An execution and where it comes from.
   *
   * @param kept the execution
   * @param reused whether it was there already
   */
  record Found(Kept kept, boolean reused) {}

  /**
   * The execution of {@code key}: from the cache, or made and kept.
   *
   * @param fresh whether to make it even if it is there
   */
  Found get(String key, boolean fresh, Supplier<Kept> make) {
    Object lock = LOCKS.computeIfAbsent(key, k -> new Object());
    try {
      synchronized (lock) {
        Path file = folder.resolve(key.substring(0, 2)).resolve(key + ".json");
        Kept known = fresh ? null : read(file);
        if (known != null) {
          return new Found(known, true);
        }
        Kept made = make.get();
        keep(file, made);
        return new Found(made, false);
      }
    } finally {
      LOCKS.remove(key, lock);
    }
  }

  private static @org.jspecify.annotations.Nullable Kept read(Path file) {
    try {
      return JSON.readValue(Files.readAllBytes(file), Kept.class);
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      return null; // damaged, or of another version: made again and replaced
    }
  }

  private static void keep(Path file, Kept kept) {
    try {
      WholeFile.write(file, part -> Files.write(part, JSON.writeValueAsBytes(kept)));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep a run in " + file.getParent() + ": " + e, e);
    }
  }
}
