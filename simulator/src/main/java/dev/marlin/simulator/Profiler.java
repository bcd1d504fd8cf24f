package dev.marlin.simulator;

import dev.marlin.simulator.isa.Op;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Cycles by call stack, written as folded stacks: {@code core0;main;inner 1234}, which
 * flamegraph.pl, speedscope and others read.
 *
 * <p>Functions are ELF symbols. A call is a jump that keeps its return address in ra; a function is
 * left when that address is reached again, so that calls of a loader, tail calls and returns over
 * several functions come out right. Each cycle goes to the function whose instruction took it;
 * cycles asleep are a frame {@code [asleep]} of the function that sleeps. Every instruction is
 * looked at: a profiled run is slower, but takes the same simulated cycles.
 */
final class Profiler {
  private static final int MAX_DEPTH = 200;

  /** A function at its place in the call tree. */
  private static final class Node {
    final String name;
    final @Nullable Node parent;
    final Map<String, Node> children = new TreeMap<>();
    long cycles;
    final int depth;

    Node(String name, @Nullable Node parent) {
      this.name = name;
      this.parent = parent;
      this.depth = parent == null ? 0 : parent.depth + 1;
    }

    Node child(String child) {
      return children.computeIfAbsent(child, n -> new Node(n, this));
    }
  }

  /** Where a core is. */
  private static final class Track {
    final Node root;
    final Deque<Integer> returns = new ArrayDeque<>();
    Node at;
    long cycles;
    long asleep;
    @Nullable Insn last;

    Track(String name) {
      this.root = new Node(name, null);
      this.at = root;
    }
  }

  private final Program program;
  private final OutputStream out;
  private final Track[] tracks;

  Profiler(Machine machine, OutputStream out) {
    this.program = machine.program;
    this.out = out;
    this.tracks = new Track[machine.cores() + 1];
    for (int i = 0; i < tracks.length; i++) {
      tracks[i] = new Track(i == machine.cores() ? "fc" : "core" + i);
    }
  }

  /** A core is about to execute an instruction. */
  void observe(Core core, Insn i) {
    Track t = tracks[core.index];
    account(t, core, core.domain.cycles);
    Insn last = t.last;
    t.last = i;
    String function = program.function(i.address);
    if (last != null && last.address + last.size != i.address) {
      if ((last.op == Op.JAL || last.op == Op.JALR) && last.rd == 1 && t.at.depth < MAX_DEPTH) {
        t.returns.push(last.address + last.size);
        t.at = t.at.child(function);
        return;
      }
      leave(t, i.address);
    }
    if (!t.at.name.equals(function) || t.at == t.root) {
      Node parent = t.at.parent;
      t.at = (parent == null ? t.root : parent).child(function);
    }
  }

  private static void leave(Track t, int address) {
    int frames = 1;
    for (int to : t.returns) {
      if (to == address) {
        for (int i = 0; i < frames; i++) {
          t.returns.pop();
          t.at = t.at.parent == null ? t.root : t.at.parent;
        }
        return;
      }
      frames++;
    }
  }

  private static void account(Track t, Core core, long now) {
    long asleep = core.unit.sleepCycles(now);
    long slept = asleep - t.asleep;
    t.at.cycles += now - t.cycles - slept;
    if (slept > 0) {
      t.at.child(t.at == t.root ? "[off]" : "[asleep]").cycles += slept;
    }
    t.cycles = now;
    t.asleep = asleep;
  }

  /** Accounts for what is open and writes all stacks. */
  void finish(Machine machine) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tracks.length; i++) {
      // A domain that sleeps has not counted its cycles yet.
      Core core = machine.core(i);
      long end = machine.timeline.time / core.domain.period;
      account(tracks[i], core, Math.max(end, tracks[i].cycles));
      write(tracks[i].root, "", text);
    }
    try {
      out.write(text.toString().getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      throw new SimulationException(
          SimulationException.Kind.OUTPUT, "The profile cannot be written: " + e.getMessage(), e);
    }
  }

  private static void write(Node node, String callers, StringBuilder text) {
    String stack = callers + node.name.replace(';', ':').replace(' ', '_');
    if (node.cycles > 0) {
      text.append(stack).append(' ').append(node.cycles).append('\n');
    }
    for (Node child : node.children.values()) {
      write(child, stack + ";", text);
    }
  }
}
