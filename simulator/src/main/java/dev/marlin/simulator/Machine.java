package dev.marlin.simulator;

import dev.marlin.simulator.SimulationException.Kind;
import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The chip: everything made and wired for one run of one program. */
final class Machine {
  private static final int L2_BASE = 0x1c00_0000;
  private static final int FC_TCDM_BASE = 0x1b00_0000;
  private static final int FC_TCDM_BYTES = 0x1_0000;
  private static final int FC_HART = 0x400;
  private static final int FC_FIFO_EVENT = 27;
  private static final int VECTORS_BEFORE_ENTRY = 0x80;

  final ChipConfig chip;
  final Program program;
  final RunOptions options;
  final Timeline timeline;
  final L1 l1;
  final Memory l2;
  final Memory fcTcdm;
  final byte[] l3;
  final CodeCache clusterCode;
  final CodeCache fcCode;
  final InstructionCache clusterIcache;
  final InstructionCache fcIcache;
  final Interconnect interconnect;
  final EventUnit clusterEvents;
  final EventUnit fcEvents;
  final SocEvents socEvents;
  final Timer clusterTimer;
  final Timer fcTimer;
  final Dma dma;
  final Udma udma;
  final ClusterControl clusterControl;
  final SocControl socControl;
  final Stdout stdout;

  private final Core[] cores;

  /** The translator's side of the cluster; null when everything is interpreted. */
  final @Nullable FastCluster fast;

  /** Writes the timeline, if one is wanted. */
  final @Nullable ActivityLog activity;

  private final Tracer tracer;
  private final @Nullable Profiler profiler;
  private final StackGuard guard;
  private final Semihosting host;
  private final Map<Integer, Probe> probes;
  private final MachineView view;
  private int exitStatus;

  Machine(Program program, RunOptions options) {
    this(program, options, FastCluster.HOT);
  }

  /** A machine whose code is translated after so many visits. */
  Machine(Program program, RunOptions options, int hotAfter) {
    this.program = program;
    this.options = options;
    this.chip = options.chip();
    this.timeline = new Timeline(options.maxCycles(), chip.clocks());
    this.l1 = new L1(chip);
    this.l2 = new Memory(L2_BASE, chip.l2Bytes(), 0x57);
    this.fcTcdm = new Memory(FC_TCDM_BASE, FC_TCDM_BYTES, 0x57);
    this.l3 = new byte[chip.l3Bytes()];
    System.arraycopy(options.l3Image(), 0, l3, 0, options.l3Image().length);
    Arrays.fill(l3, options.l3Image().length, l3.length, (byte) 0xff);
    this.interconnect = new Interconnect(this, timeline);
    this.clusterIcache = new InstructionCache(chip.clusterIcache(), interconnect::clusterRefill);
    this.fcIcache = new InstructionCache(chip.fcIcache(), interconnect::fcRefill);
    this.clusterCode = new CodeCache(l2);
    this.fcCode = new CodeCache(l2);

    int n = chip.cores();
    this.cores = new Core[n + 1];
    for (int i = 0; i < n; i++) {
      cores[i] = new Core(i, i, timeline.cluster, this, true);
    }
    cores[n] = new Core(n, FC_HART, timeline.soc, this, false);
    Core[] clusterCores = Arrays.copyOf(cores, n);
    this.clusterEvents = new EventUnit(clusterCores, -1);
    this.fcEvents = new EventUnit(new Core[] {cores[n]}, FC_FIFO_EVENT);
    this.socEvents = new SocEvents(fcEvents.fifo);
    this.clusterTimer = new Timer(timeline.cluster, clusterEvents);
    this.fcTimer = new Timer(timeline.soc, fcEvents);
    this.dma = new Dma(this, timeline.cluster, l1, n);
    this.udma = new Udma(this, timeline.soc, l3);
    this.clusterControl = new ClusterControl(clusterCores);
    this.socControl = new SocControl(this);
    this.stdout = new Stdout(options.stdout());
    this.probes = options.probes();
    this.tracer = new Tracer(this, options);
    this.profiler = options.profileTo().map(out -> new Profiler(this, out)).orElse(null);
    this.activity = options.timelineTo().map(out -> new ActivityLog(this, out)).orElse(null);
    this.guard = new StackGuard(this);
    this.host = new Semihosting(this, options.files());
    this.view = new View(this);
    if (options.engine() == RunOptions.Engine.INTERPRETER || watchAll()) {
      this.fast = null;
    } else {
      this.fast = new FastCluster(this, clusterCores, timeline.cluster, hotAfter);
      timeline.cluster.accelerate(fast);
      timeline.whenSocIsQuiet(udma::quietCycles);
    }
  }

  int cores() {
    return chip.cores();
  }

  Core core(int index) {
    return cores[index];
  }

  // ---- run

