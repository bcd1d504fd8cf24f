package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ToolchainsTest {

  /** What the JVMs run that the tests start: finds the toolchain and compiles a file with it. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) {
      Toolchain toolchain = Toolchains.find("auto", line -> System.out.println("progress " + line));
      FirmwareBuilder builder = new FirmwareBuilder(toolchain);
      FirmwareImage image =
          builder.build(Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK));
      System.out.println("built " + OutputHash.of(image.elf()));
    }
  }

  private static Process start(Path cache) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName());
    builder.environment().put("MARLIN_CACHE", cache.toString());
    builder.redirectErrorStream(true);
    return builder.start();
  }

  private static List<Path> entries(Path cache) throws IOException {
    Path folder = cache.resolve("marlin");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static boolean anyEntry(Path cache, String suffix) throws IOException {
    return entries(cache).stream()
        .map(Path::getFileName)
        .map(Path::toString)
        .anyMatch(name -> name.startsWith("llvm-") && name.endsWith(suffix));
  }

  @Test
  void aJvmThatIsKilledWhileItUnpacksLeavesNothingAndThreeThatRaceUnpackOnce(@TempDir Path cache)
      throws Exception {
    Process killed = start(cache);
    while (killed.isAlive() && !anyEntry(cache, ".part")) {
      Thread.onSpinWait();
    }
    killed.destroyForcibly().waitFor();
    assertThat(anyEntry(cache, ".part")).as("the killed JVM had begun").isTrue();
    assertThat(entries(cache)).noneMatch(p -> p.getFileName().toString().matches("llvm-[0-9.-]+"));

    List<Process> racers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      racers.add(start(cache));
    }
    List<String> outputs = new ArrayList<>();
    for (Process racer : racers) {
      outputs.add(new String(racer.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      assertThat(racer.waitFor()).as(outputs.toString()).isZero();
    }
    int expected =
        OutputHash.of(
            Programs.builder()
                .build(Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK))
                .elf());
    assertThat(outputs).allMatch(output -> output.contains("built " + expected));
    assertThat(outputs).filteredOn(output -> output.contains("progress Unpacking LLVM")).hasSize(1);
    assertThat(anyEntry(cache, ".part")).isFalse();
  }

  @Test
  void anUnknownNameIsRefusedWithTheKnownOnes() {
    assertThatThrownBy(() -> Toolchains.find("icc", line -> {}))
        .isInstanceOf(ToolchainException.class)
        .hasMessage("Unknown toolchain 'icc': one of auto, llvm, gcc, gap.");
  }

  @Test
  void aToolchainThatIsNotInstalledSaysWhatToDo() {
    assumeThat(onPath("riscv32-unknown-elf-gcc")).isEmpty();
    assumeThat(System.getenv("GAP_RISCV_GCC_TOOLCHAIN")).isNull();
    assertThatThrownBy(() -> Toolchains.find("gap", line -> {}))
        .isInstanceOf(ToolchainException.class)
        .hasMessageContaining("riscv32-unknown-elf-gcc is not on the PATH")
        .hasMessageContaining("Maybe");
  }

  @Test
  void anInstalledGccBuildsAProgramThatBootsAtTheSamePlace() {
    assumeThat(onPath("riscv64-unknown-elf-gcc"))
        .as("riscv64-unknown-elf-gcc is not installed")
        .isPresent();
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("gcc", line -> {}));
    FirmwareImage image =
        builder.build(Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK));
    assertThat(image.address("_start")).isEqualTo(0x1c000080L);
  }

  private static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
