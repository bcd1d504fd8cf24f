package dev.marlin.explorer.execution.gvsoc;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder that looks like a GAP SDK. Its gapy writes down how it was called and describes a
 * system; its launcher does what the test says, in shell.
 */
final class FakeSdk {
  /** The part of a system that matters. */
  private static final String SYSTEM =
      """
      {"target": {"system_tree": {"board": {"ref_clock_clock":
          {"vp_class": "vp/clock_domain", "frequency": 65536}}}}}""";

  private final Path home;

  /**
   * @param home an empty folder
   * @param launcher what GVSOC does, in shell
   */
  FakeSdk(Path home, String launcher) throws IOException {
    this(home, launcher, SYSTEM);
  }

  /**
   * @param system what gapy says of the system; empty: nothing, not even a file
   */
  FakeSdk(Path home, String launcher, String system) throws IOException {
    this.home = home;
    Files.createDirectories(home.resolve("configs"));
    Files.writeString(home.resolve("configs/gapuino_v3.sh"), "export FAKE_CONFIGURED=yes\n");
    executable(
        home.resolve("install/workstation/bin/gvsoc_launcher"),
        // Without its own path: equal launchers are equal in any folder.
        "home=$(dirname \"$0\")/../../..\n"
            + "echo $$ > \"$home/pid\"\n"
            + "cp gvsoc_config.json \"$home\"\n"
            + launcher
            + "\n");
    executable(
        home.resolve("utils/gapy/gapy"),
        "printf '%s\\n' \"$FAKE_CONFIGURED\" \"$PWD\" \"$@\" > '"
            + home
            + "/called'\n"
            + (system.isEmpty() ? "" : "printf '%s' '" + system + "' > gvsoc_config.json\n"));
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
