package dev.marlin.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder where things are kept that are made once and used by every JVM of this user: {@code
 * $MARLIN_CACHE/marlin}, else {@code $XDG_CACHE_HOME/marlin}, else {@code ~/.cache/marlin}.
 *
 * <p>An entry is complete or absent: it is made under another name in the same folder and then
 * renamed. Whatever is killed half-way leaves only a file or folder whose name says {@code .part},
 * which nobody reads and the next maker removes.
 */
public final class CacheFolder {

  private final Path root;

  /**
   * @param root any folder; it is made when it is first needed
   */
  public CacheFolder(Path root) {
    this.root = root.toAbsolutePath();
  }

  /** Returns the folder that the environment names. */
  public static CacheFolder ofUser() {
    for (String variable : List.of("MARLIN_CACHE", "XDG_CACHE_HOME")) {
      String value = System.getenv(variable);
      if (value != null && !value.isBlank()) {
        return new CacheFolder(Path.of(value).resolve("marlin"));
      }
    }
    return new CacheFolder(Path.of(System.getProperty("user.home"), ".cache", "marlin"));
  }

  /** Returns the folder itself. */
  public Path root() {
    return root;
  }

  /** Makes the content of an entry in the empty folder that it is given. */
  @FunctionalInterface
  interface Maker {
    void fill(Path folder) throws IOException;
  }

  /**
   * Returns the folder {@code name}, made by {@code maker} if it is absent. Of all threads and
   * processes that ask at once one makes it and the others wait.
   */
  Path folder(String name, Maker maker) {
    Path folder = root.resolve(name);
    if (Files.isDirectory(folder)) {
      return folder;
    }
    try {
      Files.createDirectories(folder.getParent());
      Path lockFile = folder.resolveSibling(folder.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = lock(channel)) {
        if (lock.isValid() && !Files.isDirectory(folder)) {
          Path part = folder.resolveSibling(folder.getFileName() + ".part");
          delete(part);
          Files.createDirectory(part);
          maker.fill(part);
          Files.move(part, folder, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      return folder;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Keeps {@code content} as the file {@code name}. Several may do so at once: they all write the
   * same.
   */
  Path keep(String name, byte[] content) {
    Path file = root.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".part");
      Files.write(part, content);
      return adopt(part, file);
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Gives a file of this folder its final name. */
  static Path adopt(Path part, Path file) throws IOException {
    try {
      return Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException e) {
      delete(part);
      return file;
    }
  }

  /** Makes an empty folder for one build; whoever asked deletes it. */
  Path temporaryFolder() {
    try {
      Path folder = root.resolve("builds");
      Files.createDirectories(folder);
      return Files.createTempDirectory(folder, "build");
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Deletes a file or a folder with all it holds; it may be absent. */
  static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** A lock holds between processes only: threads of one JVM get an exception and try again. */
  private static FileLock lock(FileChannel channel) throws IOException {
    while (true) {
      try {
        return channel.lock();
      } catch (OverlappingFileLockException e) {
        try {
          Thread.sleep(20);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while waiting for another thread", interrupted);
        }
      }
    }
  }

  private RuntimeException unusable(IOException e) {
    if (e instanceof AtomicMoveNotSupportedException) {
      return new UncheckedIOException("The cache folder " + root + " cannot rename files.", e);
    }
    return new UncheckedIOException(
        "Cannot use the cache folder "
            + root
            + ": "
            + e
            + "\nMaybe set MARLIN_CACHE to a folder that you may write and that has 300 MB left.",
        e);
  }
}
