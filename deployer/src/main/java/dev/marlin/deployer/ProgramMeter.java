package dev.marlin.deployer;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.tiling.CycleMeter;
import dev.marlin.deployer.tiling.Heuristic;
import dev.marlin.deployer.tiling.L1Tiling;
import dev.marlin.deployer.tiling.L2Tiling;
import dev.marlin.deployer.tiling.NetworkTiling;
import dev.marlin.deployer.tiling.Tiling;
import dev.marlin.deployer.tiling.TilingPolicy;
import dev.marlin.deployer.tiling.TilingProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Measures by running: a layer becomes a network of one layer, a network is run as it is. */
final class ProgramMeter implements CycleMeter {
  private final Deployer deployer;
  private final Network network;
  private final DeploymentOptions options;
  private final ProgramRunner runner;

  /**
   * @param network as it is deployed, its divisors those that {@code options} ask for
   */
  ProgramMeter(
      Deployer deployer, Network network, DeploymentOptions options, ProgramRunner runner) {
    this.deployer = deployer;
    this.network = network;
    this.options = options.withHeuristics(Map.of());
    this.runner = runner;
  }

  @Override
  public OptionalLong layer(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
    L2Tiling alone =
        new L2Tiling(l2.inputsInL3(), l2.outputInL3(), l2.stripeHeight(), l2.sliceChannels(), 0);
    Network single =
        new Network(
            "layer",
            layer.layer().inputs().stream().distinct().toList(),
            List.of(layer.layer()),
            List.of(layer.layer().output()));
    String key = machine() + shape(layer) + " " + alone + " " + l1;
    NetworkTiling tiling = new NetworkTiling(List.of(new Tiling(alone, l1, 0)));
    return run(key, single, tiling)
        .map(cycles -> OptionalLong.of(cycles.get(0)))
        .orElse(OptionalLong.empty());
  }

  @Override
  public Optional<List<Long>> network(NetworkTiling tilings) {
    String key =
        machine()
            + tilings.layers().stream()
                .map(tiling -> tiling.l2() + " " + tiling.l1())
                .collect(Collectors.joining("\n"))
            + deployer.lowered(network).stream()
                .map(ProgramMeter::shape)
                .collect(Collectors.joining("\n", "\n", "\n"))
            + graph();
    return run(key, network, tilings);
  }

  private Optional<List<Long>> run(String key, Network program, NetworkTiling tilings) {
    try {
      return Optional.of(
          runner.layerCycles(key, () -> deployer.plan(program, options, new Fixed(tilings))));
    } catch (InfeasibleException e) {
      return Optional.empty();
    }
  }

  private String machine() {
    Hardware hardware = options.hardware();
    return String.format(
        "%d cores, %d bytes of L1, %d of L2, %d of L3%n",
        hardware.cores(), hardware.l1Bytes(), hardware.l2Bytes(), hardware.l3Bytes());
  }

  /** What of a layer its cycles depend on: all but its numbers and names. */
  private static String shape(KernelLayer layer) {
    return String.join(
        " ",
        layer.kernel().function(),
        layer.spec().toString(),
        layer.in().toString(),
        layer.layer().inputs().stream()
            .map(tensor -> tensor.shape() + " " + tensor.type())
            .toList()
            .toString(),
        layer.out().toString(),
        layer.window().toString());
  }

  /** Which layer reads what: it decides what lies in L2 together. */
  private String graph() {
    List<String> tensors = new ArrayList<>(network.inputs().stream().map(Tensor::name).toList());
    network.layers().forEach(layer -> tensors.add(layer.output().name()));
    return network.layers().stream()
            .map(layer -> layer.inputs().stream().map(t -> tensors.indexOf(t.name())).toList())
            .toList()
        + " "
        + network.outputs().stream().map(t -> tensors.indexOf(t.name())).toList();
  }

  /** The policy that was decided before. */
  private record Fixed(NetworkTiling tilings) implements TilingPolicy {
    @Override
    public String name() {
      return "measured";
    }

    @Override
    public List<Heuristic> heuristics() {
      return List.of();
    }

    @Override
    public NetworkTiling tile(TilingProblem problem) {
      return tilings;
    }
  }
}
