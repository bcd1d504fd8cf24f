package dev.marlin.deployer.codegen;

import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Scaling;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Window;
import dev.marlin.deployer.schedule.LayerSchedule;
import dev.marlin.deployer.schedule.LayerSchedule.Operand;
import dev.marlin.deployer.schedule.Place;
import dev.marlin.deployer.tiling.TileGrid;
import dev.marlin.deployer.tiling.Tiling;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.StepKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One layer as the template of {@code network.c} reads it: numbers, and C expressions as text.
 *
 * @param index position in the network
 * @param id C identifier
 * @param schedule everything else
 */
public record LayerView(int index, String id, LayerSchedule schedule) {
  /** Channels whose constants a kernel packs together. */
  private static final int BLOCK = 4;

  private static final String NO_OPERAND = "{{0, 0}, L3_NONE}";

  static LayerView of(int index, LayerSchedule schedule, String id) {
    return new LayerView(index, id, schedule);
  }

  private KernelLayer layer() {
    return schedule.layer();
  }

  private Tiling tiling() {
    return schedule.tiling();
  }

  public String upper() {
    return id.substring("run_".length()).toUpperCase(Locale.ROOT)
        + (id.endsWith("_" + index) ? "_" + index : "");
  }

  public String title() {
    Window w = window();
    return String.format(
        Locale.ROOT,
        "Layer %d, %s: %s %dx%d, stride %dx%d, %s -> %s, %d multiply-accumulates.",
        index,
        layer().name().replace("*/", "* /"),
        layer().spec().operation().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        w.kernelHeight(),
        w.kernelWidth(),
        w.strideHeight(),
        w.strideWidth(),
        hwc(in()),
        hwc(out()),
        layer().layer().macs());
  }

  private static String hwc(Shape shape) {
    return shape.height() + "x" + shape.width() + "x" + shape.channels();
  }

