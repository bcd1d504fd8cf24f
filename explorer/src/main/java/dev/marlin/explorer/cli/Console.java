package dev.marlin.explorer.cli;

import java.io.PrintStream;
import java.nio.file.Path;

/**
 * Where a command speaks: results to {@code out}, everything else to {@code err}.
 *
 * @param out results only
 * @param err progress, messages, errors
 * @param folder that relative paths start from
 * @param root of the repository
 */
record Console(PrintStream out, PrintStream err, Path folder, Path root) {

  /** A path as the user wrote it, absolute. */
  Path resolve(Path path) {
    return folder.resolve(path).normalize();
  }

  /** A file name as the user wrote it, absolute. */
  Path resolve(String path) {
    return resolve(Path.of(path));
  }

  /** One line about what is going on. */
  void say(String line) {
    err.println("explore: " + line);
  }
}
