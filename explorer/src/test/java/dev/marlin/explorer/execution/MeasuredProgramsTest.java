package dev.marlin.explorer.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.deployer.Deployer;
import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.DeploymentOptions;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.zoo.Models;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cycles of programs, measured once and kept. */
final class MeasuredProgramsTest {
  private static final FirmwareBuilder BUILDER =
      new FirmwareBuilder(Toolchains.find("auto", System.err::println));
  private static final Network LAYER = Models.load("dw_3x3_s1_12x12x16");

  @TempDir private Path cache;

  private MeasuredPrograms programs() {
    return new MeasuredPrograms(BUILDER, PointOptions.defaults(), cache);
  }

  private static Deployment deployed() {
    return Deployer.deploy(LAYER, DeploymentOptions.defaults(), BUILDER::residentBytes);
  }

  private static Deployment never() {
    throw new AssertionError("was made again");
  }

  @Test
  void aProgramIsRunOnceForAllWhoAskForItsKey() {
    List<Long> cycles = programs().layerCycles("a layer", MeasuredProgramsTest::deployed);
    assertThat(cycles).hasSize(1);
    assertThat(cycles.get(0)).isBetween(1_000L, 100_000L);
    assertThat(programs().layerCycles("a layer", MeasuredProgramsTest::never)).isEqualTo(cycles);
    assertThatThrownBy(() -> programs().layerCycles("another", MeasuredProgramsTest::never))
        .hasMessage("was made again");
  }

  @Test
  void whatCannotBeReadIsMeasuredAgain() throws IOException {
    List<Long> cycles = programs().layerCycles("a layer", MeasuredProgramsTest::deployed);
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.writeString(file, "12x");
      }
    }
    assertThat(programs().layerCycles("a layer", MeasuredProgramsTest::deployed)).isEqualTo(cycles);
    assertThat(programs().layerCycles("a layer", MeasuredProgramsTest::never)).isEqualTo(cycles);
  }
}
