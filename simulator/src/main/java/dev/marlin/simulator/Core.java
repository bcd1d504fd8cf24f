package dev.marlin.simulator;

import dev.marlin.simulator.isa.Alu;
import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Op;
import dev.marlin.simulator.isa.Scalar;
import dev.marlin.simulator.isa.Vector;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A RI5CY core as the interpreter runs it: one instruction an event, nothing allocated.
 *
 * <p>There is no pipeline. An instruction at cycle T accesses memory at T, then asks for the next
 * instruction's line at T; it takes one cycle, its own additions, the waits of its access, and the
 * latency of its own fetch, which was asked for one instruction earlier. Loads deliver their result
 * a cycle late to the instruction that follows in memory: whether that one pays is known when it is
 * decoded.
 */
final class Core extends Event {
  /** From {@link #execute}: the core has no next instruction yet. */
  private static final int SUSPENDED = -1;

  // From {@link #loopsAt}.
  private static final int COUNT_0 = 1;
  private static final int COUNT_1 = 2;
  private static final int AGAIN_0 = 4;
  private static final int AGAIN_1 = 8;

  final int index;
  final int hartId;
  final CoreUnit unit;
  final int[] registers = new int[33];
  final Request request = new Request(this);

  /**
   * All ones when every instruction must be looked at twice: an interrupt, counters, a trace; else
   * 0.
   */
  int alert;

  final int bit;

  /** The next instruction. */
  Insn insn;

  /** Address of the line in the prefetch buffer. */
  int line = -1;

  /** Latency of the fetch of the next instruction. */
  int fetchCycles;

  // Hardware loops: the inner one has number 0.
  final int[] loopStart = new int[2];
  final int[] loopEnd = new int[2];
  final int[] loopCount = new int[2];
  final Insn[] loopTarget = new Insn[2];

  // Statistics.
  long instructions;
  long countedCycles;
  long loadUseStalls;
  long branchStalls;
  long fetchStalls;
  long icacheMisses;
  long contentionStalls;
  long externalStalls;
  long misalignedStalls;
  long otherStalls;

  private boolean vitopHigh;
  private boolean vitopLow;

  /** What it does ahead of time, if it may. */
  @Nullable RunAhead ahead;

  /** Whether it executes again what it has executed before. */
  boolean repeating;

  private final InstructionCache icache;

  /** Its loads and stores. */
  final DataPort port;

  Core(int index, int hartId, ClockDomain domain, Machine machine, boolean inCluster) {
    super(domain);
    this.index = index;
    this.bit = 1 << index;
    this.hartId = hartId;
    this.icache = inCluster ? machine.clusterIcache : machine.fcIcache;
    this.unit = new CoreUnit(this, machine, inCluster);
    this.port = new DataPort(this, machine, inCluster);
    this.insn = unit.code.at(0);
    this.loopTarget[0] = insn;
    this.loopTarget[1] = insn;
    Arrays.fill(registers, 1, 32, 0x57575757);
  }

  @Override
  void fire() {
    step();
  }

  /** Executes instructions: one, or as many as fit before anybody else has something to do. */
  void step() {
    final RunAhead run = ahead;
    if (run != null && run.active) {
      run.cluster.play(this);
      return;
    }
    while (true) {
      int cycles = execute();
      if (cycles <= 0) {
        return;
      }
      if (!domain.advance(cycles)) {
        domain.enqueueNext(this, cycles);
        break;
      }
      if (run != null) {
        run.cluster.alone(this);
      }
    }
    if (run != null) {
      run.cluster.start(this);
    }
  }

  /** Lets this core execute translated code. */
  void runAhead(RunAhead run) {
    this.ahead = run;
  }

  RunAhead ahead() {
    RunAhead run = ahead;
    if (run == null) {
      throw new IllegalStateException("Core " + index + " is only interpreted");
    }
    return run;
  }

  /** Executes an instruction of a slice again, without contention, fetching nothing; its cycles. */
  int repeat() {
    repeating = true;
    int cycles = execute();
    repeating = false;
    return cycles;
  }

