package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Instructions that are worth translating together, and under which conditions the translation may
 * run.
 *
 * <p>Whether an instruction waits for its operand, and whether a hardware loop ends at it, is
 * decided for each core when it first decodes the code, so a translation is valid only for the
 * cores that decided the same. All its lines must be in the instruction cache: then no fetch takes
 * time.
 */
final class HotCode {
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

  /** Last instructions of the loops that are set up in here. */
  final Insn[] loopLasts;

  /** Where loops that end in here may begin. */
  final int[] loopStarts;

  /** Cache lines that the code needs. */
  final int[] lines;

  /** Where in the cache they were found. */
  private final int[] ways;

  /** No path through the code without a backward jump takes more cycles. */
  final int longestPath;

  private final boolean endsLoops;

  /** Bit masks of cores for which {@link #insns} were found to be as they were, or not. */
  int validFor;

  int invalidFor;

  /** Version of the decoded code for which the masks hold. */
  int version;

  /** Version of the instruction cache that held all lines. */
  int residentIn = -1;

  /** How often nothing could be executed. */
  int useless;

  /** How often it ran fast enough: at first the JVM interprets it, which is slower than we are. */
  int proven;

  /** How often it is to be left to our interpreter until it is tried again. */
  int skip;

  /** How often in a row it could not be entered. */
  int refused;

  @Nullable Region alone;
  @Nullable Region traced;

  HotCode(
      Insn[] insns,
      boolean[] stalls,
      boolean[] loopEnds,
      @Nullable Insn[] targets,
      @Nullable Insn[] unexplored,
      Insn[] exits,
      Insn[] loopLasts,
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

  /** Whether the code is for this core as it was when it was translated. */
  boolean isValidFor(Core core, int codeVersion) {
    if (version != codeVersion) {
      version = codeVersion;
      validFor = 0;
      invalidFor = 0;
    }
    if ((validFor & core.bit) != 0) {
      return true;
    }
    if ((invalidFor & core.bit) != 0) {
      return false;
    }
    if (matches(core.bit)) {
      validFor |= core.bit;
      return true;
    }
    invalidFor |= core.bit;
    return false;
  }

  private boolean matches(int bit) {
    for (int k = 0; k < insns.length; k++) {
      Insn i = insns[k];
      if ((i.settled & bit) == 0
          || ((i.stalls & bit) != 0) != stalls[k]
          || ((i.loopEnds & bit) != 0) != loopEnds[k]) {
        return false;
      }
    }
    for (Insn last : loopLasts) {
      if ((last.loopEnds & bit) == 0) {
        return false;
      }
    }
    return true;
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

  /** Whether all lines are in the cache; if so they are marked as fetched from by the slice. */
  boolean isResident(InstructionCache icache, long now, RunAhead run) {
    if (residentIn != icache.version) {
      for (int k = 0; k < lines.length; k++) {
        ways[k] = icache.find(lines[k], now);
        if (ways[k] < 0) {
          return false;
        }
      }
      residentIn = icache.version;
    }
    for (int way : ways) {
      run.lines[way] = run.id;
    }
    return true;
  }
}
