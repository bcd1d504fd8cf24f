package dev.marlin.simulator;

import dev.marlin.simulator.isa.Alu;
import dev.marlin.simulator.isa.Op;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Finds the instructions that belong to one translation: those that can be reached by branches and
 * loops from its first one, as far as the core has executed them already.
 */
final class HotCodeFinder {
  /**
   * The JVM compiles no method of more than 8000 bytes, and while it compiles one it copies at most
   * as many bytes of others into it: an access of memory takes more than 200 of them.
   */
  private static final int MOST_BYTES = 3000;

  /** Code that is left out when a loop goes on beyond it: how far ahead its end may be. */
  private static final int LOOKAHEAD = 64;

  /** Fewer instructions than this are not worth a translation of their own. */
  private static final int FEWEST = 4;

  private final Core core;
  private final CodeCache code;
  private final int most;
  private int bytes;
  private final List<Insn> insns = new ArrayList<>();
  private final Map<Insn, Integer> places = new HashMap<>();

  private HotCodeFinder(Core core, CodeCache code, int most) {
    this.most = most;
    this.core = core;
    this.code = code;
  }

  /** The code from an instruction on as a core sees it, or null when that cannot be translated. */
  static @Nullable HotCode find(Insn first, Core core, CodeCache code) {
    for (int most = MOST_BYTES; ; most /= 2) {
      HotCodeFinder finder = new HotCodeFinder(core, code, most);
      if (!finder.isTranslatable(first)) {
        return null;
      }
      HotCode found = finder.find(first);
      if (found.lines.length <= HotCode.MOST_LINES) {
        return found;
      }
    }
  }

  private HotCode find(Insn first) {
    Deque<Insn> work = new ArrayDeque<>();
    work.add(first);
    while (!work.isEmpty()) {
      Insn i = work.pop();
      while (i != null && !places.containsKey(i) && isTranslatable(i) && bytes < most) {
        places.put(i, insns.size());
        insns.add(i);
        bytes += bytes(i);
        boolean jumps = i.op == Op.JAL || i.op == Op.JALR;
        if (i.target != null && (jumps || isBranch(i.op))) {
          work.push(i.target);
        }
        if (i.op == Op.LP_SETUP) {
          work.add(code.at(i.address + 4));
        }
        i = jumps ? null : i.next;
      }
    }
    if (bytes >= most) {
      leaveCutLoops();
    }
    return describe();
  }

  /**
   * Leaves out loops that go on beyond the code: they begin a translation of their own, which then
   * holds more of them.
   */
  private void leaveCutLoops() {
    int kept = insns.size();
    for (Insn last : insns) {
      Insn i = last.next;
      for (int k = 0; k < LOOKAHEAD && isKnown(i) && !places.containsKey(i); k++) {
        kept = Math.min(kept, beginOfLoop(i));
        i = i.next;
      }
    }
    if (kept >= FEWEST) {
      List<Insn> left = insns.subList(kept, insns.size());
      left.forEach(places::remove);
      left.clear();
    }
  }

  /** Where in the code the loop begins that an instruction outside may end; else its size. */
  private int beginOfLoop(Insn end) {
    int begin = insns.size();
    if (isBranch(end.op)) {
      begin = placeOf(end.target);
    }
    if ((end.loopEnds & core.bit) != 0) {
      for (Insn i : insns) {
        if (i.op == Op.LP_SETUP && target(i) == end.address) {
          begin = Math.min(begin, placeOf(i.next));
        }
      }
    }
    return begin == 0 ? insns.size() : begin;
  }

  private int placeOf(@Nullable Insn i) {
    Integer place = places.get(i);
    return place == null ? insns.size() : place;
  }

  /** About how many bytes of bytecode an instruction takes, with its ways out. */
  private int bytes(Insn i) {
    int loop = (i.loopEnds & core.bit) != 0 ? 250 : 0;
    return loop
        + switch (i.kind) {
          case Insn.LOAD, Insn.STORE -> 130;
          case Insn.JUMP -> 140;
          case Insn.LOOP -> 40;
          default -> 30;
        };
  }

