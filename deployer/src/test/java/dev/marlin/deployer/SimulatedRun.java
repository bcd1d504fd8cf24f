package dev.marlin.deployer;

import dev.marlin.deployer.codegen.Application;
import dev.marlin.deployer.codegen.OutputPlace;
import dev.marlin.deployer.codegen.ProgramReport;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareImage;
import dev.marlin.kernels.FirmwareRequest;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.Toolchains;
import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Probe;
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
import java.util.TreeSet;

/**
 * A deployment built and run in the simulator, every layer's output compared with the reference.
 *
 * @param status exit status of the program
 * @param layers how many layers were seen, in order
 * @param wrong the first wrong byte of each wrong layer
 * @param stdout what the program printed
 */
record SimulatedRun(int status, int layers, List<String> wrong, String stdout) {
  private static final FirmwareBuilder BUILDER =
      new FirmwareBuilder(Toolchains.find("auto", System.err::println));

  /** Bytes of L2 for code and data that plans with plain kernels leave. */
  static final int RESIDENT = 21 * 1024;

  /** With the fast kernels, and the room that code and data really take. */
  static Deployment deploy(Network network, DeploymentOptions options) {
    return Deployer.deploy(network, options, BUILDER::residentBytes);
  }

  /** With plain kernels. */
  static Deployment plan(Network network, DeploymentOptions options) {
    return new Deployer(PlainKernels::of, (files, layers, n) -> RESIDENT).plan(network, options);
  }

  static int[] randomInput(Network network, long seed) {
    return new Random(seed).ints(network.inputElements(), 0, 256).toArray();
  }

  static SimulatedRun of(Deployment deployment, int[] input) {
    Application application = deployment.application();
    Network network = deployment.network();
    FirmwareImage image = build(deployment);
    byte[] bytes = new byte[input.length];
    for (int i = 0; i < input.length; i++) {
      bytes[i] = (byte) input[i];
    }
    List<Activation> expected = ReferenceInterpreter.run(network, input);
    List<String> wrong = new ArrayList<>();
    int[] seen = {0};
    Probe probe =
        (machine, core) -> {
          int layer = machine.register(core, 10);
          OutputPlace place = application.outputs().get(layer);
          int size = place.tensor().bytes();
          byte[] actual =
              place.level() == MemoryLevel.L2
                  ? machine.read((int) image.l2(place.offset()), size)
                  : machine.readL3(place.offset(), size);
          compare(network, layer, expected.get(layer), actual, wrong);
          if (layer == seen[0]) {
            seen[0]++;
          }
        };
    ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    RunOptions options =
        RunOptions.defaults()
            .withChip(ChipConfig.gap8().withCores(deployment.options().hardware().cores()))
            .withL3Image(application.l3Image(bytes, ProgramReport.CYCLES))
            .withMaxCycles(20_000_000_000L)
            .withStdout(stdout)
            .withProbes(Map.of((int) image.address("marlin_layer_done"), probe));
    RunResult result = Simulator.run(Program.parse(image.elf(), network.name()), options);
    return new SimulatedRun(
        result.exitStatus(), seen[0], wrong, stdout.toString(StandardCharsets.UTF_8));
  }

  private static FirmwareImage build(Deployment deployment) {
    Application application = deployment.application();
    Map<String, String> sources = new TreeMap<>(application.sources());
    Set<String> kernels = new TreeSet<>(application.kernelFiles());
    if (kernels.remove(PlainKernels.FILE)) {
      sources.put(PlainKernels.FILE, PlainKernels.source());
    }
    var hardware = deployment.options().hardware();
    return BUILDER.build(
        FirmwareRequest.of(
            new FirmwareTarget(hardware.cores(), hardware.l1Bytes(), hardware.l2Bytes()),
            sources,
            kernels,
            application.l1Bytes(),
            application.l2Bytes()));
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
