package dev.marlin.explorer.execution.gvsoc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.Execution;
import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.ModelLoader;
import dev.marlin.explorer.execution.PointExecution;
import dev.marlin.explorer.execution.PreparedModel;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The executor's side of the conversation with GVSOC. {@code resnet8.out} is what the real one
 * printed; hashes of outputs do not depend on kernels or tiling.
 */
final class GvsocExecutorTest {
  private static PreparedModel model;
  private static Build build;

  @TempDir Path folder;

  @BeforeAll
  static void deploy() {
    PointOptions options = PointOptions.defaults();
    model =
        PreparedModel.of(
            ModelLoader.load(ModelRef.zoo("resnet8")), PointExecution.requantization(options));
    build =
        PointExecution.build(
            model.network(), options, new FirmwareBuilder(Toolchains.find("auto", line -> {})));
  }

  private static Path recorded() throws IOException {
    Path file = Files.createTempFile("resnet8", ".out");
    file.toFile().deleteOnExit();
    try (var in = GvsocExecutorTest.class.getResourceAsStream("resnet8.out")) {
      Files.write(file, in.readAllBytes());
    }
    return file;
  }

  private static Execution run(FakeSdk fake) {
    return run(fake, new BoundedProcess.Limits(60, 1 << 20, 1 << 26));
  }

  private static Execution run(FakeSdk fake, BoundedProcess.Limits limits) {
    byte[] image =
        build.deployment().application().l3Image(model.inputBytes(), ProgramReport.HASHES);
    return new GvsocExecutor(fake.sdk(), limits).execute(build, image, model.expected());
  }

  private static ExecutionException failure(FakeSdk fake, BoundedProcess.Limits limits) {
    return catchThrowableOfType(ExecutionException.class, () -> run(fake, limits));
  }

  private static ExecutionException failure(FakeSdk fake) {
    return failure(fake, new BoundedProcess.Limits(60, 1 << 20, 1 << 26));
  }

  @Test
  void readsCyclesAndHashesOfARealRun() throws IOException {
    Execution execution = run(new FakeSdk(folder, "cat '" + recorded() + "'"));
    assertThat(execution.mismatches()).containsOnly(0L).hasSize(execution.layerCycles().size());
    assertThat(execution.firstMismatch()).isEmpty();
    assertThat(execution.layerCycles()).allMatch(cycles -> cycles > 0);
    assertThat(execution.cycles())
        .isEqualTo(execution.layerCycles().stream().mapToLong(Long::longValue).sum());
  }

  @Test
  void namesTheLayerWhoseHashIsWrong() throws IOException {
    FakeSdk fake =
        new FakeSdk(
            folder, "sed 's/^\\(marlin layer 3 hash\\).*/\\1 0badf00d/' '" + recorded() + "'");
    Execution execution = run(fake);
    assertThat(execution.mismatches().get(3)).isEqualTo(1);
    assertThat(execution.mismatches().stream().mapToLong(Long::longValue).sum()).isEqualTo(1);
    assertThat(execution.firstMismatch()).startsWith("layer 3 (").contains("0badf00d");
  }

  @Test
  void givesTheProgramTheImageAndTheChipInAFolderOfItsOwn() throws IOException {
    FakeSdk fake =
        new FakeSdk(
            folder, "cp marlin_l3.bin application.elf '" + folder + "'; cat '" + recorded() + "'");
    run(fake);
    List<String> called = fake.called();
    assertThat(called.get(0)).isEqualTo("yes");
    String own = called.get(1);
    assertThat(called)
        .contains(
            "--target=gapuino_v3",
            "--platform=gvsoc",
            "--work-dir=" + own,
            "--config-opt=**/flash/content/partitions/readfs/files=" + own + "/marlin_l3.bin",
            "--config-opt=**/soc/l2/size=0x00080000",
            "--config-opt=**/cluster/l1/size=0x00010000",
            "--config-opt=**/cluster/nb_pe=8",
            "--image",
            "--binary=" + own + "/application.elf");
    assertThat(Files.readAllBytes(fake.file("application.elf"))).isEqualTo(build.firmware().elf());
    assertThat(Files.readAllBytes(fake.file("marlin_l3.bin")))
        .isEqualTo(
            build.deployment().application().l3Image(model.inputBytes(), ProgramReport.HASHES));
    assertThat(Path.of(own)).doesNotExist();
  }