  private HotCode describe() {
    int n = insns.size();
    boolean[] stalls = new boolean[n];
    boolean[] loopEnds = new boolean[n];
    @Nullable Insn[] targets = insns.stream().map(i -> i.target).toArray(Insn[]::new);
    @Nullable Insn[] unexplored = new Insn[n];
    List<Insn> exits = new ArrayList<>(insns);
    @Nullable Insn[] lasts = new Insn[n];
    Set<Integer> starts = new TreeSet<>();
    Set<Integer> lines = new TreeSet<>();
    boolean endsLoops = false;
    for (int k = 0; k < n; k++) {
      Insn i = insns.get(k);
      stalls[k] = (i.stalls & core.bit) != 0;
      loopEnds[k] = (i.loopEnds & core.bit) != 0;
      endsLoops |= loopEnds[k];
      addLines(i, lines);
      if (i.op == Op.LP_SETUP) {
        starts.add(i.address + 4);
      } else if (i.op == Op.LP_START) {
        starts.add(target(i));
      }
      if (i.op == Op.LP_SETUP || i.op == Op.LP_END) {
        lasts[k] = code.at(target(i));
      }
    }
    for (int loop = 0; loop < 2; loop++) {
      if (core.loopCount[loop] != 0) {
        starts.add(core.loopStart[loop]);
      }
    }
    if (!endsLoops) {
      starts.clear();
    }
    starts.removeIf(start -> (start & 1) != 0 || !isKnown(code.at(start)));
    starts.forEach(start -> addExit(code.at(start), exits, lines));
    for (int k = 0; k < n; k++) {
      Insn i = insns.get(k);
      boolean jumps = i.op == Op.JAL || i.op == Op.JALR;
      if (!jumps && !isKnown(i.next)) {
        unexplored[k] = i.next;
      } else if (!jumps) {
        addExit(i.next, exits, lines);
      }
      if (leaves(i)) {
        targets[k] = null; // the caller's address, say, which differs between programs
      } else if (jumps || isBranch(i.op)) {
        if (!isKnown(i.target)) {
          unexplored[k] = i.target;
        } else {
          addExit(i.target, exits, lines);
        }
      }
    }
    return new HotCode(
        insns.toArray(Insn[]::new),
        stalls,
        loopEnds,
        targets,
        unexplored,
        exits.toArray(Insn[]::new),
        lasts,
        starts.stream().mapToInt(Integer::intValue).toArray(),
        lines.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Whether an indirect jump goes to somewhere else, which the translation leaves to others. */
  private boolean leaves(Insn i) {
    Integer place = places.get(i.target);
    return i.op == Op.JALR && (place == null || place >= insns.size());
  }

  private void addExit(Insn i, List<Insn> exits, Set<Integer> lines) {
    if (!places.containsKey(i)) {
      places.put(i, exits.size());
      exits.add(i);
      addLines(i, lines);
    }
  }

  private static void addLines(Insn i, Set<Integer> lines) {
    int line = i.address & ~15;
    lines.add(line);
    if ((i.address & 15) > 12) {
      lines.add(line + 16);
    }
  }

  /** Whether the core has been there. */
  private boolean isKnown(@Nullable Insn i) {
    return i != null && (i.known & core.bit) != 0;
  }

  private boolean isTranslatable(Insn i) {
    if (!isKnown(i) || (i.settled & core.bit) == 0 || i.decoded == null) {
      return false;
    }
    boolean loopEnd = (i.loopEnds & core.bit) != 0;
    int op = i.op;
    return switch (op) {
      case Op.BEQ, Op.BNE, Op.BLT, Op.BGE, Op.BLTU, Op.BGEU, Op.JAL, Op.JALR ->
          !loopEnd && i.target != null;
      case Op.LP_START, Op.LP_COUNT -> true;
      case Op.LP_END, Op.LP_SETUP -> (code.at(target(i)).loopEnds & core.bit) != 0;
      default -> (op >= Op.LW && op <= Op.SB_POST) || Alu.isPure(op);
    };
  }

  static int target(Insn i) {
    return i.decoded == null ? 0 : i.decoded.target;
  }

  static boolean isBranch(int op) {
    return op >= Op.BEQ && op <= Op.BGEU;
  }

  /** Instructions before which a new stretch of straight code begins. */
  static boolean[] leaders(HotCode code) {
    Map<Insn, Integer> places = new HashMap<>();
    for (int k = 0; k < code.insns.length; k++) {
      places.put(code.insns[k], k);
    }
    boolean[] leaders = new boolean[code.insns.length];
    for (int k = 0; k < code.insns.length; k++) {
      Insn i = code.insns[k];
      boolean branches = isBranch(i.op) || i.op == Op.JAL || i.op == Op.JALR;
      if (branches) {
        mark(leaders, places.get(code.targets[k]));
      }
      boolean ends = branches || code.loopEnds[k];
      boolean follows = k + 1 < code.insns.length && code.insns[k + 1] == i.next;
      if (ends || !follows) {
        mark(leaders, places.get(i.next));
      }
    }
    for (Insn exit : code.exits) {
      if (Arrays.stream(code.loopStarts).anyMatch(start -> start == exit.address)) {
        mark(leaders, places.get(exit));
      }
    }
    leaders[0] = true;
    return leaders;
  }

  private static void mark(boolean[] leaders, @Nullable Integer place) {
    if (place != null) {
      leaders[place] = true;
    }
  }
}
