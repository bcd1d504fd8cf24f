package dev.marlin.explorer.execution;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.GoldenFiles;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import java.nio.file.Path;
import java.util.List;

/**
 * A network with an input and what every layer must make of it.
 *
 * @param network with the divisors that it is deployed with
 * @param input HWC
 * @param expected output of every layer, HWC
 * @param remarks how the expectation was come by, for people
 */
public record PreparedModel(
    Network network, int[] input, List<int[]> expected, List<String> remarks) {
  /** Expects what the reference interpreter makes of the seeded input of its shape. */
  public static PreparedModel of(Network original, RequantizationMode mode) {
    Network network = mode.apply(original);
    return withInput(network, SeededInput.forNetwork(network));
  }

  /** Expects what the reference interpreter makes of the input in a text file. */
  public static PreparedModel ofInput(Network original, RequantizationMode mode, Path input) {
    Network network = mode.apply(original);
    return withInput(network, GoldenFiles.readInput(input, network));
  }

  /** Expects the recorded activations of a folder, for the recorded input. */
  public static PreparedModel ofGolden(Network original, RequantizationMode mode, Path folder) {
    Network network = mode.apply(original);
    GoldenFiles golden = GoldenFiles.read(folder, network);
    return new PreparedModel(network, golden.input(), golden.outputs(), golden.adjustments());
  }

  private static PreparedModel withInput(Network network, int[] input) {
    List<int[]> expected =
        ReferenceInterpreter.run(network, input).stream().map(Activation::values).toList();
    return new PreparedModel(network, input, expected, List.of());
  }

  /** The input as it lies in memory. */
  public byte[] inputBytes() {
    return new Activation(network.input(), input).toBytes();
  }
}
