package dev.marlin.deployer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.codegen.OutputPlace;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareImage;
import dev.marlin.kernels.FirmwareRequest;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.Toolchains;
import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.RunResult;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Plans run: every layer's output in the simulator against the reference, element by element. */
final class EndToEndTest {
  private static final FirmwareBuilder BUILDER =
      new FirmwareBuilder(Toolchains.find("auto", System.err::println));
  private static final int RESIDENT = 16 * 1024;

  /** All kinds of layers, two live branches, odd sizes. */
  private static Network everyKind(long seed) {
    Networks net = Networks.of("every kind", 21, 19, 3, seed);
    net.convolution(20, 3, 1);
    Tensor branch = net.depthwise(3, 1);
    net.convolution(20, 1, 1);
    net.add(branch, net.last());
    Tensor stem = net.convolution(net.last(), 12, Networks.window(3, 2, 1), 1);
    net.convolution(stem, 12, new Window(3, 2, 1, 1, 2, 3, 2, 1, 2, 2), 1);
    net.add(net.last(), stem);
    net.pool(Pooling.Kind.MAX, Networks.window(2, 2, 0));
    net.pool(Pooling.Kind.AVERAGE, Networks.window(3, 2, 1));
    net.connected(13, false);
    net.connected(10, true);
    return net.build();
  }

  @ParameterizedTest
  @CsvSource({
    "cycles, 32, 64, 1",
    "cycles, 16, 40, 2",
    "cycles, 13, 24, 3",
    "cycles, 13, 21, 4",
    "cycles, 64, 22, 5",
    "dory-gap8, 64, 40, 6",
    "dory-gvsoc, 64, 40, 7",
    "dory-gap8, 64, 27, 8",
    "dory-gvsoc, 64, 27, 9"
  })
  void everyLayerOfEveryKindIsRight(String policy, int l1, int l2, long seed) {
    run(everyKind(seed), policy, l1, l2, 8);
  }

  @Test
  void everyLayerIsRightOnOneCoreAndOnThree() {
    run(everyKind(10), "cycles", 13, 30, 1);
    run(everyKind(11), "cycles", 13, 30, 3);
  }

  @Test
  void aSmallMobilenetIsRightInASmallL2() {
    run(Networks.mobilenet(0.25, 64), "cycles", 24, 40, 8);
  }

  private static void run(Network network, String policy, int l1, int l2, int cores) {
    Hardware hardware =
        Hardware.gap8().withL1Bytes(l1 * 1024).withL2Bytes(l2 * 1024).withCores(cores);
    Deployment deployment =
        new Deployer(PlainKernels::of, (files, layers, n) -> RESIDENT)
            .plan(network, DeploymentOptions.defaults().withHardware(hardware).withTiling(policy));
    Application application = deployment.application();
    Map<String, String> sources = new TreeMap<>(application.sources());
    sources.put("plain.c", PlainKernels.source());
    FirmwareImage image =
        BUILDER.build(
            FirmwareRequest.of(
                new FirmwareTarget(cores, l1 * 1024, l2 * 1024),
                sources,
                Set.of(),
                application.l1Bytes(),
                application.l2Bytes()));

    byte[] input = new byte[network.input().bytes()];
    new Random(1).nextBytes(input);
    int[] values = new int[input.length];
    for (int i = 0; i < input.length; i++) {
      values[i] = input[i] & 0xff;
    }
    List<Activation> expected = ReferenceInterpreter.run(network, values);
    List<String> wrong = new ArrayList<>();
    List<Integer> seen = new ArrayList<>();
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    RunOptions options =
        RunOptions.defaults()
            .withChip(ChipConfig.gap8().withCores(cores))
            .withL3Image(application.l3Image(input, false))
            .withMaxCycles(2_000_000_000L)
            .withStdout(stdout)
            .withProbes(
                Map.of(
                    (int) image.address("marlin_layer_done"),
                    (machine, core) -> {
                      int layer = machine.register(core, 10);
                      OutputPlace place = application.outputs().get(layer);
                      int bytes = place.tensor().bytes();
                      byte[] actual =
                          place.level() == MemoryLevel.L2
                              ? machine.read((int) image.l2(place.offset()), bytes)
                              : machine.readL3(place.offset(), bytes);
                      compare(network, layer, expected.get(layer), actual, wrong);
                      seen.add(layer);
                    }));
    RunResult result = Simulator.run(Program.parse(image.elf(), network.name()), options);
    assertThat(wrong).as("%s, %s", policy, deployment.layers()).isEmpty();
    assertThat(seen).hasSize(network.layers().size());
    assertThat(result.exitStatus()).isZero();
    assertThat(stdout.toString(StandardCharsets.UTF_8)).contains("marlin total cycles ");
  }

  private static void compare(
      Network network, int layer, Activation expected, byte[] actual, List<String> wrong) {
    byte[] right = expected.toBytes();
    for (int i = 0; i < right.length; i++) {
      if (right[i] != actual[i]) {
        wrong.add(
            String.format(
                "layer %d %s, byte %d of %d is %d instead of %d",
                layer,
                network.layers().get(layer).name(),
                i,
                right.length,
                actual[i] & 0xff,
                right[i] & 0xff));
        return;
      }
    }
  }
}
