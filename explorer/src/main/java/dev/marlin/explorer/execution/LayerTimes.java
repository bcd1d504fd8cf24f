package dev.marlin.explorer.execution;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the simulator's timeline while it is written and tells where the cycles of every layer
 * went.
 *
 * <p>A cycle in which any core of the cluster is awake is one of computing: they do nothing but
 * their share of tiles. Of the others, those in which the fabric controller, which conducts, is
 * awake are overhead. If it sleeps, too, all wait for the DMA if that transfers, else for L3 if
 * that does.
 */
final class LayerTimes extends OutputStream {
  private static final int CORES = 1;
  private static final int TRANSFERS = 2;
  private static final int L3_LANE = 2;
  private static final int NETWORK = 3;

  private static final int KINDS = 4;

  private final int cores;
  private final Intervals computing = new Intervals();
  private final Intervals conducting = new Intervals();
  private final Intervals dma = new Intervals();
  private final Intervals l3 = new Intervals();
  private final List<Long> ends = new ArrayList<>();

  /** Ends and bytes of transfers between L2 and L1; those of both directions are no order. */
  private final Intervals transfers = new Intervals();

  private final StringBuilder line = new StringBuilder(160);
  private long begin = -1;

  /**
   * Reads the timeline of a run.
   *
   * @param cores of the cluster
   */
  LayerTimes(int cores) {
    this.cores = cores;
  }

  /** Intervals in no order. */
  private static final class Intervals {
    private long[] begins = new long[1024];
    private long[] ends = new long[1024];
    private int size;

    void add(long begin, long end) {
      if (size == begins.length) {
        begins = Arrays.copyOf(begins, 2 * size);
        ends = Arrays.copyOf(ends, 2 * size);
      }
      begins[size] = begin;
      ends[size++] = end;
    }

    /** Adds one to {@code at} from every begin to every end. */
    void mark(List<long[]> at, int kind) {
      for (int i = 0; i < size; i++) {
        at.add(new long[] {begins[i], kind, 1});
        at.add(new long[] {ends[i], kind, -1});
      }
    }
  }

  @Override
  public void write(int b) {
    if (b == '\n') {
      read(line.toString());
      line.setLength(0);
    } else {
      line.append((char) b);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      read(line.append(text, from, end).toString());
      line.setLength(0);
      from = end + 1;
    }
    line.append(text, from, text.length());
  }

  private void read(String event) {
    if (!event.startsWith("{\"ph\":\"X\"")) {
      return;
    }
    int process = (int) number(event, "\"pid\":");
    if (process != CORES && process != TRANSFERS && process != NETWORK) {
      return;
    }
    int lane = (int) number(event, "\"tid\":");
    long from = number(event, "\"ts\":");
    long to = from + number(event, "\"dur\":");
    int at = event.indexOf("\"name\":\"") + 8;
    if (process == NETWORK) {
      begin = begin < 0 ? from : begin;
      ends.add(to);
    } else if (process == TRANSFERS) {
      if (lane == L3_LANE) {
        l3.add(from, to);
      } else {
        dma.add(from, to);
        transfers.add(to, number(event, "\"name\":\""));
      }
    } else if (event.startsWith("running", at)) {
      (lane < cores ? computing : conducting).add(from, to);
    }
  }

  private static long number(String event, String name) {
    int from = event.indexOf(name) + name.length();
    int to = from;
    while (to < event.length() && Character.isDigit(event.charAt(to))) {
      to++;
    }
    return Long.parseLong(event, from, to, 10);
  }

  /**
   * The parts of all layers.
   *
   * @param layerCycles as the program measured them: parts add up to these
   * @return empty if the timeline does not show all layers
   */
  List<LayerParts> parts(List<Long> layerCycles) {
    if (ends.size() != layerCycles.size()) {
      return List.of();
    }
    List<long[]> marks = new ArrayList<>();
    computing.mark(marks, 0);
    conducting.mark(marks, 1);
    dma.mark(marks, 2);
    l3.mark(marks, 3);
    marks.sort((a, b) -> Long.compare(a[0], b[0]));
    long[][] sums = new long[ends.size()][KINDS];
    int[] active = new int[KINDS];
    int layer = 0;
    long last = begin;
    for (long[] mark : marks) {
      while (layer < ends.size() && mark[0] > ends.get(layer)) {
        add(sums[layer], active, ends.get(layer) - last);
        last = Math.max(last, ends.get(layer++));
      }
      if (layer == ends.size()) {
        break;
      }
      if (mark[0] > last) {
        add(sums[layer], active, mark[0] - last);
        last = mark[0];
      }
      active[(int) mark[1]] += (int) mark[2];
    }
    for (; layer < ends.size(); layer++) {
      add(sums[layer], active, ends.get(layer) - last);
      last = Math.max(last, ends.get(layer));
    }
    List<LayerParts> parts = new ArrayList<>();
    for (int i = 0; i < sums.length; i++) {
      parts.add(parts(sums[i], layerCycles.get(i), bytes(i)));
    }
    return parts;
  }

  /** Of the transfers that ended within a layer. */
  private long bytes(int layer) {
    long from = layer == 0 ? begin : ends.get(layer - 1);
    long bytes = 0;
    for (int i = 0; i < transfers.size; i++) {
      long end = transfers.begins[i];
      bytes += end > from && end <= ends.get(layer) ? transfers.ends[i] : 0;
    }
    return bytes;
  }

  private static void add(long[] sums, int[] active, long cycles) {
    int kind = 0;
    while (kind < KINDS && active[kind] == 0) {
      kind++;
    }
    sums[kind == KINDS ? 1 : kind] += Math.max(0, cycles);
  }

  /** The program reads its counter a few cycles beside the marks: what is left is overhead. */
  private static LayerParts parts(long[] sums, long cycles, long bytes) {
    long l3Wait = Math.min(sums[3], cycles);
    long dmaWait = Math.min(sums[2], cycles - l3Wait);
    long rest = cycles - l3Wait - dmaWait;
    long compute = Math.min(sums[0], rest);
    return new LayerParts(compute, dmaWait, l3Wait, rest - compute, bytes);
  }
}
