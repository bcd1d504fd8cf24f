package dev.marlin.deployer.codegen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.DeploymentOptions;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.onnx.NetworkReader;
import dev.marlin.deployer.zoo.Zoo;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationWriterTest {
  @TempDir private Path folder;

  @Test
  void twoCallsDeployANetworkFromItsFile() throws IOException {
    Path file = Files.write(folder.resolve("net.onnx"), Zoo.model("conv_3x3_s1_8x8x16_16"));
    Path app = folder.resolve("app");

    Network network = NetworkReader.read(file);
    Deployment deployment = ApplicationWriter.write(network, DeploymentOptions.defaults(), app);

    assertThat(deployment.layers()).hasSize(1);
    assertThat(app.resolve("network.c")).exists();
    assertThat(app.resolve("pmsis/layer.c")).exists();
    assertThat(app.resolve("include/network.h")).exists();
    assertThat(run(app.resolve("program.elf"), app)).contains("marlin total cycles ");
  }

  @Test
  void theFolderBuildsAndRunsByItself() throws IOException, InterruptedException {
    assumeTrue(works("make", "--version"), "skipped: there is no make");
    assumeTrue(
        works("riscv64-unknown-elf-gcc", "--version"), "skipped: there is no RISC-V compiler");
    Network network = NetworkReader.read(Zoo.model("conv_3x3_s1_8x8x16_16"), "net");
    ApplicationWriter.write(network, DeploymentOptions.defaults(), folder);
    Files.delete(folder.resolve("program.elf"));

    Process make =
        new ProcessBuilder("make").directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(make.waitFor()).as(said).isZero();
    assertThat(run(folder.resolve("program.elf"), folder)).contains("marlin layer 0 cycles ");
  }

  private static String run(Path elf, Path app) throws IOException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    RunResult result =
        Simulator.run(
            Program.parse(Files.readAllBytes(elf), "app"),
            RunOptions.defaults()
                .withL3Image(Files.readAllBytes(app.resolve("l3.bin")))
                .withStdout(printed));
    assertThat(result.exitStatus()).isZero();
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
