package dev.marlin.kernels;

/**
 * {@code nn/addition_table.c}: addition of two tensors that are requantized before their sum is.
 * Its constants are tables: what becomes of each byte of the first and of the second input ({@value
 * #OPERAND_ENTRIES} bytes each), then of each sum of two such entries ({@value #RESULT_ENTRIES}).
 */
public final class TableAdditionKernel implements Kernel {

  /** Bytes of the table of one input. */
  public static final int OPERAND_ENTRIES = 256;

  /** Bytes of the table of the sums; the greatest sum is 510. */
  public static final int RESULT_ENTRIES = 512;

  /** Bytes of all three tables. */
  public static final int TABLES_BYTES = 2 * OPERAND_ENTRIES + RESULT_ENTRIES;

  TableAdditionKernel() {}

  @Override
  public String function() {
    return "addition_table";
  }

  @Override
  public String file() {
    return "addition_table.c";
  }

  @Override
  public int constantsBytes(LayerSpec layer, int channels) {
    return TABLES_BYTES;
  }

  @Override
  public byte[] packConstants(LayerSpec layer, LayerConstants constants, int first, int channels) {
    if (constants.weights().length != TABLES_BYTES) {
      throw new IllegalArgumentException(
          "an addition by tables has "
              + TABLES_BYTES
              + " bytes of them, not "
              + constants.weights().length);
    }
    return constants.weights().clone();
  }

  @Override
  public boolean sharesConstants() {
    return true;
  }

  @Override
  public int channelBlock() {
    return 4;
  }

  @Override
  public String toString() {
    return function();
  }
}
