package dev.marlin.deployer.tiling;

import java.util.Arrays;

/** Linear least squares with unknowns of 0 or more. */
final class LeastSquares {
  private static final int SWEEPS = 4000;
  private static final double ENOUGH = 1e-10;

  private LeastSquares() {}

  /**
   * The x of 0 or more that brings {@code rows} * x closest to {@code right}: coordinate descent on
   * the normal equations, which converges because the problem is convex.
   */
  static double[] nonNegative(double[][] rows, double[] right) {
    int n = rows[0].length;
    double[][] normal = new double[n][n];
    double[] target = new double[n];
    for (int r = 0; r < rows.length; r++) {
      double[] row = rows[r];
      for (int i = 0; i < n; i++) {
        if (row[i] == 0) {
          continue;
        }
        target[i] += row[i] * right[r];
        for (int j = 0; j < n; j++) {
          normal[i][j] += row[i] * row[j];
        }
      }
    }
    double[] x = new double[n];
    double[] gradient = Arrays.stream(target).map(t -> -t).toArray();
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
      double most = 0;
      for (int i = 0; i < n; i++) {
        if (normal[i][i] <= 0) {
          continue;
        }
        double next = Math.max(0, x[i] - gradient[i] / normal[i][i]);
        double change = next - x[i];
        if (change != 0) {
          x[i] = next;
          for (int j = 0; j < n; j++) {
            gradient[j] += normal[j][i] * change;
          }
          most = Math.max(most, Math.abs(change) * Math.sqrt(normal[i][i]));
        }
      }
      if (most < ENOUGH) {
        break;
      }
    }
    return x;
  }
}
