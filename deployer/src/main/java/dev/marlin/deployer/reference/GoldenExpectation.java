package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Requantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a deployment must compute, given recordings of the network's exporter: the recordings, or
 * where the two provably mean different arithmetic, what the deployed arithmetic makes of the
 * recorded input.
 *
 * <p>Two things are recorded that no 8-bit deployment reproduces: sums above 255, because NEMO does
 * not clip behind an addition, with all that follows from them; and divisions by 2^n - 1 where a
 * shift was asked for. Either counts as the reason of a difference only if the network with the
 * file's own divisors, and without the clip in those layers alone whose recordings exceed it,
 * reproduces every recorded element of every layer.
 *
 * @param outputs HWC, for each layer of the network
 * @param remarks the reason and the number of differing elements of each layer; empty if the
 *     recordings stand as they are
 */
public record GoldenExpectation(List<int[]> outputs, List<String> remarks) {

  /**
   * Compares recordings with the network that is deployed.
   *
   * @param network as it is deployed
   * @param exact the same network with the divisors of its file
   */
  public static GoldenExpectation of(GoldenFiles golden, Network network, Network exact) {
    List<Activation> deployed = ReferenceInterpreter.run(network, golden.input());
    List<LayerComparison> differences =
        golden.compare(network, deployed).stream().filter(layer -> !layer.isExact()).toList();
    GoldenExpectation recorded = new GoldenExpectation(golden.outputs(), List.of());
    if (differences.isEmpty()) {
      return recorded;
    }
    Network unclipped = unclipped(exact, golden);
    List<Activation> explained = ReferenceInterpreter.run(unclipped, golden.input());
    for (int i = 0; i < explained.size(); i++) {
      if (!Arrays.equals(explained.get(i).values(), golden.outputs().get(i))) {
        return recorded;
      }
    }
    List<String> remarks = new ArrayList<>();
    remarks.add(reason(unclipped, exact, golden, network));
    for (LayerComparison layer : differences) {
      remarks.add(
          "differs from its recording as explained: "
              + layer.describe()
              + ", largest difference "
              + largest(golden.outputs().get(layer.index()), deployed.get(layer.index())));
    }
    return new GoldenExpectation(
        deployed.stream().map(Activation::values).toList(), List.copyOf(remarks));
  }

  private static String reason(
      Network unclipped, Network exact, GoldenFiles golden, Network network) {
    List<String> reasons = new ArrayList<>();
    if (!unclipped.layers().equals(exact.layers())) {
      reasons.add("without the clip at 255 where sums exceed it");
    }
    List<Activation> exactly = ReferenceInterpreter.run(exact, golden.input());
    List<Activation> deployed = ReferenceInterpreter.run(network, golden.input());
    boolean divides = false;
    for (int i = 0; i < exactly.size(); i++) {
      divides |= !Arrays.equals(exactly.get(i).values(), deployed.get(i).values());
    }
    if (divides) {
      reasons.add("with the file's divisors, where the deployment shifts");
    }
    return String.format(
        Locale.ROOT,
        "the recordings are reproduced exactly in all %d layers %s; the deployed arithmetic is"
            + " checked against the reference interpreter instead",
        golden.outputs().size(),
        String.join(" and ", reasons));
  }

  private static int largest(int[] recorded, Activation deployed) {
    int largest = 0;
    for (int i = 0; i < recorded.length; i++) {
      largest = Math.max(largest, Math.abs(recorded[i] - deployed.get(i)));
    }
    return largest;
  }

  /** The network without the upper clip of additions and averages whose recordings exceed it. */
  private static Network unclipped(Network network, GoldenFiles golden) {
    List<Layer> layers = new ArrayList<>();
    for (int i = 0; i < network.layers().size(); i++) {
      Layer layer = network.layers().get(i);
      int max = layer.output().type().max();
      boolean exceeds = Arrays.stream(golden.outputs().get(i)).anyMatch(value -> value > max);
      layers.add(exceeds ? unclipped(layer) : layer);
    }
    return new Network(network.name(), network.inputs(), layers, network.outputs());
  }

  private static Layer unclipped(Layer layer) {
    if (layer instanceof Addition l) {
      return new Addition(
          l.name(),
          l.first(),
          l.second(),
          l.output(),
          l.firstScaling(),
          l.secondScaling(),
          unclipped(l.requantization()));
    }
    if (layer instanceof Pooling l && l.kind() == Pooling.Kind.AVERAGE) {
      return new Pooling(
          l.name(), l.input(), l.output(), l.kind(), l.window(), unclipped(l.requantization()));
    }
    return layer;
  }

  private static Requantization unclipped(Requantization r) {
    return new Requantization(
        r.multiplier(), r.offset(), r.divisor(), r.min(), ElementType.INT32.max());
  }
}
