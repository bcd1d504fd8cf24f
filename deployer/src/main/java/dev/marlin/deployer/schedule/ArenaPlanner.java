package dev.marlin.deployer.schedule;

import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.IntVar;
import com.google.ortools.sat.IntervalVar;
import com.google.ortools.sat.NoOverlap2dConstraint;
import dev.marlin.deployer.tiling.CpSat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Gives every block an offset in one arena, so that no two blocks that are needed in the same step
 * overlap.
 *
 * <p>First-fit in three orders; where the sizes of the fullest step would fit but first-fit leaves
 * holes, CP-SAT packs the rectangles (steps by bytes) without overlap.
 */
public final class ArenaPlanner {
  /** Offsets are multiples of this. */
  public static final int ALIGNMENT = 8;

  private static final double LIMIT = 2;

  private ArenaPlanner() {}

  /**
   * A plan.
   *
   * @param offsets one for each block, in the order of the blocks
   * @param bytes of the arena that are used
   */
  public record Plan(List<Integer> offsets, int bytes) {
    public Plan {
      offsets = List.copyOf(offsets);
    }
  }

  /** A plan within {@code capacity} bytes, or empty if none was found. */
  public static Optional<Plan> plan(List<Block> blocks, int capacity) {
    Plan best = smallestFirstFit(blocks);
    if (best.bytes() <= capacity) {
      return Optional.of(best);
    }
    if (fullestStep(blocks).bytes() > capacity) {
      return Optional.empty();
    }
    return pack(blocks, capacity);
  }

  /** The plan of first-fit, whatever room it needs. */
  public static Plan smallestFirstFit(List<Block> blocks) {
    Comparator<Integer> size = Comparator.comparingInt(i -> -blocks.get(i).bytes());
    Comparator<Integer> length =
        Comparator.comparingInt(i -> blocks.get(i).first() - blocks.get(i).last());
    Comparator<Integer> start = Comparator.comparingInt(i -> blocks.get(i).first());
    return List.of(size.thenComparing(start), length.thenComparing(size), start.thenComparing(size))
        .stream()
        .map(order -> firstFit(blocks, order))
        .min(Comparator.comparingInt(Plan::bytes))
        .orElseThrow();
  }

  /** A step and the bytes that its blocks need together. */
  public record Load(int step, long bytes) {}

  /** The step that needs most bytes: no plan needs less. */
  public static Load fullestStep(List<Block> blocks) {
    return blocks.stream()
        .map(b -> new Load(b.first(), load(blocks, b.first())))
        .max(Comparator.comparingLong(Load::bytes))
        .orElse(new Load(0, 0));
  }

  private static long load(List<Block> blocks, int step) {
    return blocks.stream()
        .filter(b -> b.first() <= step && step <= b.last())
        .mapToLong(b -> aligned(b.bytes()))
        .sum();
  }

  private static Plan firstFit(List<Block> blocks, Comparator<Integer> order) {
    Integer[] offsets = new Integer[blocks.size()];
    int end = 0;
    for (int i :
        IntStream.range(0, blocks.size()).boxed().sorted(order.thenComparing(i -> i)).toList()) {
      offsets[i] = lowestFree(blocks, offsets, blocks.get(i));
      end = Math.max(end, offsets[i] + aligned(blocks.get(i).bytes()));
    }
    return new Plan(List.of(offsets), end);
  }

  private static int lowestFree(List<Block> blocks, Integer[] offsets, Block block) {
    List<int[]> taken = new ArrayList<>();
    for (int i = 0; i < offsets.length; i++) {
      if (offsets[i] != null && blocks.get(i).meets(block)) {
        taken.add(new int[] {offsets[i], offsets[i] + aligned(blocks.get(i).bytes())});
      }
    }
    taken.sort(Comparator.comparingInt(range -> range[0]));
    int offset = 0;
    for (int[] range : taken) {
      if (range[0] - offset >= aligned(block.bytes())) {
        break;
      }
      offset = Math.max(offset, range[1]);
    }
    return offset;
  }

  private static Optional<Plan> pack(List<Block> blocks, int capacity) {
    CpModel model = CpSat.model();
    NoOverlap2dConstraint packing = model.addNoOverlap2D();
    int units = capacity / ALIGNMENT;
    List<IntVar> starts = new ArrayList<>();
    for (Block block : blocks) {
      int size = aligned(block.bytes()) / ALIGNMENT;
      IntVar start = model.newIntVar(0, units - size, block.what());
      IntervalVar steps =
          model.newFixedInterval(block.first(), block.last() - block.first() + 1L, "");
      packing.addRectangle(steps, model.newFixedSizeIntervalVar(start, size, ""));
      starts.add(start);
    }
    CpSat.Answer answer = CpSat.solve(model, LIMIT);
    if (!answer.isFeasible()) {
      return Optional.empty();
    }
    List<Integer> offsets = new ArrayList<>();
    int end = 0;
    for (int i = 0; i < blocks.size(); i++) {
      int offset = (int) answer.solver().value(starts.get(i)) * ALIGNMENT;
      offsets.add(offset);
      end = Math.max(end, offset + aligned(blocks.get(i).bytes()));
    }
    return Optional.of(new Plan(offsets, end));
  }

  private static int aligned(int bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }
}
