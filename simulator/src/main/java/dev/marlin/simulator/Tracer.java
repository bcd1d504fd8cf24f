package dev.marlin.simulator;

import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Decoder;
import dev.marlin.simulator.isa.Op;
import java.io.PrintStream;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for every instruction of the functions asked for:
 *
 * <pre>
 * cycle core address &lt;symbol+offset&gt; text; sources = results
 * 1234 0 1c000a5c &lt;kernel+0x1c&gt; p.lw a0,4(a1!); x11=10000100 -> x10=0000002a x11=10000104
 * </pre>
 *
 * <p>The cycle is the core's own clock's. A line is written when its core goes on to the next
 * instruction, so that its results are known: lines of different cores come in the order in which
 * the instructions ended.
 */
final class Tracer {
  /** Whether lines arrive is asked for so many of them at once, because that flushes. */
  private static final int CHECKED = 256;

  private final Machine machine;
  private final @Nullable Pattern pattern;
  private final PrintStream out;

  /** For each core the line without its results, and what may be the results. */
  private final StringBuilder[] open;

  private final long[] results;

  private int unchecked;

  Tracer(Machine machine, RunOptions options) {
    this.machine = machine;
    this.pattern = options.trace().orElse(null);
    this.out = options.traceTo();
    this.open = new StringBuilder[machine.cores() + 1];
    this.results = new long[open.length];
    for (int i = 0; i < open.length; i++) {
      open[i] = new StringBuilder();
    }
  }

  boolean isOn() {
    return pattern != null;
  }

  /** A core is about to execute an instruction. */
  void trace(Core core, Insn i) {
    complete(core);
    String symbol = machine.program.describe(i.address);
    if (pattern == null || !pattern.matcher(symbol).find()) {
      return;
    }
    Decoded d = machine.decoded(i);
    StringBuilder line = open[core.index];
    line.append(
        String.format(
            Locale.ROOT,
            "%d %s %08x <%s> %s;",
            core.domain.cycles,
            machine.coreName(core),
            i.address,
            symbol,
            Decoder.text(d)));
    registers(line, core, d.reads & ~1L);
    results[core.index] = written(d);
  }

  /** Writes what is open at the end of a run. */
  void finish() {
    if (!isOn()) {
      return;
    }
    for (int i = 0; i < open.length; i++) {
      complete(machine.core(i));
    }
    check();
  }

  private void complete(Core core) {
    StringBuilder line = open[core.index];
    if (line.isEmpty()) {
      return;
    }
    if (results[core.index] != 0) {
      line.append(" ->");
      registers(line, core, results[core.index]);
    }
    out.println(line);
    line.setLength(0);
    if (++unchecked >= CHECKED) {
      check();
    }
  }

  /** A reader that has seen enough, as {@code head}, ends the run. */
  private void check() {
    unchecked = 0;
    if (out.checkError()) {
      throw new SimulationException(
          SimulationException.Kind.OUTPUT, "the trace cannot be written: its reader has gone");
    }
  }

  private static void registers(StringBuilder line, Core core, long mask) {
    for (int r = 1; r < 32; r++) {
      if ((mask >>> r & 1) != 0) {
        line.append(String.format(Locale.ROOT, " x%d=%08x", r, core.registers[r]));
      }
    }
  }

  /** The registers that an instruction writes, as bits. */
  private static long written(Decoded d) {
    boolean store = (d.op >= Op.SW && d.op <= Op.SB) || (d.op >= Op.SW_POST && d.op <= Op.SB_POST);
    boolean post = d.op >= Op.LW_POST && d.op <= Op.SB_POST;
    long mask = store || d.rd > 31 ? 0 : 1L << d.rd;
    return (post ? mask | 1L << d.rs1 : mask) & ~1L;
  }
}