  /** What a reader wants to know of the plan. */
  public List<String> comment() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < schedule.inputs().size(); i++) {
      lines.add("in   " + describe(schedule.inputs().get(i)));
    }
    lines.add("out  " + describe(schedule.output()));
    schedule
        .constants()
        .ifPresent(
            c ->
                lines.add(
                    String.format(
                        Locale.ROOT,
                        "constants, %d bytes, from L3 at %d %s",
                        c.whole().bytes(),
                        c.whole().offset(),
                        tiling().l2().prefetchDistance() > 0
                            ? "fetched since layer " + (index - tiling().l2().prefetchDistance())
                            : "fetched by the layer itself")));
    TileGrid grid = TileGrid.of(layer(), tiling().l2(), tiling().l1());
    lines.add(
        String.format(
            Locale.ROOT,
            "%d stripes x %d slices, of %d x %d x %d tiles each (rows, columns, channels); %d bytes"
                + " of L1; about %d cycles",
            grid.stripes(),
            grid.slices(),
            grid.rows(),
            grid.columns(),
            grid.channels(),
            schedule.l1().end(),
            tiling().predictedCycles()));
    return lines;
  }

  private static String describe(Operand operand) {
    Place whole = operand.whole();
    return String.format(
        Locale.ROOT, "%s at %d, %d bytes", whole.level(), whole.offset(), whole.bytes());
  }

  public String kernel() {
    return schedule.kernels().get(0).function();
  }

  public Window window() {
    return layer().window();
  }

  public Scaling scaling() {
    return layer().scaling();
  }

  /** The first input. */
  public Shape in() {
    Shape in = layer().in();
    return new Shape(in.height(), in.width(), layer().inputChannels(0));
  }

  private boolean joins() {
    return layer().spec().operation() == Operation.CONCATENATION;
  }

  /** Channels of the second input if it is joined to the first, else 0. */
  public int in2C() {
    return joins() ? layer().inputChannels(1) : 0;
  }

  public Shape out() {
    return layer().out();
  }

  public String divisor() {
    return scaling().divisor() + "u";
  }

  public String clipMin() {
    return literal(scaling().clipMin());
  }

  public String clipMax() {
    return literal(scaling().clipMax());
  }

  public String firstMultiplier() {
    return literal(scaling().firstMultiplier());
  }

  public String secondMultiplier() {
    return literal(scaling().secondMultiplier());
  }

  public String offset() {
    return literal(scaling().offset());
  }

  public int zero() {
    return layer().zero();
  }

  private static String literal(int value) {
    return value == Integer.MIN_VALUE ? "INT32_MIN" : String.valueOf(value);
  }

  private static String literal(long value) {
    return value == (int) value ? literal((int) value) : "INT64_C(" + value + ")";
  }

  public int outBytes() {
    return layer().spec().outBytes();
  }

  public int channelwise() {
    return layer().isChannelwise() && !joins() ? 1 : 0;
  }

  public int stripeH() {
    return tiling().l2().stripeHeight();
  }

  public int sliceC() {
    return tiling().l2().sliceChannels();
  }

  public int tileH() {
    return tiling().l1().height();
  }

  public int tileW() {
    return tiling().l1().width();
  }

  public int tileC() {
    return tiling().l1().channels();
  }

  /** Input channels of a step; 0 if tiles take all of them at once. */
  public int depth() {
    return tiling().l1().depth();
  }

  /** The fields of a layer whose input channels come in steps, as one C text. */
  public String steps() {
    StepKernels steps = layer().steps().orElseThrow();
    return String.format(
        Locale.ROOT,
        ".depth_c = %d, .group_in = %d, .group_out = %d, .accumulate = %s, .finish = %s,%n"
            + "    .step_block_bytes = %d, .last_block_bytes = %d, .finish_block_bytes = %d,"
            + " .l1_sums = %s,",
        depth(),
        layer().groupInputs(),
        layer().groupOutputs(),
        steps.accumulate().function(),
        steps.finish().map(Kernel::function).orElse("0"),
        steps.stepBytes(depth(), BLOCK),
        steps.lastStepBytes(depth(), BLOCK),
        steps.finishBytes(BLOCK),
        steps.finish().isPresent() ? "L1(" + schedule.l1().sums() + ")" : "0");
  }

  public String order() {
    return tiling().l1().order().name();
  }

  public int overlap() {
    return tiling().l1().overlap() ? 1 : 0;
  }

  public String inOperand() {
    return operand(schedule.inputs().get(0));
  }

  public String in2Operand() {
    return schedule.inputs().size() == 2 ? operand(schedule.inputs().get(1)) : NO_OPERAND;
  }

  public String outOperand() {
    return operand(schedule.output());
  }

  public String constantsOperand() {
    return schedule.constants().map(LayerView::operand).orElse(NO_OPERAND);
  }

  private static String operand(Operand operand) {
    Place whole = operand.whole();
    if (whole.level() == MemoryLevel.L2) {
      return String.format(
          Locale.ROOT, "{{L2(%d), L2(%d)}, L3_NONE}", whole.offset(), whole.offset());
    }
    return String.format(
        Locale.ROOT,
        "{{L2(%d), L2(%d)}, %d}",
        operand.buffers().get(0),
        operand.buffers().get(1),
        whole.offset());
  }

  public int constantsTileBytes() {
    return layer().hasWeights() ? layer().constantsBytes(tileC(), tileC(), depth()) : 0;
  }

  public int constantsBytes() {
    return schedule.constants().map(c -> c.whole().bytes()).orElse(0);
  }

  public String l1In() {
    return pair(schedule.l1().in());
  }

  public String l1In2() {
    return schedule.inputs().size() == 2 ? pair(schedule.l1().in2()) : "{0, 0}";
  }

  public String l1Constants() {
    return layer().hasConstants() ? pair(schedule.l1().constants()) : "{0, 0}";
  }

  public String l1Out() {
    return pair(schedule.l1().out());
  }

  public String l1Scratch() {
    return schedule.l1().buffers().scratch() == 0 ? "0" : "L1(" + schedule.l1().scratch() + ")";
  }

  public int coreScratch() {
    return schedule.l1().buffers().coreScratch();
  }

  private static String pair(List<Integer> offsets) {
    return String.format(Locale.ROOT, "{L1(%d), L1(%d)}", offsets.get(0), offsets.get(1));
  }

  public List<String> prefetches() {
    return schedule.prefetches().stream()
        .map(
            load ->
                String.format(
                    Locale.ROOT,
                    "{%d, L2(%d), %d}, /* %s */",
                    load.l3(),
                    load.l2(),
                    load.bytes(),
                    load.layer().replace("*/", "* /")))
        .toList();
  }

  public String outTensor() {
    Place place = schedule.output().whole();
    return place.level() == MemoryLevel.L2
        ? String.format(Locale.ROOT, "{L2(%d), L3_NONE, %d}", place.offset(), place.bytes())
        : String.format(Locale.ROOT, "{0, %d, %d}", place.offset(), place.bytes());
  }
}
