package dev.marlin.explorer.execution;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.RequantizationMode;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.GoldenExpectation;
import dev.marlin.deployer.reference.GoldenFiles;
import dev.marlin.deployer.reference.GoldenSet;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A network with an input and what every layer must make of it.
 *
 * @param network with the divisors that it is deployed with
 * @param input elements of all inputs, one behind the other, each HWC
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
    Network network = mode.apply(original.withInputTypes(GoldenFiles.inputTypes(input, original)));
    return withInput(network, GoldenFiles.readInput(input, network));
  }

  /**
   * Expects the recorded activations of a folder, for the recorded input; where the recorded
   * arithmetic differs for a proven reason, the deployed one ({@link GoldenExpectation}).
   */
  public static PreparedModel ofGolden(Network original, RequantizationMode mode, Path folder) {
    return ofGolden(original, mode, GoldenSet.first(folder));
  }

  /** As {@link #ofGolden(Network, RequantizationMode, Path)}, for one of several sets. */
  public static PreparedModel ofGolden(Network original, RequantizationMode mode, GoldenSet set) {
    Network typed = original.withInputTypes(GoldenFiles.inputTypes(set.input(), original));
    Network network = mode.apply(typed);
    GoldenFiles golden = GoldenFiles.read(set, network);
    GoldenExpectation expectation =
        GoldenExpectation.of(golden, network, RequantizationMode.EXACT.apply(typed));
    List<String> remarks = new ArrayList<>(golden.adjustments());
    remarks.addAll(expectation.remarks());
    return new PreparedModel(network, golden.input(), expectation.outputs(), List.copyOf(remarks));
  }

  private static PreparedModel withInput(Network network, int[] input) {
    List<int[]> expected =
        ReferenceInterpreter.run(network, input).stream().map(Activation::values).toList();
    return new PreparedModel(network, input, expected, List.of());
  }

  /** The expected output of every layer as it lies in memory. */
  public List<byte[]> expectedBytes() {
    List<byte[]> bytes = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      bytes.add(TensorBytes.of(network.layers().get(i).output(), expected.get(i)));
    }
    return bytes;
  }

  /** The inputs as they lie in memory, one behind the other. */
  public byte[] inputBytes() {
    return SeededInput.bytes(network, input);
  }
}
