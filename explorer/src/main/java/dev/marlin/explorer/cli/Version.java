package dev.marlin.explorer.cli;

import dev.marlin.explorer.execution.MarlinBuild;
import picocli.CommandLine.IVersionProvider;

/** Marlin's version, from the build. */
final class Version implements IVersionProvider {

  /** As Maven has it, for example {@code 0.1.0-SNAPSHOT}. */
  static String text() {
    return MarlinBuild.current().version();
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "marlin " + text(), "Java " + System.getProperty("java.version") + " ${os.name} ${os.arch}"
    };
  }
}
