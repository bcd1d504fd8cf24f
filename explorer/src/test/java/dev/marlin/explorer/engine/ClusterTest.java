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
import java.util.stream.Stream;
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
          "spark.executor.extraClassPath", foldersOfClasses());

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

  private static String foldersOfClasses() {
    return String.join(
        File.pathSeparator,
        List.of(classPath().split(File.pathSeparator, -1)).stream()
            .filter(entry -> !entry.endsWith(".jar"))
            .toList());
  }

  @BeforeEach
  void startTheCluster() throws Exception {
    Path jars = Files.createDirectories(folder.resolve("spark/jars"));
    List<String> entries = List.of(classPath().split(File.pathSeparator, -1));
    for (int i = 0; i < entries.size(); i++) {
      if (entries.get(i).endsWith(".jar")) {
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
}
