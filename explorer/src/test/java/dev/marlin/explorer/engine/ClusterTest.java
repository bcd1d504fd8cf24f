package dev.marlin.explorer.engine;

import static dev.marlin.explorer.Fakes.PROVENANCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.explorer.Fakes;
import dev.marlin.explorer.execution.LocalPointRunner;
import dev.marlin.explorer.execution.MarlinBuild;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointRunner;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.store.Query;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.Sweep;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real cluster: Spark's standalone master and two workers, from the project's own jars. */
final class ClusterTest {
  private static final int POINTS = 60;
  private static final String VICTIM = "victim";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1",
          "spark.executor.memory", "900m",
          "spark.executor.extraClassPath", String.join(File.pathSeparator, ofMarlin()));

  @TempDir Path folder;
  private final List<Process> processes = new ArrayList<>();
  private String master = "";

  /**
   * The point of a real network runs for real. One of the others says where it runs and waits until
   * it is killed; the second time it goes on.
   */
  record MixedRunner(SweepEngineTest.FakeRunner fake, LocalPointRunner real, String victim)
      implements PointRunner {
    @Override
    public long work(ModelRef model) {
      return VICTIM.equals(model.name()) ? 1 : 0; // the first to begin
    }

    @Override
    public PointOutcome run(DesignPoint point, String key) {
      if (point.model().name().equals("dscnn")) {
        return real.run(point, key);
      }
      if (point.model().name().equals(VICTIM)) {
        try {
          Path file = Path.of(victim);
          if (!Files.exists(file)) {
            Path part =
                Files.writeString(Path.of(victim + ".part"), "" + ProcessHandle.current().pid());
            Files.move(part, file);
            TimeUnit.MINUTES.sleep(5);
          }
        } catch (IOException | InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
      return fake.run(point, key);
    }
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** What a Spark installation does not have: Marlin's rooms, the solver and the compiler. */
  private static boolean isOfMarlin(String entry) {
    return !entry.endsWith(".jar")
        || Stream.of("/marlin-", "/com/google/ortools/", "/org/bytedeco/")
            .anyMatch(entry::contains);
  }

  private static List<String> ofMarlin() {
    return Stream.of(classPath().split(File.pathSeparator, -1))
        .filter(ClusterTest::isOfMarlin)
        .toList();
  }

  @BeforeEach
  void startTheCluster() throws Exception {
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    List<String> entries = List.of(classPath().split(File.pathSeparator, -1));
    for (int i = 0; i < entries.size(); i++) {
      if (!isOfMarlin(entries.get(i))) {
        Path jar = Path.of(entries.get(i));
        Files.createSymbolicLink(jars.resolve(i + "-" + jar.getFileName()), jar);
      }
    }
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    master = "spark://127.0.0.1:" + port;
    String host = "127.0.0.1";
    start(
        "org.apache.spark.deploy.master.Master", "-h", host, "-p", "" + port, "--webui-port", "0");
    waitFor(port);
    for (int i = 0; i < 2; i++) {
      String work = folder.resolve("work" + i).toString();
      start(
          "org.apache.spark.deploy.worker.Worker",
          "-h",
          host,
          "--webui-port",
          "0",
          "-c",
          "1",
          "-m",
          "1g",
          "-d",
          work,
          master);
    }
    SETTINGS.forEach(System::setProperty);
  }

  private void start(String... command) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                folder.resolve("spark/jars") + "/*"));
    words.addAll(List.of(command));
    ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.redirectOutput(folder.resolve("process" + processes.size() + ".log").toFile());
    builder.environment().put("SPARK_HOME", folder.resolve("spark").toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    processes.add(builder.start());
  }

  private static void waitFor(int port) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (System.nanoTime() < end) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertThat(socket.isConnected()).isTrue();
        return;
      } catch (IOException e) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
    throw new AssertionError("no master at port " + port);
  }

  @AfterEach
  void stopTheCluster() throws Exception {
    SETTINGS.keySet().forEach(System::clearProperty);
    for (Process process : processes) {
      kill(process);
    }
    try (Stream<Path> links = Files.list(folder.resolve("spark/jars"))) {
      for (Path link : links.toList()) {
        Files.delete(link);
      }
    }
  }

  private static void kill(Process process) throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly().waitFor();
  }

  /** Kills the worker of the victim with its executor when some points have ended elsewhere. */
  private final class Killer implements SweepListener {
    private final List<PointOutcome> ended = new ArrayList<>();
    private final List<String> retried = new ArrayList<>();

    @Override
    public void begun(int points, int known) {}

    @Override
    public void ended(PointOutcome outcome) {
      ended.add(outcome);
      if (ended.size() == POINTS / 4) {
        try {
          kill(workerOf(Long.parseLong(Files.readString(folder.resolve("victim")))));
        } catch (IOException | InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    private Process workerOf(long executor) {
      return processes.stream()
          .filter(process -> process.descendants().anyMatch(child -> child.pid() == executor))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void retried(DesignPoint point, String reason) {
      retried.add(reason);
    }
  }

  @Test
  void everyPointEndsExactlyOnceThoughAWorkerIsKilledInTheMiddle() throws IOException {
    List<DesignPoint> points = new ArrayList<>();
    points.add(new DesignPoint(ModelRef.zoo("dscnn"), PointOptions.defaults()));
    points.add(new DesignPoint(ModelRef.zoo(VICTIM), Fakes.point(10).options()));
    for (int i = 2; i < POINTS; i++) {
      points.add(new DesignPoint(ModelRef.zoo("none"), Fakes.point(10 * i).options()));
    }
    Path journal = folder.resolve("journal");
    MixedRunner runner =
        new MixedRunner(
            new SweepEngineTest.FakeRunner(journal.toString(), 10),
            new LocalPointRunner(
                true,
                false,
                folder.resolve("builds").toString(),
                1 << 20,
                "",
                MarlinBuild.current()),
            folder.resolve("victim").toString());
    Killer killer = new Killer();
    Path results = folder.resolve("results");
    SweepSummary summary;
    try (ResultStore store = ResultStore.open(results)) {
      summary =
          new SweepEngine(store, null, runner, killer)
              .run(
                  new Sweep("cluster", "", "", points),
                  PROVENANCE,
                  new EngineOptions(master, false, false));
      assertThat(store.latest().outcomes().get(0).failure()).as("compiled and simulated").isNull();
    }
    assertThat(summary.count(PointStatus.CORRECT)).isEqualTo(POINTS);
    Set<String> keys = new LinkedHashSet<>();
    killer.ended.forEach(outcome -> assertThat(keys.add(outcome.key())).isTrue());
    assertThat(keys).hasSize(POINTS);
    assertThat(killer.ended.stream().map(PointOutcome::status)).containsOnly(PointStatus.CORRECT);

    assertThat(summary.retried()).isPositive();
    assertThat(killer.retried).hasSize(summary.retried());
    Query why = Query.ask(results, "SELECT DISTINCT reason FROM retries");
    assertThat(why.rows().toString()).containsIgnoringCase("lost");
    assertThat(Files.readAllLines(journal)).hasSize(POINTS - 1).doesNotHaveDuplicates();
  }

  /** The class path of an installation: every folder of classes is a jar. */
  private String jars() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String entry : classPath().split(File.pathSeparator, -1)) {
      if (Files.isDirectory(Path.of(entry))) {
        Path jar = folder.resolve("marlin-" + jars.size() + ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
            Stream<Path> files = Files.walk(Path.of(entry))) {
          for (Path file : files.filter(file -> !file.equals(Path.of(entry))).toList()) {
            boolean isFolder = Files.isDirectory(file);
            String name = Path.of(entry).relativize(file) + (isFolder ? "/" : "");
            out.putNextEntry(new ZipEntry(name));
            if (!isFolder) {
              Files.copy(file, out);
            }
          }
        }
        jars.add(jar.toString());
      } else if (Files.exists(Path.of(entry))) {
        jars.add(entry);
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  @Test
  void workersThatHaveNothingButSparkGetMarlinFromTheDriver() throws Exception {
    Files.writeString(
        folder.resolve("s.yaml"), "grid: {models: dscnn, tiling: [cycles, dory-gap8]}");
    Path log = folder.resolve("log");
    ProcessBuilder driver =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                jars(),
                "-Dspark.executor.memory=900m",
                "-Dmarlin.root=" + folder,
                "dev.marlin.explorer.cli.Main",
                "s.yaml",
                "--master",
                master,
                "--cache",
                "cache",
                "--out",
                "out")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    driver.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    Process sweep = driver.start();
    try {
      assertThat(sweep.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      sweep.destroyForcibly();
    }
    assertThat(Files.readString(log)).contains("2 points: 2 correct");
    assertThat(sweep.exitValue()).isZero();
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(file -> file.toString().matches(".*/work[01]/.*/ortools-java.*jar")))
          .as("jars that workers were handed")
          .isNotEmpty();
    }
  }
}