  int run() {
    load();
    for (Core core : cores) {
      core.unit.updateAlert();
    }
    Core fc = cores[cores()];
    fc.unit.vectors = program.entry() - VECTORS_BEFORE_ENTRY & ~0xff;
    fc.unit.start(program.entry());
    try {
      switch (timeline.run()) {
        case STOPPED -> {}
        case LIMIT ->
            throw new SimulationException(
                Kind.CYCLE_LIMIT,
                program.name()
                    + " did not exit within "
                    + options.maxCycles()
                    + " cycles: "
                    + whoDoesWhat()
                    + ".");
        case IDLE ->
            throw new SimulationException(
                Kind.DEADLOCK,
                program.name()
                    + " is stuck at cycle "
                    + timeline.clusterCycles()
                    + ", all cores asleep and nothing pending: "
                    + whoDoesWhat()
                    + ".");
      }
    } finally {
      host.finish();
      stdout.flush();
      finishWatching();
    }
    return exitStatus;
  }

  private void load() {
    for (Program.Segment segment : program.segments()) {
      Memory memory =
          l2.contains(segment.address(), segment.memoryBytes())
              ? l2
              : l1.memory.contains(segment.address(), segment.memoryBytes())
                  ? l1.memory
                  : fcTcdm.contains(segment.address(), segment.memoryBytes()) ? fcTcdm : null;
      if (memory == null) {
        long end = (segment.address() & 0xffffffffL) + segment.memoryBytes();
        throw new SimulationException(
            Kind.PROGRAM_TOO_BIG,
            String.format(
                Locale.ROOT,
                "%s has a segment from 0x%x to 0x%x, but L2 is from 0x%x to 0x%x. Maybe it needs a"
                    + " larger --l2.",
                program.name(),
                segment.address(),
                end,
                l2.base,
                l2.base + l2.bytes.length));
      }
      int at = segment.address() - memory.base;
      System.arraycopy(segment.data(), 0, memory.bytes, at, segment.data().length);
      Arrays.fill(memory.bytes, at + segment.data().length, at + segment.memoryBytes(), (byte) 0);
    }
    if (!l2.contains(program.entry())) {
      throw new SimulationException(
          Kind.INVALID_ACCESS,
          program.name()
              + " starts at 0x"
              + Integer.toHexString(program.entry())
              + ", which is not in L2.");
    }
  }

  void exit(int status) {
    exitStatus = status;
    timeline.meet();
    timeline.stop();
  }

  // ---- cores that run ahead

  /** Brings all cores and memories to the state of the present cycle. */
  void settle() {
    timeline.meet();
    if (fast != null) {
      fast.abandonAll();
    }
  }

  /** Decoded instructions have changed for some core. */
  void codeChanged() {
    if (fast != null) {
      fast.codeChanged();
    }
  }

  /** Somebody is about to load from L1, or to store there. */
  void beforeAccess(int offset, boolean write) {
    if (fast != null) {
      fast.beforeAccess(offset, write);
    }
  }

  Statistics statistics(double seconds) {
    settle();
    List<Statistics.Core> list = new ArrayList<>();
    long instructions = 0;
    for (Core core : cores) {
      long now = timeline.time / core.domain.period;
      long asleep = Math.max(0, Math.min(now, core.unit.sleepCycles(now)));
      instructions += core.instructions;
      list.add(
          new Statistics.Core(
              core.index,
              core.instructions,
              now - asleep,
              asleep,
              core.icacheMisses,
              new Statistics.Stalls(
                  core.loadUseStalls,
                  core.branchStalls,
                  core.fetchStalls,
                  core.contentionStalls,
                  core.externalStalls,
                  core.misalignedStalls,
                  core.otherStalls)));
    }
    return new Statistics(
        timeline.clusterCycles(),
        timeline.time / timeline.soc.period,
        instructions,
        list,
        new Statistics.Dma(dma.bytesIn, dma.bytesOut, dma.busyIn, dma.busyOut),
        udma.statistics(),
        seconds);
  }

  // ---- what devices ask for

  void enableIcache(boolean inCluster, boolean on) {
    (inCluster ? clusterIcache : fcIcache).enable(on);
  }

  /** Empties a domain's cache, prefetch buffers and decoded instructions. */
  void flushIcache(boolean inCluster) {
    (inCluster ? clusterIcache : fcIcache).flush();
    (inCluster ? clusterCode : fcCode).flush();
    codeChanged();
    for (Core core : cores) {
      if ((core.index < cores()) == inCluster) {
        core.line = -1;
      }
    }
  }

  void flushFcIcache() {
    flushIcache(false);
  }

  /** The last byte of a counter has moved: tells who is to know. */
  void dmaDone(int channel, DmaCommand command) {
    if (channel == cores()) {
      clusterEvents.raise(1 << 22, 0);
      fcEvents.raise(1 << 8, 0);
      return;
    }
    if (command.raiseIrq) {
      clusterEvents.raise(1 << 9, 1 << channel);
    }
    if (command.raiseEvent) {
      clusterEvents.raise(1 << 8, 1 << channel);
    }
  }

  // ---- code

