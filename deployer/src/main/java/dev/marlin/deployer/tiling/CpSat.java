package dev.marlin.deployer.tiling;

import com.google.ortools.Loader;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;

/**
 * The way this project calls CP-SAT: one worker, a fixed seed and a deterministic limit, so that
 * the same model has the same answer on every machine.
 */
public final class CpSat {
  private static final int SEED = 1;
  private static final int LINEARIZATION = 2;

  private CpSat() {}

  /** Loads the native libraries once in each JVM. */
  private static final class Natives {
    static {
      Loader.loadNativeLibraries();
    }

    private Natives() {}

    static void load() {}
  }

  /** An empty model. */
  public static CpModel model() {
    Natives.load();
    return new CpModel();
  }

  /**
   * An answer to a model.
   *
   * @param solver holds the values
   * @param status what CP-SAT says of them
   */
  public record Answer(CpSolver solver, CpSolverStatus status) {
    public boolean isFeasible() {
      return status == CpSolverStatus.OPTIMAL || status == CpSolverStatus.FEASIBLE;
    }

    public boolean isOptimal() {
      return status == CpSolverStatus.OPTIMAL;
    }
  }

  /**
   * Solves {@code model}.
   *
   * @param limit of deterministic time, in CP-SAT's units, about a second each
   */
  public static Answer solve(CpModel model, double limit) {
    CpSolver solver = new CpSolver();
    solver.getParameters().setNumWorkers(1);
    solver.getParameters().setRandomSeed(SEED);
    solver.getParameters().setMaxDeterministicTime(limit);
    // The sums of placements are tight in the linear relaxation: optimal in half of the time.
    solver.getParameters().setLinearizationLevel(LINEARIZATION);
    // CP-SAT would take Ctrl-C away from the JVM, and abort the process when it comes.
    solver.getParameters().setCatchSigintSignal(false);
    CpSolverStatus status = solver.solve(model);
    if (status == CpSolverStatus.MODEL_INVALID) {
      throw new IllegalStateException("CP-SAT refuses the model: " + model.validate());
    }
    return new Answer(solver, status);
  }
}
