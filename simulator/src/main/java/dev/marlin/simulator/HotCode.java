package dev.marlin.simulator;

import dev.marlin.simulator.isa.Op;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Instructions that are worth translating together, and under which conditions the translation may
 * run.
 *
 * <p>Whether an instruction waits for its operand, and whether a hardware loop ends at it, is
 * decided for each core when it first decodes the code, so a translation is valid only where the
 * core decided the same. A line is entered only while it is in the instruction cache: then no fetch
 * takes time.
 */
final class HotCode {
  static final int MOST_LINES = 64;

  /** At most two to the power of this are the times until what could do nothing is tried again. */
  private static final int MOST_USELESS = 6;

  /** In the order of the translation; the first is where it begins. */
  final Insn[] insns;

  /** Whether each waits for an operand. */
  final boolean[] stalls;

  /** Whether a hardware loop may end at each. */
  final boolean[] loopEnds;

  /** Where each branches or jumps to; an indirect jump: where it jumped last. */
  final @Nullable Insn[] targets;

  /** The instruction after or target of each, when nobody has executed it yet; else null. */
  final @Nullable Insn[] unexplored;

  /** Where one may go on: {@link #insns} and after them instructions outside. */
  final Insn[] exits;

  /** Last instruction of the loop that each sets up, or null. */
  private final @Nullable Insn[] loopLasts;

  /** Where loops that end in here may begin. */
  final int[] loopStarts;

  /** Cache lines that the code needs, ascending, at most {@link #MOST_LINES}. */
  final int[] lines;

  /** Where in the cache they were found. */
  private final int[] ways;

  /** No path through the code without a backward jump takes more cycles. */
  final int longestPath;

  private final boolean endsLoops;

  /** The lines that each core may not enter, as other things hold for it there. */
  private final long[] foreign = new long[16];

  /** For which version of the decoded code that was found out; -1 for none. */
  private final int[] foreignIn = new int[16];

  /** The last slice of each core that asked what is missing, and the answer. */
  private final int[] askedIn = new int[16];

  private final long[] answers = new long[16];

  /** The lines that are not in the instruction cache. */
  private long absent;

  /** Version of the instruction cache for which {@link #absent} holds. */
  int residentIn = -1;

  /** How often in a row nothing could be executed. */
  int useless;

  /** How often it ran fast enough: at first the JVM interprets it, which is slower than we are. */
  int proven;

  /** How often it is to be left to our interpreter until it is tried again. */
  int skip;

  @Nullable Region alone;
  @Nullable Region traced;

  HotCode(
      Insn[] insns,
      boolean[] stalls,
      boolean[] loopEnds,
      @Nullable Insn[] targets,
      @Nullable Insn[] unexplored,
      Insn[] exits,
      @Nullable Insn[] loopLasts,
      int[] loopStarts,
      int[] lines) {
    this.insns = insns;
    this.stalls = stalls;
    this.loopEnds = loopEnds;
    this.targets = targets;
    this.unexplored = unexplored;
    this.exits = exits;
    this.loopLasts = loopLasts;
    this.loopStarts = loopStarts;
    this.lines = lines;
    this.ways = new int[lines.length];
    Arrays.fill(foreignIn, -1);
    boolean ends = false;
    for (boolean end : loopEnds) {
      ends |= end;
    }
    this.endsLoops = ends;
    int path = 0;
    for (Insn i : insns) {
      path += i.cycles + 4;
    }
    this.longestPath = path;
  }

  /**
   * Not even the first instruction could be executed, say because it accesses L2: it is left to the
   * interpreter, more often each time in a row.
   */
  void wasUseless() {
    if (useless < MOST_USELESS) {
      useless++;
    }
    skip = 1 << useless;
  }

  /**
   * The bit of a line, if the code has one there; else 0.
   *
   * @param line its address
   */
  long bitOf(int line) {
    int k = Arrays.binarySearch(lines, line);
    return k < 0 ? 0 : 1L << k;
  }

  /**
   * The lines that a core may not enter now because they are not in the instruction cache, or
   * because it has not decoded what is there, or has decided otherwise about operands and loops.
   * The others are marked as fetched from by the slice.
   *
   * @param quiet whether no refill is under way
   */
  long missing(RunAhead run, InstructionCache icache, long now, boolean quiet, int codeVersion) {
    int c = run.core.index;
    if (askedIn[c] == run.id) {
      return answers[c]; // nothing is fetched while a core is ahead
    }
    foreign(run.core, codeVersion);
    if (residentIn != icache.version) {
      absent = 0;
      for (int k = 0; k < lines.length; k++) {
        ways[k] = icache.find(lines[k], now);
        if (ways[k] < 0) {
          absent |= 1L << k;
        }
      }
      if (quiet) {
        residentIn =
            icache.version; // else a line is on its way, and other cores ask for other times
      }
    }
    for (int way : ways) {
      if (way >= 0) {
        run.lines[way] = run.id;
      }
    }
    askedIn[c] = run.id;
    answers[c] = absent | foreign[c];
    return answers[c];
  }

  /** The lines that a core may not enter even when they have been fetched. */
  long foreign(Core core, int codeVersion) {
    int c = core.index;
    if (foreignIn[c] != codeVersion) {
      foreignIn[c] = codeVersion;
      foreign[c] = foreign(core.bit);
    }
    return foreign[c];
  }

  /** Whether a core may not enter the line of an instruction even when it has been fetched. */
  boolean isForeign(Core core, Insn i) {
    if (foreign[core.index] == 0) {
      return false;
    }
    int line = i.address & ~15;
    long mask = bitOf(line) | ((i.address & 15) > 12 ? bitOf(line + 16) : 0);
    return (foreign[core.index] & mask) != 0;
  }

  private long foreign(int bit) {
    long mask = 0;
    for (int k = 0; k < insns.length; k++) {
      Insn i = insns[k];
      Insn last = loopLasts[k];
      if ((i.settled & bit) == 0
          || ((i.stalls & bit) != 0) != stalls[k]
          || ((i.loopEnds & bit) != 0) != loopEnds[k]
          || (last != null && (last.loopEnds & bit) == 0)) {
        mask |= bitOf(i.address & ~15);
      }
    }
    return mask;
  }

  /** The instruction at an address where a loop begins. */
  Insn exitAt(int address) {
    for (Insn exit : exits) {
      if (exit.address == address) {
        return exit;
      }
    }
    throw new IllegalStateException("No loop begins at " + address);
  }

  /** Whether a loop's start, end or count is set in here one by one. */
  boolean movesLoop(int loop) {
    for (Insn i : insns) {
      if (i.kind == Insn.LOOP && i.op != Op.LP_SETUP && i.constant == loop) {
        return true;
      }
    }
    return false;
  }

  /** Whether the loops that are under way end in here only if their beginnings are known. */
  boolean knowsLoopsOf(Core core) {
    return !endsLoops || (knowsLoop(core, 0) && knowsLoop(core, 1));
  }

  private boolean knowsLoop(Core core, int loop) {
    if (core.loopCount[loop] == 0) {
      return true;
    }
    for (int start : loopStarts) {
      if (start == core.loopStart[loop]) {
        return true;
      }
    }
    for (int k = 0; k < insns.length; k++) {
      if (insns[k].address == core.loopEnd[loop] && loopEnds[k]) {
        return false;
      }
    }
    return true;
  }
}
