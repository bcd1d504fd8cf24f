package dev.marlin.deployer.codegen;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes an {@link Application} to a folder. */
public final class ApplicationWriter {
  private ApplicationWriter() {}

  /**
   * Writes the generated sources to {@code folder}, which is made if it is missing. Files of the
   * same name are replaced, others are left alone.
   */
  public static void write(Application application, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> source : application.sources().entrySet()) {
      Files.writeString(folder.resolve(source.getKey()), source.getValue());
    }
  }
}
