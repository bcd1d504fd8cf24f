package dev.marlin.explorer.execution;

import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.util.Properties;

/**
 * Which Marlin this is.
 *
 * @param version as Maven has it, for example {@code 0.1.0-SNAPSHOT}
 * @param commit of the sources, as the launcher found it when it built them; else {@code unknown}
 */
public record MarlinBuild(String version, String commit) implements Serializable {

  /** The one that runs. */
  public static MarlinBuild current() {
    Properties properties = new Properties();
    try (InputStream in =
        MarlinBuild.class.getResourceAsStream("/dev/marlin/explorer/version.txt")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("version.txt is damaged", e);
    }
    return new MarlinBuild(
        properties.getProperty("version"), System.getProperty("marlin.commit", "unknown"));
  }
}
