package dev.marlin.simulator;

import dev.marlin.simulator.SimulationException.Kind;
import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Decoder;
import dev.marlin.simulator.isa.Op;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Core} does rarely: decoding, accesses beyond L1, sleeping, interrupts, system
 * instructions, probes.
 *
 * <p>Kept apart so that the interpreter's loop stays small.
 */
final class CoreUnit {
  /** What the core is doing. */
  enum Phase {
    /** Not started yet. */
    OFF,
    /** Its next instruction is queued. */
    RUNNING,
    /** The second half of an access that crosses a word is queued. */
    HALF_DONE,
    /** Waits for a device to answer. */
    BLOCKED,
    /** Executed wfi. */
    WAITING
  }

  final CodeCache code;

  /** The event-load-word being executed or slept in. */
  @Nullable Insn elw;

  /** Whether performance counters beyond cycles and instructions are on. */
  boolean counting;

  final ControlRegisters csr;
  private Phase phase = Phase.OFF;
  private long asleepSince;
  private long asleep;

  /** The suspended instruction, what its access has cost so far, and what it has read. */
  private Insn held;

  private int heldCycles;
  private boolean crossing;
  private int half;
  private int halfSize;
  private int overwritten;
  private final Event secondHalf;

  // Interrupts.
  private int irq = -1;
  private int irqLine = -1;
  private final Event irqSync;
  private boolean irqAlert;
  private boolean interruptsEnabled;
  boolean savedInterruptsEnabled;
  int vectors;

  private final Core core;
  private final Machine machine;
  private final boolean inCluster;
  private final Request request;
  private @Nullable EventUnit eventUnit;

  CoreUnit(Core core, Machine machine, boolean inCluster) {
    this.core = core;
    this.machine = machine;
    this.inCluster = inCluster;
    this.request = core.request;
    this.code = inCluster ? machine.clusterCode : machine.fcCode;
    this.held = code.at(0);
    this.csr = new ControlRegisters(core, this);
    this.secondHalf =
        new Event(core.domain) {
          @Override
          void fire() {
            secondHalf();
          }
        };
    this.irqSync =
        new Event(core.domain) {
          @Override
          void fire() {
            takeLine();
          }
        };
  }

  void connect(EventUnit unit) {
    this.eventUnit = unit;
  }

  Phase phase() {
    return phase;
  }

  /** Cycles from reset until {@code now} in which the core was off or asleep. */
  long sleepCycles(long now) {
    boolean sleeping = phase != Phase.RUNNING && phase != Phase.HALF_DONE;
    return asleep + (sleeping ? now - asleepSince : 0);
  }

  // ---- start, sleep and wake

  /** Starts the core at an address: the first instruction runs a cycle later. */
  void start(int pc) {
    if (phase == Phase.OFF) {
      core.insn = code.at(pc);
      resume(0);
    }
  }

  /** The instruction that was just executed waits: for its second half, or for a device. */
  void suspend(int cycles) {
    core.countedCycles += cycles;
    if (phase == Phase.HALF_DONE) {
      core.countedCycles += request.latency;
      heldCycles = cycles + request.latency;
      core.domain.enqueue(secondHalf, request.latency + 1);
      return;
    }
    heldCycles = cycles;
    if (phase == Phase.RUNNING) {
      phase = Phase.BLOCKED;
    }
    asleepSince = core.domain.cycles;
    if (machine.activity != null) {
      machine.activity.sleeps(core, phase == Phase.WAITING ? "an interrupt" : request.waitsFor);
    }
  }

  /** A device answers the blocked request: {@code request.data} holds what was read. */
  void answer() {
    if (phase != Phase.BLOCKED) {
      return;
    }
    if (!request.write) {
      core.registers[held.rd] = extend(held.op, request.data);
    }
    elw = null;
    core.countedCycles += heldCycles;
    resume(request.latency);
  }

  /**
   * Goes on after sleep. The core asks for its next instruction again, which matters when its
   * buffer holds another line by now.
   */
  private void resume(int latency) {
    core.domain.sync();
    if (core.insn.line != core.line) {
      core.fetch(core.insn);
    }
    asleep += core.domain.cycles - asleepSince;
    phase = Phase.RUNNING;
    if (machine.activity != null) {
      machine.activity.runs(core);
    }
    core.countedCycles += 1 + latency;
    core.domain.enqueue(core, 1 + latency);
  }

  // ---- accesses beyond L1, or across words

  int load(int address, int size) {
    return access(address, size, false, 0);
  }

  void store(int address, int size, int value) {
    access(address, size, true, value);
  }

