package dev.marlin.simulator;

import dev.marlin.simulator.SimulationException.Kind;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * What cores and transfers do over time, as Chrome trace JSON, which Perfetto and chrome://tracing
 * open: a lane for each core (running, waiting for what), for DMA in each direction, for L3, and
 * for the layers of a network.
 *
 * <p>One microsecond of the trace is one cycle of the cluster. A core that polls the DMA or L3
 * waits as well: reads of a busy status at most {@value #POLL_GAP} cycles apart are one slice.
 * Layers are marked by the functions {@code layer_run}, which may be called before the layer before
 * is complete, and {@code marlin_layer_done}.
 */
final class ActivityLog {
  private static final int POLL_GAP = 100;
  private static final int CORES = 1;
  private static final int TRANSFERS = 2;
  private static final int NETWORK = 3;
  private static final int DMA_IN = 0;
  private static final int DMA_OUT = 1;
  private static final int L3 = 2;

  /** A core's lane. */
  private static final class Lane {
    String state = "off";
    long since;
    String poll = "";
    long pollSince;
    long lastPoll;
  }

  private final Machine machine;
  private final OutputStream out;
  private final Lane[] lanes;
  private final long[] laneEnd = new long[3];
  private final int layerRun;
  private final int layerDone;
  private long layerSince = -1;

  /** Whether the next layer has begun before the one that is shown ends. */
  private boolean layerWaits;

  private boolean first = true;

  ActivityLog(Machine machine, OutputStream to) {
    this.machine = machine;
    this.out = new BufferedOutputStream(to);
    this.lanes = new Lane[machine.cores() + 1];
    this.layerRun = address(machine.program.symbol("layer_run"));
    this.layerDone = address(machine.program.symbol("marlin_layer_done"));
    print(
        "{\"displayTimeUnit\":\"ns\",\"otherData\":{\"unit\":\"1 us is 1 cluster cycle\"},\"traceEvents\":[\n");
    name(CORES, -1, "cores");
    name(TRANSFERS, -1, "transfers");
    name(NETWORK, -1, "network");
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane();
      name(CORES, i, i == machine.cores() ? "FC" : "core " + i);
    }
    name(TRANSFERS, DMA_IN, "DMA to L1");
    name(TRANSFERS, DMA_OUT, "DMA from L1");
    name(TRANSFERS, L3, "L3");
    name(NETWORK, 0, "layers");
  }

  private static int address(OptionalInt symbol) {
    return symbol.orElse(1); // no instruction is at an odd address
  }

  /** Whether an instruction marks a layer. */
  boolean marks(int address) {
    return address == layerRun || address == layerDone;
  }

  /** A core has reached a marked instruction. */
  void mark(Core core, int address) {
    long now = now();
    if (address == layerRun) {
      layerWaits = layerSince >= 0;
      layerSince = layerWaits ? layerSince : now;
    } else if (layerSince >= 0) {
      slice(NETWORK, 0, "layer " + core.registers[10], layerSince, now, "");
      layerSince = layerWaits ? now : -1;
      layerWaits = false;
    }
  }

  // ---- cores

  void sleeps(Core core, String reason) {
    change(core, "waiting for " + reason);
  }

  void runs(Core core) {
    change(core, "running");
  }

  private void change(Core core, String state) {
    Lane lane = lanes[core.index];
    long now = now();
    endPoll(core.index, lane.lastPoll);
    if (!lane.state.equals("off")) {
      slice(CORES, core.index, lane.state, lane.since, now, "");
    }
    lane.state = state;
    lane.since = now;
  }

  /** A core reads the status of what may be busy. */
  void polls(Core core, String what, boolean busy) {
    Lane lane = lanes[core.index];
    long now = now();
    boolean going = !lane.poll.isEmpty() && now - lane.lastPoll <= POLL_GAP;
    if (going && lane.poll.equals(what)) {
      lane.lastPoll = now;
      if (!busy) {
        endPoll(core.index, now);
      }
      return;
    }
    endPoll(core.index, lane.lastPoll);
    if (busy) {
      lane.poll = what;
      lane.pollSince = now;
      lane.lastPoll = now;
    }
  }

  private void endPoll(int core, long end) {
    Lane lane = lanes[core];
    if (!lane.poll.isEmpty()) {
      slice(CORES, core, "waiting for " + lane.poll, lane.pollSince, end, "");
      lane.poll = "";
    }
  }

  // ---- transfers

  /** A DMA command has ended. */
  void dma(DmaCommand command, long begin) {
    int lane = command.out ? DMA_OUT : DMA_IN;
    slice(
        TRANSFERS,
        lane,
        command.size + (command.twoDimensional ? " B 2-D" : " B"),
        Math.max(begin, laneEnd[lane]),
        now(),
        String.format(Locale.ROOT, "\"transfer\":\"%s\"", command));
    laneEnd[lane] = now();
  }

  /** A transfer has left the HyperBus. */
  void l3(String what, int bytes, long address, long begin) {
    slice(
        TRANSFERS,
        L3,
        what + " " + bytes + " B",
        begin,
        now(),
        String.format(Locale.ROOT, "\"address\":\"0x%x\",\"bytes\":%d", address, bytes));
  }

  // ---- file

  long now() {
    return machine.timeline.clusterCycles();
  }

  private void slice(int process, int lane, String name, long begin, long end, String arguments) {
    if (end <= begin) {
      return;
    }
    event(
        String.format(
            Locale.ROOT,
            "{\"ph\":\"X\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\",\"ts\":%d,\"dur\":%d,\"args\":{%s}}",
            process,
            lane,
            name,
            begin,
            end - begin,
            arguments));
  }

  private void name(int process, int lane, String name) {
    event(
        String.format(
            Locale.ROOT,
            "{\"ph\":\"M\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\",\"args\":{\"name\":\"%s\"}}",
            process,
            Math.max(0, lane),
            lane < 0 ? "process_name" : "thread_name",
            name));
    if (lane >= 0) {
      event(
          String.format(
              Locale.ROOT,
              "{\"ph\":\"M\",\"pid\":%d,\"tid\":%d,\"name\":\"thread_sort_index\",\"args\":{\"sort_index\":%d}}",
              process,
              lane,
              lane));
    }
  }

  private void event(String json) {
    print((first ? "" : ",\n") + json);
    first = false;
  }

  private void print(String text) {
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static SimulationException failed(IOException e) {
    return new SimulationException(
        Kind.OUTPUT, "The timeline cannot be written: " + e.getMessage(), e);
  }

  /** Ends what is open and the file. */
  void finish() {
    for (int i = 0; i < lanes.length; i++) {
      change(machine.core(i), "off");
    }
    print("\n]}\n");
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
