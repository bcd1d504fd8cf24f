package dev.marlin.simulator;

import dev.marlin.simulator.SimulationException.Kind;
import java.io.IOException;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;

/**
 * The output device: a character a store, printed by lines, which every core collects for itself.
 */
final class Stdout {
  private static final int LINE = 1023;

  private final OutputStream out;
  private final Map<Integer, Line> lines = new HashMap<>();

  private static final class Line {
    final byte[] bytes = new byte[LINE];
    int length;
  }

  Stdout(OutputStream out) {
    this.out = out;
  }

  /** A store to the device; the offset says which core's line it belongs to. */
  void write(int offset, int character) {
    Line line = lines.computeIfAbsent(offset & ~7, n -> new Line());
    line.bytes[line.length++] = (byte) character;
    if ((character & 0xff) == '\n' || line.length == LINE) {
      print(line);
    }
  }

  /** Prints what is left at the end of a run. */
  void flush() {
    lines.values().forEach(this::print);
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void print(Line line) {
    try {
      out.write(line.bytes, 0, line.length);
      line.length = 0;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static SimulationException failed(IOException e) {
    return new SimulationException(
        Kind.OUTPUT, "The program's output cannot be written: " + e.getMessage(), e);
  }
}