  @Test
  void slowsTheReferenceClockAndNothingElse() throws IOException {
    FakeSdk fake = new FakeSdk(folder, "cat '" + recorded() + "'");
    run(fake);
    assertThat(Files.readString(fake.file("gvsoc_config.json")))
        .isEqualTo(
            "{\"target\":{\"system_tree\":{\"board\":{\"ref_clock_clock\":"
                + "{\"vp_class\":\"vp/clock_domain\",\"frequency\":840}}}}}");
  }

  @Test
  void saysWhatItMissesInASystemThatItDoesNotKnow() throws IOException {
    assertThatThrownBy(() -> run(new FakeSdk(folder.resolve("a"), "", "")))
        .isInstanceOf(GvsocException.class)
        .hasMessageContaining("gapy wrote no gvsoc_config.json");
    assertThatThrownBy(() -> run(new FakeSdk(folder.resolve("b"), "", "{\"target\": ")))
        .isInstanceOf(GvsocException.class)
        .hasMessageContaining("gapy wrote no JSON");
    assertThatThrownBy(() -> run(new FakeSdk(folder.resolve("c"), "", "{\"target\": {}}")))
        .isInstanceOf(GvsocException.class)
        .hasMessageContaining("has no frequency at /target/system_tree/board/ref_clock_clock");
  }

  @Test
  void keepsTheLogOfACrash() throws IOException {
    ExecutionException e =
        failure(new FakeSdk(folder, "echo Invalid access; echo 'core dumped' >&2; exit 134"));
    assertThat(e.kind()).isEqualTo("status");
    assertThat(e).hasMessage("gvsoc ended with status 134");
    assertThat(e.output()).contains("Invalid access").contains("core dumped");
  }

  @Test
  void killsAHangingRunWithAllThatItStarted() throws Exception {
    FakeSdk fake =
        new FakeSdk(folder, "echo waiting; sleep 1000 & echo $! > '" + folder + "/child'; wait");
    ExecutionException e = failure(fake, new BoundedProcess.Limits(1, 1 << 20, 1 << 26));
    assertThat(e.kind()).isEqualTo("timeout");
    assertThat(e.output()).contains("waiting");
    for (String file : List.of("pid", "child")) {
      long pid = Long.parseLong(Files.readString(fake.file(file)).strip());
      ProcessHandle.of(pid).ifPresent(process -> process.onExit().join());
      assertThat(ProcessHandle.of(pid)).isEmpty();
    }
  }

  @Test
  void stopsARunThatPrintsWithoutEnd() throws IOException {
    ExecutionException e =
        failure(new FakeSdk(folder, "yes garbage"), new BoundedProcess.Limits(60, 10_000, 1 << 26));
    assertThat(e.kind()).isEqualTo("output");
    assertThat(e.output()).hasSizeLessThan(20_001);
  }

  @Test
  void stopsARunThatFillsTheDisk() throws IOException {
    ExecutionException e =
        failure(
            new FakeSdk(folder, "head -c 9000000 /dev/zero > big; sleep 1000"),
            new BoundedProcess.Limits(60, 10_000, 8 << 20));
    assertThat(e.kind()).isEqualTo("disk");
  }

  @Test
  void saysWhatIsMissingInGarbage() throws IOException {
    ExecutionException e =
        failure(new FakeSdk(folder, "echo 'marlin layer 0 cycles 12'; printf '\\377\\000\\n'"));
    assertThat(e).hasMessageContaining("printed no cycles of layer 1 of");
  }

  @Test
  void leavesNothingBehindWhenItIsInterrupted() throws Exception {
    FakeSdk fake = new FakeSdk(folder, "sleep 1000");
    Thread thread =
        new Thread(() -> assertThatThrownBy(() -> run(fake)).hasMessageContaining("cancelled"));
    thread.start();
    while (!Files.exists(fake.file("pid"))) {
      Thread.onSpinWait();
    }
    thread.interrupt();
    thread.join(20_000);
    assertThat(thread.isAlive()).isFalse();
    assertThat(Path.of(fake.called().get(1))).doesNotExist();
  }

  @Test
  void hasAVersionThatChangesWithTheSimulator() throws IOException {
    GapSdk first = new FakeSdk(folder.resolve("a"), "").sdk();
    GapSdk same = new FakeSdk(folder.resolve("b"), "").sdk();
    FakeSdk other = new FakeSdk(folder.resolve("c"), "");
    Files.writeString(other.file("install/workstation/bin/gvsoc_launcher"), "exit 2\n");
    assertThat(first.version()).startsWith("gvsoc-").isEqualTo(same.version());
    assertThat(other.sdk().version()).isNotEqualTo(first.version());
  }
}
