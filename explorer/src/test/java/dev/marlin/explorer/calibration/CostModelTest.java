package dev.marlin.explorer.calibration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.tiling.Calibration;
import dev.marlin.deployer.tiling.CostConstants;
import dev.marlin.deployer.zoo.Models;
import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.Executors;
import dev.marlin.explorer.execution.PointExecution;
import dev.marlin.explorer.execution.PreparedModel;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cost model and what it chooses, held against simulated cycles. */
final class CostModelTest {
  private static final FirmwareBuilder BUILDER =
      new FirmwareBuilder(Toolchains.find("auto", System.err::println));

  @Test
  void predictsTheCyclesOfLayers() {
    CostConstants constants = CostConstants.shipped();
    List<Calibration.Sample> samples =
        new CalibrationRuns(BUILDER, text -> {})
            .run(List.of("resnet8", "dscnn"), List.of("cycles"), PointOptions.defaults(), false);
    assertThat(samples).hasSizeGreaterThan(20);
    String worst =
        Calibration.worst(samples, constants).stream()
            .limit(3)
            .map(s -> s.network() + " " + s.plan().layer().name() + " " + s.error(constants))
            .toList()
            .toString();
    assertThat(Calibration.quantile(samples, constants, 0.5)).as("median").isLessThan(0.05);
    assertThat(Calibration.quantile(samples, constants, 1)).as(worst).isLessThan(0.16);
  }

  @ParameterizedTest(name = "{0}, {1} KiB of L1, {2} KiB of L2")
  @CsvSource({"resnet8, 64, 256", "resnet8, 128, 512", "dscnn, 64, 512", "penguinet, 64, 256"})
  void isNeverSlowerThanDorysTiling(String model, int l1, int l2) {
    PointOptions options = PointOptions.defaults().withL1Bytes(l1 << 10).withL2Bytes(l2 << 10);
    Network network = Models.load(model);
    assertThat(cycles(network, options.withTiling("cycles")))
        .isLessThanOrEqualTo(cycles(network, options.withTiling("dory-gvsoc")));
  }

  @ParameterizedTest(name = "{0}, {1} KiB of L1, {2} KiB of L2")
  @CsvSource({"dscnn, 64, 512", "penguinet, 32, 256"})
  void measuredTilesAreNeverSlowerThanPredictedOnes(String model, int l1, int l2) {
    PointOptions options = PointOptions.defaults().withL1Bytes(l1 << 10).withL2Bytes(l2 << 10);
    Network network = Models.load(model);
    PointOptions measured =
        options.withTiling("measured").withHeuristics(new TreeMap<>(Map.of("candidates", 3.0)));
    assertThat(cycles(network, measured))
        .isLessThanOrEqualTo(cycles(network, options.withTiling("cycles")));
  }

  private static long cycles(Network network, PointOptions options) {
    PreparedModel prepared = PreparedModel.of(network, PointExecution.requantization(options));
    Build build = PointExecution.build(prepared.network(), options, BUILDER);
    byte[] image =
        build.deployment().application().l3Image(prepared.inputBytes(), ProgramReport.CYCLES);
    return Executors.named(options.executor()).execute(build, image, prepared.expected()).cycles();
  }
}
