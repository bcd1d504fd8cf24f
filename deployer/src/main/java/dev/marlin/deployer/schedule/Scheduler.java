package dev.marlin.deployer.schedule;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.schedule.LayerSchedule.L1Places;
import dev.marlin.deployer.schedule.LayerSchedule.Load;
import dev.marlin.deployer.schedule.LayerSchedule.Operand;
import dev.marlin.deployer.schedule.Lifetimes.Lifetime;
import dev.marlin.deployer.tiling.L1Buffers;
import dev.marlin.deployer.tiling.L1Tiling;
import dev.marlin.deployer.tiling.L2Buffers;
import dev.marlin.deployer.tiling.NetworkTiling;
import dev.marlin.deployer.tiling.Tiling;
import dev.marlin.deployer.tiling.TilingProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Turns tilings into places and transfers. */
public final class Scheduler {
  /** {@code L3_HEADER_BYTES} of {@code network.h}. */
  public static final int L3_HEADER_BYTES = 16;

  private static final int L3_ALIGNMENT = 16;

  private final TilingProblem problem;
  private final NetworkTiling tilings;
  private final List<Block> blocks = new ArrayList<>();

  /** Positions in {@link #blocks} of each tensor in L2, and of each layer's buffers. */
  private final Map<String, Integer> tensorBlocks = new HashMap<>();

  private final List<Buffers> buffers = new ArrayList<>();

  /** Positions in {@link #blocks} of a layer's two buffers of each kind; empty for none. */
  private record Buffers(List<List<Integer>> in, List<Integer> out, List<Integer> constants) {}

  private Scheduler(TilingProblem problem, NetworkTiling tilings) {
    this.problem = problem;
    this.tilings = tilings;
  }

  /**
   * The schedule of {@code tilings}; empty if its blocks find no places in L2, although in every
   * step their sizes may fit.
   *
   * @throws InfeasibleException if constants, input and activations do not fit L3
   */
  public static Optional<Schedule> schedule(TilingProblem problem, NetworkTiling tilings) {
    return new Scheduler(problem, tilings).schedule();
  }

  /** What to say if {@link #schedule} finds no places: how much the blocks would need. */
  public static InfeasibleException tooLittleL2(TilingProblem problem, NetworkTiling tilings) {
    Scheduler scheduler = new Scheduler(problem, tilings);
    scheduler.collectBlocks();
    return new InfeasibleException(
        problem.layers().get(ArenaPlanner.fullestStep(scheduler.blocks).step()).name(),
        MemoryLevel.L2,
        ArenaPlanner.smallestFirstFit(scheduler.blocks).bytes(),
        problem.l2Bytes());
  }

  private Optional<Schedule> schedule() {
    collectBlocks();
    return ArenaPlanner.plan(blocks, problem.l2Bytes()).map(this::place);
  }

  private void collectBlocks() {
    for (Lifetime lifetime : problem.lifetimes().tensors()) {
      if (!isInL3(lifetime)) {
        tensorBlocks.put(
            lifetime.tensor().name(),
            block(
                "tensor " + lifetime.tensor().name(),
                lifetime.tensor().bytes(),
                lifetime.first(),
                lifetime.last()));
      }
    }
    for (int step = 0; step < problem.layers().size(); step++) {
      buffers.add(blocksOf(step));
    }
  }

  /** Whether the layers that touch a tensor have it in L3; they agree. */
  private boolean isInL3(Lifetime lifetime) {
    String name = lifetime.tensor().name();
    List<Boolean> opinions = new ArrayList<>();
    for (int step = 0; step < problem.layers().size(); step++) {
      KernelLayer layer = problem.layers().get(step);
      Tiling tiling = tilings.layers().get(step);
      if (layer.layer().output().name().equals(name)) {
        opinions.add(tiling.l2().outputInL3());
      }
      for (int i = 0; i < layer.inputs(); i++) {
        if (layer.layer().inputs().get(i).name().equals(name)) {
          opinions.add(tiling.l2().inputsInL3().get(i));
        }
      }
    }
    if (opinions.stream().distinct().count() > 1) {
      throw new IllegalStateException(
          "tensor " + name + " lies in L2 for one layer, in L3 for another");
    }
    return !opinions.isEmpty() && opinions.get(0);
  }

  private int block(String what, int bytes, int first, int last) {
    blocks.add(new Block(what, bytes, first, last));
    return blocks.size() - 1;
  }

  private Buffers blocksOf(int step) {
    KernelLayer layer = problem.layers().get(step);
    Tiling tiling = tilings.layers().get(step);
    L2Buffers sizes = L2Buffers.of(layer, tiling.l2(), tiling.l1().channels(), tiling.l1().depth());
    List<List<Integer>> in = new ArrayList<>();
    for (int i = 0; i < layer.inputs(); i++) {
      in.add(pair(layer.name() + " in", sizes.in().get(i), sizes.inCopies(), step, step));
    }
    return new Buffers(
        in,
        pair(layer.name() + " out", sizes.out(), sizes.outCopies(), step, step),
        pair(
            layer.name() + " constants",
            sizes.constants(),
            sizes.constantsCopies(),
            step - tiling.l2().prefetchDistance(),
            step));
  }

  /** The first of two buffers lives from {@code first}, the second only in {@code last}. */
  private List<Integer> pair(String what, int bytes, int copies, int first, int last) {
    if (bytes == 0) {
      return List.of();
    }
    int a = block(what, bytes, first, last);
    return List.of(a, copies == 2 ? block(what + ", second", bytes, last, last) : a);
  }

