package dev.marlin.explorer.execution.gvsoc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that looks like a GAP SDK. Its gapy writes down how it was called, then does what the
 * test says, in shell.
 */
final class FakeSdk {
  private final Path home;

  /**
   * @param home an empty folder
   * @param gapy what gapy does after it has noted its arguments, in shell
   */
  FakeSdk(Path home, String gapy) throws IOException {
    this.home = home;
    Files.createDirectories(home.resolve("configs"));
    Files.writeString(home.resolve("configs/gapuino_v3.sh"), "export FAKE_CONFIGURED=yes\n");
    executable(home.resolve("install/workstation/bin/gvsoc_launcher"), "exit 1\n");
    executable(
        home.resolve("utils/gapy/gapy"),
        "printf '%s\\n' \"$FAKE_CONFIGURED\" \"$PWD\" \"$@\" > '"
            + home
            + "/called'\n"
            + "echo $$ > '"
            + home
            + "/pid'\n"
            + gapy
            + "\n");
  }

  private static void executable(Path file, String script) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script);
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + " cannot be made executable");
    }
  }

  GapSdk sdk() {
    return new GapSdk(home);
  }

  /** Whether the environment was set, the working folder, then the arguments. */
  List<String> called() throws IOException {
    return Files.readAllLines(home.resolve("called"));
  }

  /** A file next to the scripts. */
  Path file(String name) {
    return home.resolve(name);
  }
}
