package dev.marlin.explorer.execution;

import java.io.Serializable;
import java.util.List;

/**
 * What an executor measured: everything about a run that does not depend on why it was made.
 *
 * @param cycles end to end
 * @param layerCycles of each layer, in order
 * @param mismatches output elements of each layer that differ from what was expected
 * @param firstMismatch layer, place, expected and found value; empty if all is right
 * @param parts where the cycles of each layer went; empty if the executor cannot tell
 * @param instructions executed by all cores; 0 if the executor does not count them
 * @param hostSeconds time on the host
 */
public record Execution(
    long cycles,
    List<Long> layerCycles,
    List<Long> mismatches,
    String firstMismatch,
    List<LayerParts> parts,
    long instructions,
    double hostSeconds)
    implements Serializable {
  public Execution {
    layerCycles = List.copyOf(layerCycles);
    mismatches = List.copyOf(mismatches);
    parts = List.copyOf(parts);
    if (layerCycles.size() != mismatches.size()) {
      throw new IllegalArgumentException(
          layerCycles.size() + " layers have cycles, " + mismatches.size() + " were checked");
    }
  }

  /** What an executor measured that cannot tell waiting from computing. */
  public Execution(
      long cycles,
      List<Long> layerCycles,
      List<Long> mismatches,
      String firstMismatch,
      long instructions,
      double hostSeconds) {
    this(cycles, layerCycles, mismatches, firstMismatch, List.of(), instructions, hostSeconds);
  }
}
