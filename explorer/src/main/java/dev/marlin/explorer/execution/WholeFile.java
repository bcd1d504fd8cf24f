package dev.marlin.explorer.execution;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Files that are whole or not there, whatever stops the process that writes them, and however many
 * threads and processes write the same.
 */
public final class WholeFile {
  private static final AtomicLong NUMBER = new AtomicLong();

  private WholeFile() {}

  /** Writes a file at the place that it is given. */
  @FunctionalInterface
  public interface Writer {
    /** Writes; there is no file yet. */
    void write(Path file) throws IOException;
  }

  /**
   * Writes a file beside its place and moves it there when it is complete; makes the folder if it
   * is missing.
   */
  public static void write(Path file, Writer writer) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    Files.createDirectories(folder);
    Path part =
        folder.resolve(
            file.getFileName()
                + "."
                + ProcessHandle.current().pid()
                + "-"
                + NUMBER.incrementAndGet()
                + ".part");
    try {
      writer.write(part);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
