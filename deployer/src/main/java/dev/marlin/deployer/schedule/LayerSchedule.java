package dev.marlin.deployer.schedule;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.tiling.L1Buffers;
import dev.marlin.deployer.tiling.Tiling;
import dev.marlin.kernels.Kernel;
import java.util.List;
import java.util.Optional;

/**
 * Where everything of one layer lies and when it moves.
 *
 * @param layer what runs
 * @param tiling how it is cut
 * @param l1 its buffers in L1
 * @param inputs one for each input
 * @param output the output
 * @param constants the packed constants, if there are any
 * @param prefetches the loads of later layers' constants that start with this layer, in order
 */
public record LayerSchedule(
    KernelLayer layer,
    Tiling tiling,
    L1Places l1,
    List<Operand> inputs,
    Operand output,
    Optional<Operand> constants,
    List<Load> prefetches) {

  public LayerSchedule {
    inputs = List.copyOf(inputs);
    prefetches = List.copyOf(prefetches);
  }

  /** The kernels that the layer runs. */
  public List<Kernel> kernels() {
    return layer.kernels(tiling.l1().depth());
  }

  /**
   * An operand of a layer, as {@code operand_t}.
   *
   * @param whole where the whole of it lies, in L2 or L3
   * @param buffers offsets in the L2 arena of the two buffers of its pieces, equal if there is one;
   *     empty if the whole lies in L2
   */
  public record Operand(Place whole, List<Integer> buffers) {
    public Operand {
      buffers = List.copyOf(buffers);
    }
  }

  /**
   * A transfer from L3 to L2.
   *
   * @param layer name of the layer whose constants are loaded
   * @param l3 byte offset in HyperRAM
   * @param l2 offset in the L2 arena
   * @param bytes size, a multiple of 4
   */
  public record Load(String layer, int l3, int l2, int bytes) {}

  /**
   * Offsets of the buffers in the L1 arena; two each, equal where there is one, all 0 for an
   * operand that the layer has not.
   *
   * @param buffers sizes and counts
   */
  public record L1Places(
      L1Buffers buffers,
      List<Integer> in,
      List<Integer> in2,
      List<Integer> constants,
      List<Integer> out,
      int scratch,
      int sums,
      int end) {

    /** One buffer behind the other, from the start of the arena. */
    static L1Places of(L1Buffers buffers) {
      Cursor cursor = new Cursor();
      List<Integer> in = cursor.take(buffers.in(), buffers.inCopies());
      List<Integer> in2 =
          buffers.inputs() == 2 ? cursor.take(buffers.in(), buffers.inCopies()) : List.of(0, 0);
      List<Integer> constants =
          buffers.constants() > 0
              ? cursor.take(buffers.constants(), buffers.constantsCopies())
              : List.of(0, 0);
      List<Integer> out = cursor.take(buffers.out(), buffers.outCopies());
      int scratch = cursor.take(buffers.scratch(), 1).get(0);
      int sums = cursor.take(buffers.sums(), 1).get(0);
      return new L1Places(buffers, in, in2, constants, out, scratch, sums, cursor.end);
    }
  }

  private static final class Cursor {
    private int end;

    List<Integer> take(int bytes, int copies) {
      int first = end;
      end += L1Buffers.padded(bytes);
      int second = copies == 2 ? end : first;
      end += copies == 2 ? L1Buffers.padded(bytes) : 0;
      return List.of(first, second);
    }
  }
}
