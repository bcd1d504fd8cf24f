package dev.marlin.simulator;

import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Decoder;
import java.io.PrintStream;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Writes a line for every instruction of the functions asked for: cycle, core, address, symbol,
 * text, operands.
 */
final class Tracer {
  private final Machine machine;
  private final @Nullable Pattern pattern;
  private final PrintStream out;

  Tracer(Machine machine, RunOptions options) {
    this.machine = machine;
    this.pattern = options.trace().orElse(null);
    this.out = options.traceTo();
  }

  boolean isOn() {
    return pattern != null;
  }

  void trace(Core core, Insn i) {
    String symbol = machine.program.describe(i.address);
    if (pattern == null || !pattern.matcher(symbol).find()) {
      return;
    }
    Decoded d = machine.decoded(i);
    StringBuilder operands = new StringBuilder();
    for (int r = 1; r < 32; r++) {
      if ((d.reads >>> r & 1) != 0) {
        operands.append(String.format(Locale.ROOT, " x%d=%08x", r, core.registers[r]));
      }
    }
    out.println(
        String.format(
            Locale.ROOT,
            "%d %s %08x <%s> %s;%s",
            core.domain.cycles,
            machine.coreName(core),
            i.address,
            symbol,
            Decoder.text(d),
            operands));
  }
}
