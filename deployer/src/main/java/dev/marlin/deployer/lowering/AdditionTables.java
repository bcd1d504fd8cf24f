package dev.marlin.deployer.lowering;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.kernels.TableAdditionKernel;

/**
 * An addition as three tables: what becomes of each stored byte of the first and of the second
 * input, moved so that the smallest result is 0, and of each sum of two such results. They hold for
 * any requantization, because a byte has only 256 values.
 */
final class AdditionTables {
  private AdditionTables() {}

  /**
   * The tables of {@code layer}, one behind the other as {@code nn/addition_table.c} reads them.
   *
   * @throws IllegalArgumentException if the results of an operand are so far apart that they fit no
   *     byte
   */
  static byte[] of(Addition layer) {
    byte[] tables = new byte[TableAdditionKernel.TABLES_BYTES];
    int first = operand(layer, "first", layer.first(), layer.firstScaling(), tables, 0);
    int second =
        operand(
            layer,
            "second",
            layer.second(),
            layer.secondScaling(),
            tables,
            TableAdditionKernel.OPERAND_ENTRIES);
    int zero = layer.output().type().zero();
    for (int i = 0; i < TableAdditionKernel.RESULT_ENTRIES; i++) {
      int y = layer.requantization().apply((long) first + second + i, 0);
      tables[2 * TableAdditionKernel.OPERAND_ENTRIES + i] = (byte) (y + zero);
    }
    return tables;
  }

  /** Fills the table of one operand; returns its smallest result, which is entry value 0. */
  private static int operand(
      Addition layer, String which, Tensor tensor, Requantization scaling, byte[] tables, int at) {
    int entries = TableAdditionKernel.OPERAND_ENTRIES;
    int[] results = new int[entries];
    int least = Integer.MAX_VALUE;
    int most = Integer.MIN_VALUE;
    for (int i = 0; i < entries; i++) {
      results[i] = scaling.apply(i - tensor.type().zero(), 0);
      least = Math.min(least, results[i]);
      most = Math.max(most, results[i]);
    }
    if ((long) most - least >= entries) {
      throw new IllegalArgumentException(
          String.format(
              "layer %s: the %s operand is scaled to %d..%d before the sum; supported are %d"
                  + " values, or a multiplier and an offset alone",
              layer.name(), which, least, most, entries));
    }
    for (int i = 0; i < entries; i++) {
      tables[at + i] = (byte) (results[i] - least);
    }
    return least;
  }
}
