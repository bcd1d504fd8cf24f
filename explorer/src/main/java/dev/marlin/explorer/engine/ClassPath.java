package dev.marlin.explorer.engine;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** What executors of a cluster need of the driver's class path. */
final class ClassPath {
  private ClassPath() {}

  /**
   * The jars that a Spark installation does not have itself, separated by commas: the driver hands
   * them out, compiler and solver with their native parts among them.
   */
  static String jarsForExecutors() {
    return Arrays.stream(System.getProperty("java.class.path", "").split(File.pathSeparator, -1))
        .filter(entry -> entry.endsWith(".jar"))
        .filter(entry -> !entry.contains("/org/apache/spark/"))
        .filter(entry -> !entry.contains("/org/scala-lang/"))
        .filter(entry -> !entry.contains("/org/apache/hadoop/"))
        .map(entry -> Path.of(entry).toUri().toString())
        .collect(Collectors.joining(","));
  }
}