  /** Executes one instruction; the cycles until the next, or {@link #SUSPENDED}. */
  private int execute() {
    Insn i = insn;
    final boolean special = ((i.attention & bit) | alert) != 0;
    if (special && ((i.settled & bit) == 0 || alert != 0)) {
      i = unit.prepare(i);
    }
    int cycles = i.cycles;
    if (fetchCycles != 0) {
      cycles += fetchCycles;
      fetchStalls += fetchCycles;
      fetchCycles = 0;
    }
    final int[] x = registers;
    final int a = x[i.rs1];
    int b = x[i.rs2] + i.imm;
    if (special) {
      if ((i.stalls & bit) != 0) {
        cycles += unit.stallCycles(i);
      }
      if (i.scalar != Decoded.PLAIN) {
        b = replicate(i.scalar, b);
      }
    }
    Insn next = i.next;
    switch (i.op) {
      case Op.ADD -> x[i.rd] = a + b;
      case Op.SUB -> x[i.rd] = a - b;
      case Op.SLL -> x[i.rd] = a << b;
      case Op.SLT -> x[i.rd] = Scalar.less(a, b);
      case Op.SLTU -> x[i.rd] = Scalar.lessUnsigned(a, b);
      case Op.XOR -> x[i.rd] = a ^ b;
      case Op.SRL -> x[i.rd] = a >>> b;
      case Op.SRA -> x[i.rd] = a >> b;
      case Op.OR -> x[i.rd] = a | b;
      case Op.AND -> x[i.rd] = a & b;
      case Op.LW -> x[i.rd] = port.loadWord(a + b);
      case Op.LH -> x[i.rd] = (short) port.loadHalf(a + b);
      case Op.LHU -> x[i.rd] = port.loadHalf(a + b);
      case Op.LB -> x[i.rd] = (byte) port.loadByte(a + b);
      case Op.LBU -> x[i.rd] = port.loadByte(a + b);
      case Op.LW_POST -> {
        x[i.rd] = port.loadWord(a);
        bump(i, a + b);
      }
      case Op.LH_POST -> {
        x[i.rd] = (short) port.loadHalf(a);
        bump(i, a + b);
      }
      case Op.LHU_POST -> {
        x[i.rd] = port.loadHalf(a);
        bump(i, a + b);
      }
      case Op.LB_POST -> {
        x[i.rd] = (byte) port.loadByte(a);
        bump(i, a + b);
      }
      case Op.LBU_POST -> {
        x[i.rd] = port.loadByte(a);
        bump(i, a + b);
      }
      case Op.SW -> port.storeWord(a + b, x[i.rd]);
      case Op.SH -> port.storeHalf(a + b, x[i.rd]);
      case Op.SB -> port.storeByte(a + b, x[i.rd]);
      case Op.SW_POST -> {
        port.storeWord(a, x[i.rd]);
        bump(i, a + b);
      }
      case Op.SH_POST -> {
        port.storeHalf(a, x[i.rd]);
        bump(i, a + b);
      }
      case Op.SB_POST -> {
        port.storeByte(a, x[i.rd]);
        bump(i, a + b);
      }
      case Op.BEQ, Op.BNE, Op.BLT, Op.BGE, Op.BLTU, Op.BGEU -> {
        if (isTaken(i.op, a, b)) {
          next = i.target;
          cycles += 2;
          branchStalls += 2;
        }
      }
      case Op.JAL -> {
        x[i.rd] = i.address + i.size;
        next = i.target;
        branchStalls++;
      }
      case Op.JALR -> {
        next = unit.indirect(i, a + b);
        branchStalls++;
        x[i.rd] = i.address + i.size;
      }
      case Op.MUL -> x[i.rd] = a * b;
      case Op.MAC -> x[i.rd] += a * b;
      case Op.SDOTUSP_B -> x[i.rd] += Vector.dotuspB(a, b);
      case Op.SDOTUP_B -> x[i.rd] += Vector.dotupB(a, b);
      case Op.SDOTSP_B -> x[i.rd] += Vector.dotspB(a, b);
      case Op.SDOTSP_H -> x[i.rd] += Vector.dotspH(a, b);
      case Op.LP_START, Op.LP_END, Op.LP_COUNT, Op.LP_SETUP -> unit.setLoop(i, a + b);
      case Op.ELW -> {
        unit.elw = i;
        int value = port.loadFar(a + b, 4);
        if (port.wait >= 0) {
          unit.elw = null;
          x[i.rd] = value; // asleep, the register stays: an interrupt may have the load made again
        }
        externalStalls += 2;
      }
      case Op.MULH -> x[i.rd] = Scalar.mulh(a, b);
      case Op.MULHSU -> x[i.rd] = Scalar.mulhsu(a, b);
      case Op.MULHU -> x[i.rd] = Scalar.mulhu(a, b);
      case Op.DIV -> {
        x[i.rd] = Scalar.div(a, b);
        cycles += longer(Scalar.divCycles(b));
      }
      case Op.DIVU -> {
        x[i.rd] = Scalar.divu(a, b);
        cycles += longer(Scalar.divuCycles(b));
      }
      case Op.REM -> {
        x[i.rd] = Scalar.rem(a, b);
        cycles += longer(Scalar.divCycles(b));
      }
      case Op.REMU -> {
        x[i.rd] = Scalar.remu(a, b);
        cycles += longer(Scalar.divuCycles(b));
      }
      case Op.VITOP_MAX -> x[i.rd] = vitopMax(a, b);
      case Op.VITOP_SEL -> x[i.rd] = vitopSelect(a, b);
      case Op.CSRRW, Op.CSRRS, Op.CSRRC -> x[i.rd] = unit.control(i, a + b);
      case Op.FENCE, Op.FENCE_I, Op.ECALL, Op.EBREAK, Op.MRET, Op.DRET, Op.WFI, Op.ILLEGAL ->
          next = unit.system(i);
      default -> x[i.rd] = Alu.compute(i.op, a, b, x[i.rd], i.constant);
    }
    if (special) {
      if (unit.counting) {
        unit.count(i, next);
      }
      if ((i.loopEnds & bit) != 0) {
        next = loopBack(i.address, next);
      }
    }
    insn = next;
    if (next.line != line) {
      fetch(next);
    }
    instructions++;
    final int wait = port.wait;
    if (wait != 0) {
      port.wait = 0;
      if (wait < 0) {
        unit.suspend(cycles);
        return SUSPENDED;
      }
      cycles += wait;
    }
    countedCycles += cycles;
    return cycles;
  }