  private Schedule place(ArenaPlanner.Plan plan) {
    int end = L3_HEADER_BYTES;
    List<Integer> constants = new ArrayList<>();
    for (int step = 0; step < problem.layers().size(); step++) {
      constants.add(end);
      end = l3Aligned((long) end + constantsBytes(step), step);
    }
    List<Integer> inputs = new ArrayList<>();
    for (int i = 0; i < problem.lifetimes().inputs(); i++) {
      inputs.add(end);
      end = l3Aligned((long) end + problem.lifetimes().tensors().get(i).tensor().bytes(), 0);
    }
    int hashes = end;
    end = l3Aligned((long) end + (long) Integer.BYTES * problem.layers().size(), 0);
    int activations = end;

    Map<String, Place> places = new HashMap<>();
    List<Block> l3Blocks = new ArrayList<>();
    List<Lifetime> l3Tensors = new ArrayList<>();
    for (int t = 0; t < problem.lifetimes().tensors().size(); t++) {
      Lifetime lifetime = problem.lifetimes().tensors().get(t);
      String name = lifetime.tensor().name();
      int bytes = lifetime.tensor().bytes();
      Integer inL2 = tensorBlocks.get(name);
      if (inL2 != null) {
        places.put(name, new Place(MemoryLevel.L2, plan.offsets().get(inL2), bytes));
      } else if (t < inputs.size()) {
        places.put(name, new Place(MemoryLevel.L3, inputs.get(t), bytes));
      } else {
        l3Blocks.add(new Block(name, bytes, lifetime.first(), lifetime.last()));
        l3Tensors.add(lifetime);
      }
    }
    ArenaPlanner.Plan l3Plan = ArenaPlanner.smallestFirstFit(l3Blocks);
    for (int i = 0; i < l3Tensors.size(); i++) {
      places.put(
          l3Tensors.get(i).tensor().name(),
          new Place(MemoryLevel.L3, end + l3Plan.offsets().get(i), l3Blocks.get(i).bytes()));
    }
    end = l3Aligned((long) end + l3Plan.bytes(), 0);

    List<LayerSchedule> layers = new ArrayList<>();
    int l1Bytes = 0;
    for (int step = 0; step < problem.layers().size(); step++) {
      LayerSchedule layer = layer(step, plan, constants, places);
      l1Bytes = Math.max(l1Bytes, layer.l1().end());
      layers.add(layer);
    }
    return new Schedule(
        layers,
        problem.lifetimes().tensors().subList(0, inputs.size()).stream()
            .map(lifetime -> Objects.requireNonNull(places.get(lifetime.tensor().name())))
            .toList(),
        inputs,
        hashes,
        activations,
        end,
        blocks,
        plan.offsets(),
        plan.bytes(),
        l1Bytes);
  }

  private LayerSchedule layer(
      int step, ArenaPlanner.Plan plan, List<Integer> constants, Map<String, Place> places) {
    KernelLayer layer = problem.layers().get(step);
    Tiling tiling = tilings.layers().get(step);
    Buffers own = buffers.get(step);
    List<Operand> inputs = new ArrayList<>();
    for (int i = 0; i < layer.inputs(); i++) {
      Place whole = places.get(layer.layer().inputs().get(i).name());
      inputs.add(new Operand(Objects.requireNonNull(whole), offsets(plan, own.in().get(i))));
    }
    Place out = Objects.requireNonNull(places.get(layer.layer().output().name()));
    Optional<Operand> packed =
        layer.hasConstants()
            ? Optional.of(
                new Operand(
                    new Place(MemoryLevel.L3, constants.get(step), constantsBytes(step)),
                    offsets(plan, own.constants())))
            : Optional.empty();
    return new LayerSchedule(
        layer,
        tiling,
        L1Places.of(L1Buffers.of(layer, tiling.l2(), tiling.l1(), problem.hardware().cores())),
        inputs,
        new Operand(out, offsets(plan, own.out())),
        packed,
        prefetches(step, plan, constants));
  }

  private static List<Integer> offsets(ArenaPlanner.Plan plan, List<Integer> pair) {
    return pair.stream().map(b -> plan.offsets().get(b)).toList();
  }

  /** The loads that start with layer {@code step}, in the order in which layers ask for them. */
  private List<Load> prefetches(int step, ArenaPlanner.Plan plan, List<Integer> constants) {
    List<Load> loads = new ArrayList<>();
    for (int later = step + 1; later < problem.layers().size(); later++) {
      KernelLayer layer = problem.layers().get(later);
      Tiling tiling = tilings.layers().get(later);
      if (tiling.l2().prefetchDistance() == later - step) {
        loads.add(
            new Load(
                layer.name(),
                constants.get(later),
                plan.offsets().get(buffers.get(later).constants().get(0)),
                layer.constantsBytes(
                    tiling.l2().sliceChannels(), tiling.l1().channels(), tiling.l1().depth())));
      }
    }
    return loads;
  }

  private int constantsBytes(int step) {
    KernelLayer layer = problem.layers().get(step);
    L1Tiling tile = tilings.layers().get(step).l1();
    return layer.constantsBytes(layer.out().channels(), tile.channels(), tile.depth());
  }

  private int l3Aligned(long bytes, int step) {
    long aligned = (bytes + L3_ALIGNMENT - 1) / L3_ALIGNMENT * L3_ALIGNMENT;
    if (aligned > problem.hardware().l3Bytes()) {
      throw new InfeasibleException(
          problem.layers().get(step).name(), MemoryLevel.L3, aligned, problem.hardware().l3Bytes());
    }
    return (int) aligned;
  }
}
