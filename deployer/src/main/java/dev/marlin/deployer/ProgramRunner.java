package dev.marlin.deployer;

import java.util.List;
import java.util.function.Supplier;

/**
 * Runs programs for a tiling policy that measures. The deployer knows no simulator: who deploys
 * brings one.
 */
@FunctionalInterface
public interface ProgramRunner {

  /** For who has no simulator at hand: the policy {@code measured} cannot be used. */
  ProgramRunner NONE =
      (key, program) -> {
        throw new IllegalArgumentException(
            "tiling policy measured runs layers in the simulator, and there is none here; deploy"
                + " with a program runner, or use the policy cycles");
      };

  /**
   * For who only asks whether a network fits: every program takes as long as any other, so that the
   * policy {@code measured} decides as {@code cycles} does.
   */
  ProgramRunner ALL_EQUAL = (key, program) -> List.of(0L);

  /**
   * Cycles of each layer.
   *
   * @param key says all that these cycles depend on, besides the code of Marlin: programs of the
   *     same key need not be run twice
   * @param program makes the program
   * @throws InfeasibleException if {@code program} does
   */
  List<Long> layerCycles(String key, Supplier<Deployment> program);
}
