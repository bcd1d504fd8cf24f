package dev.marlin.explorer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a repository of its own, with a Maven and a Java that only take notes. */
final class LauncherTest {
  private static final String FAKE_MAVEN =
      """
      #!/bin/sh
      echo build >>"$(dirname "$0")/builds"
      [ ! -f "$(dirname "$0")/broken" ] || { echo "[ERROR] it does not compile"; exit 1; }
      sleep 0.3
      echo "[INFO] Building Marlin: explorer 1.0"
      mkdir -p explorer/target
      printf '/m2/info/picocli/p.jar:/m2/org/spark.jar' >explorer/target/class-path-of-dependencies
      echo jar >explorer/target/marlin-explorer-1.0.jar
      """;
  private static final String FAKE_JAVA =
      """
      #!/bin/sh
      case "$*" in
        *-XshowSettings*) echo "    java.specification.version = VERSION" >&2 ;;
        --list-modules) echo "jdk.compiler@VERSION" ;;
        *ArchiveClassesAtExit*) exit 1 ;;
        *) printf '%s\\n' "$@" ;;
      esac
      """;

  @TempDir Path folder;

  private Path root;

  /** What a call came to. */
  record Result(int status, String out, String err) {}

  @BeforeEach
  void aRepository() throws IOException {
    root = Files.createDirectories(folder.resolve("my checkout"));
    Path launcher = Path.of(System.getProperty("marlin.root"), "explore");
    script(root.resolve("explore"), Files.readString(launcher));
    script(root.resolve("mvnw"), FAKE_MAVEN);
    java("17");
    Files.writeString(root.resolve("pom.xml"), "");
    Files.createDirectories(root.resolve(".mvn"));
    Files.createDirectories(root.resolve("simulator/src/main/java"));
    // What was written a moment ago may have the time of the stamp.
    age(root);
  }

  private void java(String version) throws IOException {
    script(folder.resolve("jdk/bin/java"), FAKE_JAVA.replace("VERSION", version));
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private static void age(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(100)));
      }
    }
  }

  private Process start(Path launcher, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder.environment().putAll(environment);
    builder.directory(folder.toFile());
    return builder.start();
  }

  private static Result end(Process process) throws Exception {
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Result(process.exitValue(), out, err);
  }

  private Result explore(String... args) throws Exception {
    return end(start(root.resolve("explore"), Map.of(), args));
  }

  private long builds() throws IOException {
    Path builds = root.resolve("builds");
    return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
  }

  @Test
  void buildsOnceAndHandsTheArgumentsOnAsTheyAre() throws Exception {
    Result first = explore("run", "a b.onnx", "--json", "-");
    assertThat(first.status()).isZero();
    assertThat(first.err()).contains("first run: building").contains("  Marlin: explorer");
    assertThat(first.out())
        .endsWith("dev.marlin.explorer.cli.Main\nrun\na b.onnx\n--json\n-\n")
        .contains("-Dmarlin.root=" + root.toRealPath());
    Result second = explore("run", "x");
    assertThat(second.err()).isEmpty();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    explore("--version");
    Path source = root.resolve("simulator/src/main/java/New.java");
    Files.writeString(source, "class New {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(1)));
    assertThat(explore("--version").err()).contains("sources have changed: building");
    assertThat(builds()).isEqualTo(2);
  }

  @Test
  void leavesTheJarsOfEarlierBuildsToTheProgramsThatUseThem() throws Exception {
    explore("--version");
    List<Path> before = apps();
    Files.setLastModifiedTime(root.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(1)));
    explore("--version");
    assertThat(apps()).containsAll(before).hasSize(2);
  }

  private List<Path> apps() throws IOException {
    try (var files = Files.list(root.resolve("explorer/target/app"))) {
      return files.toList();
    }
  }

  @Test
  void buildsOnceWhenSeveralStartTogether() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      processes.add(start(root.resolve("explore"), Map.of(), "--version"));
    }
    for (Process process : processes) {
      assertThat(end(process).status()).isZero();
    }
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void isNotBlockedByABuildThatWasKilled() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.createDirectories(root.resolve(".cache"));
    Files.writeString(root.resolve(".cache/build.lock"), dead.pid() + "\n");
    assertThat(explore("--version").status()).isZero();
    assertThat(root.resolve(".cache/build.lock")).doesNotExist();
  }

  @Test
  void worksThroughSymbolicLinks() throws Exception {
    Path first = Files.createSymbolicLink(folder.resolve("one"), root.resolve("explore"));
    Path second = Files.createSymbolicLink(folder.resolve("two"), first.getFileName());
    assertThat(end(start(second, Map.of(), "doctor")).out()).endsWith("Main\ndoctor\n");
  }

  @Test
  void saysWhereTheOutputOfAFailedBuildIs() throws Exception {
    Files.writeString(root.resolve("broken"), "");
    Result result = explore("--version");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("[ERROR] it does not compile")
        .contains("the build failed; all of its output is in");
    Files.delete(root.resolve("broken"));
    assertThat(explore("--version").status()).isZero();
  }

  @Test
  void refusesAnOldJava() throws Exception {
    java("11");
    Result result = explore("--version");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("is Java 11. Maybe set JAVA_HOME to a JDK 17 or newer.");
    assertThat(builds()).isZero();
  }

  @Test
  void saysWhatIsWrongWithJavaHome() throws Exception {
    Result result =
        end(start(root.resolve("explore"), Map.of("JAVA_HOME", "/nowhere"), "--version"));
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("JAVA_HOME is /nowhere, but there is no bin/java in it");
  }

  @Test
  void givesSparkItsOptionsAndNobodyElse() throws Exception {
    assertThat(explore("sweeps/x.yaml").out()).contains("--add-opens").contains("@");
    assertThat(explore("run", "x").out()).doesNotContain("--add-opens");
    assertThat(explore("simulate", "x").out()).contains("fast.args").doesNotContain("TieredStop");
    assertThat(explore("run", "--help").out()).contains("fast.args").contains("TieredStop");
  }
}