  /** Whether the access under way is part of one that crosses a word. */
  boolean isMisaligned() {
    return crossing;
  }

  private int access(int address, int size, boolean write, int value) {
    int first = 4 - (address & 3);
    crossing = first < size;
    if (!crossing) {
      return aligned(address, size, write, value);
    }
    held = core.insn;
    overwritten = core.registers[held.rd];
    half = aligned(address, first, write, value);
    half = write ? value : half;
    halfSize = first;
    phase = Phase.HALF_DONE;
    csr.misaligned();
    core.port.hold();
    request.address = address + first;
    request.size = size - first;
    return 0;
  }

  private int aligned(int address, int size, boolean write, int value) {
    request.address = address;
    request.size = size;
    request.write = write;
    request.data = write ? value : 0;
    request.latency = 0;
    request.blocked = false;
    if (inCluster) {
      machine.interconnect.fromCluster(request);
    } else {
      machine.interconnect.fromFc(request);
    }
    core.externalStalls += request.latency;
    if (request.blocked) {
      held = core.insn;
      core.port.hold();
    }
    return request.data;
  }

  /** Makes the second access of a misaligned load or store. */
  private void secondHalf() {
    phase = Phase.RUNNING;
    int first = half;
    int shift = 8 * halfSize;
    int value = aligned(request.address, request.size, request.write, first >>> shift);
    if (!request.write) {
      int loaded = (first & (1 << shift) - 1) | value << shift;
      core.registers[held.rd] = joined(held.op, loaded, overwritten);
    }
    core.misalignedStalls++;
    csr.secondAccess();
    core.countedCycles += heldCycles + 1 + request.latency;
    core.domain.enqueue(core, 1 + request.latency);
  }

  /**
   * What a load across a word leaves in its register. GVSOC forgets to extend the sign of a half
   * word there and keeps the register's upper half; silicon does not. GVSOC is followed, so that a
   * program gives the same result in both.
   */
  private static int joined(int op, int loaded, int before) {
    return op == Op.LH || op == Op.LH_POST ? (before & 0xffff0000) | loaded : loaded;
  }

  private static int extend(int op, int value) {
    return switch (op) {
      case Op.LH, Op.LH_POST -> (short) value;
      case Op.LB, Op.LB_POST -> (byte) value;
      default -> value;
    };
  }

  // ---- before an instruction

  /**
   * Looks twice at an instruction: takes an interrupt, decodes, calls probes. Returns the
   * instruction to execute.
   */
  Insn prepare(Insn next) {
    Insn i = next;
    if (irqAlert) {
      irqAlert = false;
      updateAlert();
      if (irq >= 0 && interruptsEnabled) {
        i = interrupt(i);
      }
      elw = null;
    }
    if ((i.known & core.bit) == 0) {
      decode(i);
    }
    if (machine.watched(i)) {
      machine.observe(core, i);
    } else {
      i.settled |= core.bit;
      if (((i.stalls | i.loopEnds) & core.bit) == 0 && i.scalar == Decoded.PLAIN) {
        i.attention &= ~core.bit;
      }
    }
    return i;
  }

  /** Recomputes whether every instruction must be looked at twice. */
  void updateAlert() {
    core.alert = irqAlert || counting || machine.watchAll() ? -1 : 0;
  }

  private void decode(Insn i) {
    Decoded d = i.decoded;
    if (d == null) {
      d = Decoder.decode(machine.instructionAt(core, i.address), i.address);
      i.decoded = d;
      i.op = d.op;
      i.rd = d.rd;
      i.rs1 = d.rs1;
      i.rs2 = d.rs2;
      i.imm = d.imm;
      i.constant = d.constant;
      i.scalar = d.scalar;
      i.size = d.size;
      i.classify();
      i.next = code.at(i.address + d.size);
      if (isDirect(d.op)) {
        i.target = code.at(d.target);
      }
    }
    i.known |= core.bit;
    machine.codeChanged();
    if (d.isLate() && i.next != null) {
      i.next.lateFor |= core.bit;
      i.next.lateRegister = d.rd & 31;
    }
    if ((i.lateFor & core.bit) != 0 && (d.reads >>> i.lateRegister & 1) != 0) {
      i.stalls |= core.bit;
    }
  }

  private static boolean isDirect(int op) {
    return op >= Op.BEQ && op <= Op.JAL;
  }

  /** Cycles that a stalled instruction waits for its operand. */
  int stallCycles(Insn i) {
    int cycles = i.stallCycles();
    core.loadUseStalls += cycles;
    return cycles;
  }

  void count(Insn i, Insn next) {
    csr.count(i, (i.stalls & core.bit) != 0, next != i.next);
  }

