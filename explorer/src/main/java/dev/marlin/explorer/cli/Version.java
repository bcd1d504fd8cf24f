package dev.marlin.explorer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Marlin's version, from the build. */
final class Version implements IVersionProvider {

  /** As Maven has it, for example {@code 0.1.0-SNAPSHOT}. */
  static String text() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/dev/marlin/explorer/version.txt")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("version.txt is damaged", e);
    }
    return properties.getProperty("version");
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "marlin " + text(), "Java " + System.getProperty("java.version") + " ${os.name} ${os.arch}"
    };
  }
}