  /** The instruction word at an address, as a core fetches it. */
  int instructionAt(Core core, int address) {
    Memory memory = codeMemory(core, address);
    if (memory == null) {
      throw new SimulationException(
          Kind.INVALID_ACCESS,
          "Core "
              + coreName(core)
              + " jumped to 0x"
              + Integer.toHexString(address)
              + ", where no memory is. It came from "
              + place(core.registers[1])
              + " or near it.");
    }
    if (memory == l1.memory) {
      settle();
    }
    int offset = address - memory.base;
    int low = memory.read(offset, 2);
    boolean wide = (low & 3) == 3 && offset + 4 <= memory.bytes.length;
    return wide ? low | memory.read(offset + 2, 2) << 16 : low;
  }

  private @Nullable Memory codeMemory(Core core, int address) {
    if (l2.contains(address, 2)) {
      return l2;
    }
    if (l1.memory.contains(address, 2)) {
      return l1.memory;
    }
    return fcTcdm.contains(address, 2) && core.index == cores() ? fcTcdm : null;
  }

  Decoded decoded(Insn i) {
    Decoded d = i.decoded;
    // The instruction may have flushed the decoded instructions, itself among them.
    return d != null ? d : Decoder.decode(instructionAt(cores[cores()], i.address), i.address);
  }

  // ---- watching

  /** Whether every instruction of every core is to be observed. */
  boolean watchAll() {
    return tracer.isOn() || profiler != null;
  }

  /**
   * Whether an instruction is to be observed each time that a core executes it. Asked once, when a
   * core decodes it.
   */
  boolean watched(Insn i) {
    return watchAll()
        || (!probes.isEmpty() && probes.containsKey(i.address))
        || (guard.isOn() && StackGuard.lowersStack(decoded(i)))
        || (activity != null && activity.marks(i.address));
  }

  /** A core is about to execute a watched instruction. */
  void observe(Core core, Insn i) {
    if (guard.isOn() && StackGuard.lowersStack(decoded(i))) {
      guard.check(core, i);
    }
    if (tracer.isOn()) {
      tracer.trace(core, i);
    }
    if (profiler != null) {
      profiler.observe(core, i);
    }
    if (activity != null && activity.marks(i.address)) {
      activity.mark(core, i.address);
    }
    Probe probe = probes.get(i.address);
    if (probe != null) {
      settle();
      probe.reached(view, core.index);
    }
  }

  private void finishWatching() {
    tracer.finish();
    if (profiler != null) {
      profiler.finish(this);
    }
    if (activity != null) {
      activity.finish();
    }
  }

  /** An ebreak: a request to the host when it follows {@code slli x0,x0,31}, else an error. */
  void semihost(Core core, Insn i) {
    if (codeMemory(core, i.address - 4) == null
        || instructionAt(core, i.address - 4) != 0x01f01013) {
      throw new SimulationException(
          Kind.ILLEGAL_INSTRUCTION,
          "Core " + coreName(core) + " executed ebreak at " + place(i.address) + ".");
    }
    settle();
    host.request(core, i);
  }

  // ---- errors

  SimulationException invalidAccess(Request r) {
    return new SimulationException(
        Kind.INVALID_ACCESS,
        String.format(
            Locale.ROOT,
            "Core %s %s %d bytes%s at 0x%08x, where %s, at %s (%s), cycle %d.",
            coreName(r.core),
            r.write ? "stores" : "loads",
            r.size,
            r.core.unit.isMisaligned() ? " of a misaligned word" : "",
            r.address,
            isDevice(r.address) ? "no register of that kind is" : "nothing is",
            place(r.core.insn.address),
            Decoder.text(decoded(r.core.insn)),
            timeline.clusterCycles()));
  }

  private static boolean isDevice(int address) {
    int region = address >>> 20;
    return region == 0x002 || region == 0x102 || region == 0x1a1 || region == 0x1b2;
  }

  SimulationException badTransfer(String what) {
    return new SimulationException(Kind.INVALID_ACCESS, what);
  }

  String coreName(Core core) {
    return core.index == cores() ? "FC" : Integer.toString(core.index);
  }

  /** An address with its symbol. */
  String place(int address) {
    String symbol = program.describe(address);
    return "0x" + Integer.toHexString(address) + (symbol.isEmpty() ? "" : " <" + symbol + ">");
  }

  private String whoDoesWhat() {
    settle();
    List<String> all = new ArrayList<>();
    for (Core core : cores) {
      String what =
          switch (core.unit.phase()) {
            case OFF -> "";
            case RUNNING, HALF_DONE -> "runs";
            case WAITING -> "waits for an interrupt";
            case BLOCKED ->
                "waits for "
                    + (core.index == cores() ? fcEvents : clusterEvents).describe(core.index);
          };
      if (!what.isEmpty()) {
        all.add("core " + coreName(core) + " " + what + " at " + place(core.insn.address));
      }
    }
    return String.join("; ", all);
  }
}