  // ---- hardware loops, control registers, system instructions

  void setLoop(Insn i, int count) {
    int loop = i.constant;
    Decoded d = machine.decoded(i);
    if (i.op == Op.LP_START) {
      setLoopStart(loop, d.target);
    }
    if (i.op == Op.LP_SETUP) {
      setLoopStart(loop, i.address + 4);
    }
    if (i.op == Op.LP_END || i.op == Op.LP_SETUP) {
      core.loopEnd[loop] = d.target;
      Insn last = code.at(d.target);
      if ((last.loopEnds & core.bit) == 0) {
        machine.codeChanged();
      }
      last.loopEnds |= core.bit;
      last.attention |= core.bit;
    }
    if (i.op == Op.LP_COUNT || i.op == Op.LP_SETUP) {
      core.loopCount[loop] = count;
    }
  }

  /** Whether the core has set up a loop before that ends where this one will. */
  boolean knowsLoop(Insn i) {
    return i.op == Op.LP_START
        || i.op == Op.LP_COUNT
        || (i.decoded != null && (code.at(i.decoded.target).loopEnds & core.bit) != 0);
  }

  /** Where an indirect jump goes. */
  Insn indirect(Insn i, int address) {
    Insn target = i.target;
    if (target == null || target.address != (address & ~1)) {
      target = code.at(address & ~1);
      i.target = target;
    }
    return target;
  }

  void setLoopStart(int loop, int address) {
    core.loopStart[loop] = address;
    core.loopTarget[loop] = code.at(address & ~1);
  }

  int control(Insn i, int operand) {
    int old = csr.read(i.constant);
    int value =
        switch (i.op) {
          case Op.CSRRS -> old | operand;
          case Op.CSRRC -> old & ~operand;
          default -> operand;
        };
    csr.write(i.constant, value);
    return old;
  }

  Insn system(Insn i) {
    switch (i.op) {
      case Op.FENCE, Op.FENCE_I -> {
        if (!inCluster) {
          machine.flushFcIcache();
        }
        return code.at(i.address + i.size);
      }
      case Op.MRET, Op.DRET -> {
        enableInterrupts(savedInterruptsEnabled);
        csr.cause = 0;
        return code.at(csr.epc);
      }
      case Op.WFI -> {
        if (irqLine < 0) {
          phase = Phase.WAITING;
          core.port.hold();
        }
        return code.at(i.address + i.size);
      }
      case Op.ECALL -> {
        return trap(i, 11, 34);
      }
      case Op.EBREAK -> {
        machine.semihost(core, i);
        return code.at(i.address + i.size);
      }
      default ->
          throw new SimulationException(
              Kind.ILLEGAL_INSTRUCTION,
              "Core "
                  + machine.coreName(core)
                  + " executed "
                  + Decoder.text(machine.decoded(i))
                  + ", which is no instruction, at "
                  + machine.place(i.address)
                  + ".");
    }
  }

  private Insn trap(Insn i, int cause, int vector) {
    csr.epc = i.address;
    csr.cause = cause;
    savedInterruptsEnabled = interruptsEnabled;
    enableInterrupts(false);
    return code.at(vectors + 4 * vector);
  }

  // ---- interrupts

  boolean interruptsEnabled() {
    return interruptsEnabled;
  }

  void enableInterrupts(boolean on) {
    interruptsEnabled = on;
    if (on && irq >= 0) {
      irqAlert = true;
      updateAlert();
    }
  }

  /**
   * The event unit requests an interrupt, or takes the request back with -1. Seen after the
   * instruction of this cycle.
   */
  void requestInterrupt(int number) {
    irqLine = number;
    if (!irqSync.queued) {
      core.domain.enqueue(irqSync, 0);
    }
  }

  private void takeLine() {
    irq = irqLine;
    if (irq < 0) {
      return;
    }
    if (inCluster) {
      machine.settle();
    }
    irqAlert = true;
    updateAlert();
    if (phase == Phase.WAITING || (phase == Phase.BLOCKED && elw != null)) {
      resume(0);
    }
  }

  private Insn interrupt(Insn i) {
    Insn resumeAt = elw != null ? elw : i;
    csr.epc = resumeAt.address;
    csr.cause = 1 << 31 | irq;
    savedInterruptsEnabled = interruptsEnabled;
    interruptsEnabled = false;
    int taken = irq;
    irq = -1;
    if (eventUnit != null) {
      eventUnit.acknowledge(core.index, taken);
    }
    Insn handler = code.at(vectors + 4 * taken);
    core.insn = handler;
    if (handler.line != core.line) {
      core.fetch(handler);
    }
    return handler;
  }
}