  /**
   * Asks for the line of an instruction, and for the line behind it if the instruction might reach
   * into it.
   */
  void fetch(Insn next) {
    int wanted = next.address & ~15;
    if (repeating) {
      line = (next.address & 15) > 12 ? wanted + 16 : wanted;
      return;
    }
    if (wanted != line) {
      line = wanted;
      fetchCycles = fetchLine(next, wanted);
    }
    if ((next.address & 15) > 12) {
      line = wanted + 16;
      fetchCycles = ask(line, domain.cycles);
    }
  }

  private int fetchLine(Insn next, int wanted) {
    long now = domain.cycles;
    if (icache.hits(next.way, wanted, now)) {
      return 0;
    }
    int latency = ask(wanted, now);
    next.way = icache.found();
    return latency;
  }

  private int ask(int wanted, long now) {
    long before = icache.refills;
    int latency = icache.fetch(wanted, now);
    icacheMisses += icache.refills - before;
    return latency;
  }

  private Insn loopBack(int pc, Insn next) {
    int loops = loopsAt(pc);
    countLoops(loops);
    return afterLoops(loops, next);
  }

  /** Where the core goes on when loops end, or else. */
  Insn afterLoops(int loops, Insn next) {
    return (loops & AGAIN_0) != 0 ? loopTarget[0] : (loops & AGAIN_1) != 0 ? loopTarget[1] : next;
  }

  /** Whether a branch is taken. */
  static boolean isTaken(int op, int a, int b) {
    return switch (op) {
      case Op.BEQ -> a == b;
      case Op.BNE -> a != b;
      case Op.BLT -> a < b;
      case Op.BGE -> a >= b;
      case Op.BLTU -> a + Integer.MIN_VALUE < b + Integer.MIN_VALUE;
      default -> a + Integer.MIN_VALUE >= b + Integer.MIN_VALUE;
    };
  }

  /** Which loops end with the instruction at an address: whether they count, and begin again. */
  int loopsAt(int pc) {
    int loops = 0;
    if (loopCount[0] != 0 && loopEnd[0] == pc) {
      loops = loopCount[0] != 1 ? COUNT_0 | AGAIN_0 : COUNT_0;
    }
    if ((loops & AGAIN_0) == 0 && loopCount[1] != 0 && loopEnd[1] == pc) {
      loops |= loopCount[1] != 1 ? COUNT_1 | AGAIN_1 : COUNT_1;
    }
    return loops;
  }

  void countLoops(int loops) {
    loopCount[0] -= loops & COUNT_0;
    loopCount[1] -= loops >> 1 & 1;
  }

  /**
   * Post-increment. When the loaded register is the base, an immediate is added to what was loaded,
   * as in gvsoc.
   */
  private void bump(Insn i, int value) {
    if (addsToLoaded(i)) {
      registers[i.rd] += i.imm;
    } else if (i.rs1 != 0) {
      registers[i.rs1] = value;
    }
  }

  /** Whether a post-increment adds to what was loaded instead of to the base. */
  static boolean addsToLoaded(Insn i) {
    return i.rs1 == i.rd && i.rs2 == 0 && i.op < Op.SW_POST;
  }

  static int replicate(int scalar, int b) {
    return scalar == Decoded.SCALAR_BYTE ? (b & 0xff) * 0x01010101 : (b & 0xffff) * 0x00010001;
  }

  private int longer(int cycles) {
    otherStalls += cycles;
    return cycles;
  }

  private int vitopMax(int a, int b) {
    vitopHigh = a >> 16 <= b >> 16;
    vitopLow = (short) a <= (short) b;
    return Vector.maxH(a, b);
  }

  private int vitopSelect(int a, int b) {
    int high = ((vitopHigh ? b : a) >>> 16) << 1 | Scalar.bit(vitopHigh);
    int low = (vitopLow ? b : a) << 1 | Scalar.bit(vitopLow);
    return high << 16 | (low & 0xffff);
  }
}
