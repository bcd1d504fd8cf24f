package dev.marlin.simulator;

import dev.marlin.simulator.isa.Alu;
import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Op;
import dev.marlin.simulator.isa.Vector;

/**
 * Executes instructions of a core ahead of time, one after the other, as {@link Core} would without
 * contention, and writes down accesses and starts as translated code does.
 *
 * <p>It stops before whatever must happen in its turn: accesses beyond L1 or across words, fetches
 * of lines that the instruction cache does not hold, divisions, control registers, and instructions
 * that the core has not decoded yet.
 */
final class AheadInterpreter {
  private static final int ALIAS = ~L1.BASE;

  /** From {@link #reach}: the instruction cannot be fetched now. */
  private static final int OUT_OF_REACH = 2;

  private final RunAhead ahead;
  private final Core core;
  private final InstructionCache icache;
  private final int bit;
  private final int hotAfter;
  private final int[] x;
  private final byte[] memory;

  /** Bits that are 0 in an offset in L1. */
  private final int outside;

  private int id;

  AheadInterpreter(RunAhead ahead, InstructionCache icache, int hotAfter) {
    this.ahead = ahead;
    this.core = ahead.core;
    this.icache = icache;
    this.hotAfter = hotAfter;
    this.bit = core.bit;
    this.x = core.registers;
    this.memory = ahead.memory;
    this.outside = -memory.length;
  }

  /**
   * Executes from the core's next instruction on, until code that is translated or should be.
   *
   * @param from cycle of the slice at which it starts
   * @param limit no instruction starts at or after this cycle
   * @param now the present cycle
   * @return the cycle at which the next one would start
   */
  int run(int from, int limit, long now) {
    final int[] registers = x;
    id = ahead.id;
    Insn i = core.insn;
    int line = core.line;
    int t = from;
    int instructions = 0;
    int loadUse = 0;
    int branches = 0;
    while (t < limit) {
      int cycles = i.cycles;
      final int a = registers[i.rs1];
      int b = registers[i.rs2] + i.imm;
      Insn next = i.next;
      int loops = 0;
      if ((i.attention & bit) != 0) {
        if ((i.settled & bit) == 0) {
          break;
        }
        if ((i.stalls & bit) != 0) {
          cycles += i.stallCycles();
        }
        if (i.scalar != Decoded.PLAIN) {
          b = Core.replicate(i.scalar, b);
        }
        if ((i.loopEnds & bit) != 0) {
          loops = core.loopsAt(i.address);
          if (loops != 0) {
            if (i.kind >= Insn.JUMP) {
              break;
            }
            next = core.afterLoops(loops, next);
          }
        }
      }
      int lost = 0;
      if (i.kind == Insn.JUMP) {
        lost = i.op >= Op.JAL ? 1 : Core.isTaken(i.op, a, b) ? 2 : 0;
        if (lost != 0) {
          next = i.op == Op.JALR ? core.unit.indirect(i, a + b) : i.target;
        }
      }
      int nextLine = line;
      if (next.line != line) {
        nextLine = reach(next, line, now);
        if (nextLine == OUT_OF_REACH) {
          break;
        }
      }
      if (i.kind == Insn.ALU) {
        int d = registers[i.rd];
        registers[i.rd] =
            switch (i.op) {
              case Op.ADD -> a + b;
              case Op.SUB -> a - b;
              case Op.SLL -> a << b;
              case Op.SRL -> a >>> b;
              case Op.SRA -> a >> b;
              case Op.OR -> a | b;
              case Op.AND -> a & b;
              case Op.MUL -> a * b;
              case Op.MAC -> d + a * b;
              case Op.SDOTUSP_B -> d + Vector.dotuspB(a, b);
              case Op.SDOTUP_B -> d + Vector.dotupB(a, b);
              case Op.SDOTSP_B -> d + Vector.dotspB(a, b);
              default -> Alu.compute(i.op, a, b, d, i.constant);
            };
      } else if (i.kind == Insn.LOAD) {
        int o = (i.post == Insn.NO_POST ? a + b : a) & ALIAS;
        if ((o & outside) != 0 || (o & 3) + i.bytes > 4) {
          break;
        }
        int left = 8 * (4 - i.bytes);
        int loaded = Near.word(memory, o & ~3) >>> (8 * (o & 3)) << left;
        int value = i.signed ? loaded >> left : loaded >>> left;
        note(o, t);
        registers[i.rd] = i.post == Insn.ADDS_TO_LOADED ? value + i.imm : value;
        if (i.post == Insn.MOVES) {
          registers[i.rs1] = a + b;
        }
      } else if (i.kind == Insn.STORE) {
        int o = (i.post == Insn.NO_POST ? a + b : a) & ALIAS;
        if ((o & outside) != 0 || (o & 3) + i.bytes > 4) {
          break;
        }
        note(o, t);
        RunAhead.noteStore(memory, ahead.stores, ahead.storeCount++, t, o);
        int at = 8 * (o & 3);
        int mask = -1 >>> (8 * (4 - i.bytes)) << at;
        int old = Near.word(memory, o & ~3);
        Near.storeWord(memory, o & ~3, (old & ~mask) | ((registers[i.rd] << at) & mask));
        if (i.post == Insn.MOVES) {
          registers[i.rs1] = a + b;
        }
      } else if (i.kind == Insn.JUMP) {
        if (i.op >= Op.JAL) {
          registers[i.rd] = i.address + i.size;
        }
      } else if (i.kind == Insn.LOOP && core.unit.knowsLoop(i)) {
        core.unit.setLoop(i, a + b);
      } else {
        break;
      }
      instructions++;
      branches += lost;
      loadUse += cycles - i.cycles;
      cycles += lost & 2; // a jump's one is in its cycles
      if (cycles > 1) {
        RunAhead.mark(ahead.gaps, t, (1L << cycles) - 2);
      }
      t += cycles;
      line = nextLine;
      boolean back = loops != 0 || (lost != 0 && next.address <= i.address);
      i = next;
      if (back) {
        core.countLoops(loops);
        if (isHot(next)) {
          break;
        }
      }
    }
    core.insn = i;
    core.line = line;
    ahead.counts += RunAhead.counts(instructions, loadUse, branches);
    return t;
  }

  private void note(int offset, int time) {
    RunAhead.note(
        offset, ahead.marks, ahead.seal, ahead.lanes, ahead.lane + 2 * time, ahead.bankMask);
  }

  /** Whether a loop's beginning is translated, or should be. */
  private boolean isHot(Insn i) {
    return i.hot != null || ++i.heat >= hotAfter;
  }

  /** The line in the prefetch buffer once an instruction has been fetched at no cost. */
  private int reach(Insn next, int line, long now) {
    int wanted = next.address & ~15;
    if (wanted != line && !has(next, wanted, now)) {
      return OUT_OF_REACH;
    }
    if ((next.address & 15) <= 12) {
      return wanted;
    }
    int way = icache.find(wanted + 16, now);
    if (way < 0) {
      return OUT_OF_REACH;
    }
    ahead.lines[way] = id;
    return wanted + 16;
  }

  private boolean has(Insn next, int wanted, long now) {
    int way = next.way;
    if (!icache.hits(way, wanted, now)) {
      way = icache.find(wanted, now);
      if (way < 0) {
        return false;
      }
      next.way = way;
    }
    ahead.lines[way] = id;
    return true;
  }
}
