package dev.marlin.simulator;

import static org.objectweb.asm.Opcodes.*;

import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Op;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/**
 * Turns {@link HotCode} into a hidden class.
 *
 * <p>Registers and hardware loops live in local variables; time, counts and (for cores that share
 * L1 with others) the starts of instructions are added once for each stretch of straight code.
 * Whatever the translation does not do itself ends it before the instruction: accesses beyond L1 or
 * across words, and ways that nobody has gone yet.
 */
final class Translator {
  private static final String REGION = "dev/marlin/simulator/Region";
  private static final String AHEAD = "dev/marlin/simulator/RunAhead";
  private static final String NEAR = "dev/marlin/simulator/Near";
  private static final String CORE = "dev/marlin/simulator/Core";

  // Local variables. The first three are the parameters.
  private static final int RUN = 1;
  private static final int T = 2;
  private static final int LIMIT = 3;
  private static final int REGISTERS = 4;
  private static final int MEMORY = 5;
  private static final int STARTS = 8;
  private static final int P = 9;
  private static final int OFFSET = 10;
  private static final int BASE = 11;
  private static final int EXIT = 12;
  private static final int COUNTS = 13;
  private static final int SCALAR = 15;
  private static final int LOOP_START = 16;
  private static final int LOOP_END = 18;
  private static final int LOOP_COUNT = 20;
  private static final int MISSING = 22;
  private static final int X = 24;

  /** Straight code longer than this many cycles is cut, so that its starts fit a mask. */
  private static final int LONGEST = 48;

  private final HotCode code;
  private final boolean traced;
  private final int memoryMask;
  private final MethodVisitor mv;
  private final Map<Insn, Integer> places = new HashMap<>();
  private final Label[] labels;
  private final boolean[] leaders;
  private final Label end = new Label();
  private final List<Runnable> stubs = new ArrayList<>();
  private final boolean usesLoops;
  private long written;
  private long used;

  // What the straight code has cost since it was last written down.
  private int cycles;
  private int executed;
  private int loadUse;
  private int branches;
  private long starts;

  private Translator(HotCode code, boolean traced, int l1Bytes, MethodVisitor mv) {
    this.code = code;
    this.traced = traced;
    this.memoryMask = -l1Bytes;
    this.mv = mv;
    this.labels = new Label[code.insns.length];
    this.leaders = HotCodeFinder.leaders(code);
    for (int k = 0; k < code.exits.length; k++) {
      places.put(code.exits[k], k);
    }
    boolean loops = false;
    for (int k = 0; k < labels.length; k++) {
      labels[k] = new Label();
      Insn i = code.insns[k];
      loops |= code.loopEnds[k] || (i.op >= Op.LP_START && i.op <= Op.LP_SETUP);
      used |= 1L << i.rs1 | 1L << i.rs2 | 1L << i.rd;
      if (!isStore(i.op)) {
        written |= 1L << i.rd;
      }
      if (isPost(i.op)) {
        written |= 1L << i.rs1;
      }
    }
    used &= 0xfffffffeL;
    written &= used;
    this.usesLoops = loops;
  }

  /**
   * Translates.
   *
   * @param traced whether accesses and starts of instructions are written down, to be timed later
   * @param l1Bytes size of L1, a power of two
   */
  static Region translate(HotCode code, boolean traced, int l1Bytes) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    writer.visit(V17, ACC_FINAL | ACC_SUPER, REGION + "$Translated", null, REGION, null);
    MethodVisitor init = writer.visitMethod(0, "<init>", "()V", null, null);
    init.visitCode();
    init.visitVarInsn(ALOAD, 0);
    init.visitMethodInsn(INVOKESPECIAL, REGION, "<init>", "()V", false);
    init.visitInsn(RETURN);
    init.visitMaxs(0, 0);
    init.visitEnd();
    MethodVisitor run = writer.visitMethod(0, "run", "(L" + AHEAD + ";II)I", null, null);
    run.visitCode();
    new Translator(code, traced, l1Bytes, run).write();
    run.visitMaxs(0, 0);
    run.visitEnd();
    writer.visitEnd();
    try {
      return (Region)
          MethodHandles.lookup()
              .defineHiddenClass(writer.toByteArray(), false)
              .lookupClass()
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Translated code cannot be loaded.", e);
    }
  }

  // ---- frame

  private void write() {
    enter();
    for (int k = 0; k < labels.length; k++) {
      if (leaders[k]) {
        mv.visitLabel(labels[k]);
      }
      boolean open = instruction(k);
      boolean follows =
          k + 1 < labels.length && code.insns[k + 1] == code.insns[k].next && !isJump(k);
      if (open && (!follows || leaders[k + 1])) {
        flush();
      }
      if (open && !follows) {
        goOn(code.insns[k].next, k);
      }
      if (!open) {
        reset();
      }
    }
    stubs.forEach(Runnable::run);
    leave();
  }

  private void enter() {
    get("registers", "[I", REGISTERS);
    get("memory", "[B", MEMORY);
    if (traced) {
      get("starts", "[J", STARTS);
      mv.visitVarInsn(ALOAD, RUN);
      mv.visitFieldInsn(GETFIELD, AHEAD, "accesses", "I");
      mv.visitVarInsn(ISTORE, P);
    }
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, "missing", "J");
    mv.visitVarInsn(LSTORE, MISSING);
    mv.visitInsn(LCONST_0);
    mv.visitVarInsn(LSTORE, COUNTS);
    for (int local : new int[] {OFFSET, BASE, EXIT, SCALAR}) {
      mv.visitInsn(ICONST_0);
      mv.visitVarInsn(ISTORE, local);
    }
    for (int r = 1; r < 32; r++) {
      if ((used >>> r & 1) != 0) {
        mv.visitVarInsn(ALOAD, REGISTERS);
        constant(r);
        mv.visitInsn(IALOAD);
        mv.visitVarInsn(ISTORE, X + r);
      }
    }
    if (usesLoops) {
      for (int loop = 0; loop < 2; loop++) {
        getLoop("loopStart", loop, LOOP_START);
        getLoop("loopEnd", loop, LOOP_END);
        getLoop("loopCount", loop, LOOP_COUNT);
      }
    }
  }

  private void leave() {
    mv.visitLabel(end);
    for (int r = 1; r < 32; r++) {
      if ((written >>> r & 1) != 0) {
        mv.visitVarInsn(ALOAD, REGISTERS);
        constant(r);
        mv.visitVarInsn(ILOAD, X + r);
        mv.visitInsn(IASTORE);
      }
    }
    if (usesLoops) {
      for (int loop = 0; loop < 2; loop++) {
        putLoop("loopStart", loop, LOOP_START);
        putLoop("loopEnd", loop, LOOP_END);
        putLoop("loopCount", loop, LOOP_COUNT);
      }
    }
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitInsn(DUP);
    mv.visitFieldInsn(GETFIELD, AHEAD, "counts", "J");
    mv.visitVarInsn(LLOAD, COUNTS);
    mv.visitInsn(LADD);
    mv.visitFieldInsn(PUTFIELD, AHEAD, "counts", "J");
    if (traced) {
      mv.visitVarInsn(ALOAD, RUN);
      mv.visitVarInsn(ILOAD, P);
      mv.visitFieldInsn(PUTFIELD, AHEAD, "accesses", "I");
    }
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitVarInsn(ILOAD, EXIT);
    mv.visitFieldInsn(PUTFIELD, AHEAD, "exit", "I");
    mv.visitVarInsn(ILOAD, T);
    mv.visitInsn(IRETURN);
  }

  private void get(String field, String type, int local) {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, field, type);
    mv.visitVarInsn(ASTORE, local);
  }

  private void getLoop(String field, int loop, int local) {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, field, "[I");
    constant(loop);
    mv.visitInsn(IALOAD);
    mv.visitVarInsn(ISTORE, local + loop);
  }

  private void putLoop(String field, int loop, int local) {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, field, "[I");
    constant(loop);
    mv.visitVarInsn(ILOAD, local + loop);
    mv.visitInsn(IASTORE);
  }

  // ---- time

  /** Writes down what the straight code so far has cost. */
  private void flush() {
    cost(cycles, counts(), starts);
    reset();
  }

  private void reset() {
    cycles = 0;
    executed = 0;
    loadUse = 0;
    branches = 0;
    starts = 0;
  }

  private long counts() {
    return RunAhead.counts(executed, loadUse, branches);
  }

  private void cost(int cost, long counts, long mask) {
    if (cost == 0) {
      return;
    }
    if (traced) {
      mv.visitVarInsn(ALOAD, STARTS);
      mv.visitVarInsn(ILOAD, T);
      mv.visitLdcInsn(mask);
      mv.visitMethodInsn(INVOKESTATIC, AHEAD, "mark", "([JIJ)V", false);
    }
    mv.visitIincInsn(T, cost);
    mv.visitVarInsn(LLOAD, COUNTS);
    mv.visitLdcInsn(counts);
    mv.visitInsn(LADD);
    mv.visitVarInsn(LSTORE, COUNTS);
  }

  private void account(int k) {
    Insn i = code.insns[k];
    starts |= 1L << cycles;
    executed++;
    cycles += i.cycles;
    if (code.stalls[k]) {
      int stall = i.op >= Op.MULH && i.op <= Op.MULHU ? 2 : 1;
      cycles += stall;
      loadUse += stall;
    }
    if (i.op == Op.JAL || i.op == Op.JALR) {
      branches++;
    }
  }

  // ---- ways out

  /**
   * A place that ends the translation before an instruction, with what the code has cost so far.
   */
  private Label exitBefore(int k) {
    Label label = new Label();
    int cost = cycles;
    long counts = counts();
    long mask = starts;
    stubs.add(
        () -> {
          mv.visitLabel(label);
          cost(cost, counts, mask);
          exit(k);
        });
    return label;
  }

  private void exit(int place) {
    constant(place);
    mv.visitVarInsn(ISTORE, EXIT);
    mv.visitJumpInsn(GOTO, end);
  }

  /** Continues at an instruction, everything written down. */
  private void goOn(@Nullable Insn next, int from) {
    Integer place = places.get(next);
    if (place == null) {
      throw new IllegalStateException("Nobody has gone from " + code.insns[from].address);
    }
    if (place >= labels.length) {
      exit(place);
      return;
    }
    if (place <= from) {
      Label late = new Label();
      mv.visitVarInsn(ILOAD, T);
      mv.visitVarInsn(ILOAD, LIMIT);
      mv.visitJumpInsn(IF_ICMPGE, late);
      mv.visitJumpInsn(GOTO, labels[place]);
      mv.visitLabel(late);
      exit(place);
    } else {
      mv.visitJumpInsn(GOTO, labels[place]);
    }
  }

  // ---- instructions

  /** Writes one instruction; false if nothing falls through. */
  private boolean instruction(int k) {
    Insn i = code.insns[k];
    int op = i.op;
    if (cycles > LONGEST) {
      flush();
    }
    if (code.loopEnds[k] && !places.containsKey(i.next)) {
      onlyIfLooping(k);
    } else if (!isJump(k) && !HotCodeFinder.isBranch(op) && !places.containsKey(i.next)) {
      mv.visitJumpInsn(GOTO, exitBefore(k));
      return false;
    }
    fetches(k);
    if (HotCodeFinder.isBranch(op)) {
      return branch(k);
    }
    if (op == Op.JAL || op == Op.JALR) {
      jump(k);
      return false;
    }
    if (op >= Op.LW && op <= Op.SB_POST) {
      access(k);
    } else if (op >= Op.LP_START && op <= Op.LP_SETUP) {
      setLoop(i);
    } else {
      compute(i);
    }
    account(k);
    if (code.loopEnds[k]) {
      flush();
      loopBack(k);
      if (!places.containsKey(i.next)) {
        lost();
        return false;
      }
    }
    return true;
  }

  // ---- fetches

  /**
   * Leaves before an instruction that would fetch another from a line that is missing: that takes
   * its turn.
   */
  private void fetches(int k) {
    Insn i = code.insns[k];
    if (isJump(k)) {
      ifMissing(fetched(i, code.targets[k]), IFNE, exitBefore(k));
      return;
    }
    long next = fetched(i, i.next);
    if (HotCodeFinder.isBranch(i.op)) {
      long taken = fetched(i, code.targets[k]);
      if (taken == next) {
        ifMissing(next, IFNE, exitBefore(k));
      } else {
        Label present = new Label();
        Label falls = new Label();
        Label out = exitBefore(k);
        ifMissing(taken | next, IFEQ, present);
        compare(i, true, falls);
        ifMissing(taken, IFNE, out);
        mv.visitJumpInsn(GOTO, present);
        mv.visitLabel(falls);
        ifMissing(next, IFNE, out);
        mv.visitLabel(present);
      }
      return;
    }
    if (!code.loopEnds[k]) {
      ifMissing(next, IFNE, exitBefore(k));
      return;
    }
    long starts = 0;
    for (int start : code.loopStarts) {
      starts |= fetched(i, at(start));
    }
    ifMissing(starts, IFNE, exitBefore(k));
    if ((next & ~starts) != 0) {
      Label present = new Label();
      ifMissing(next, IFEQ, present);
      onlyIfLooping(k);
      mv.visitLabel(present);
    }
  }

  private void ifMissing(long mask, int condition, Label to) {
    if (mask == 0) {
      if (condition == IFEQ) {
        mv.visitJumpInsn(GOTO, to);
      }
      return;
    }
    mv.visitVarInsn(LLOAD, MISSING);
    mv.visitLdcInsn(mask);
    mv.visitInsn(LAND);
    mv.visitInsn(LCONST_0);
    mv.visitInsn(LCMP);
    mv.visitJumpInsn(condition, to);
  }

  /** Bits of the lines that are asked for when one instruction follows another. */
  private long fetched(Insn from, @Nullable Insn to) {
    if (to == null) {
      return 0;
    }
    int held = (from.address & ~15) + ((from.address & 15) > 12 ? 16 : 0);
    int line = to.address & ~15;
    long mask = line == held ? 0 : code.bitOf(line);
    return (to.address & 15) > 12 ? mask | code.bitOf(line + 16) : mask;
  }

  private void compute(Insn i) {
    int b = SCALAR;
    if (i.scalar != Decoded.PLAIN) {
      constant(i.scalar);
      pushB(i);
      mv.visitMethodInsn(INVOKESTATIC, CORE, "replicate", "(II)I", false);
      mv.visitVarInsn(ISTORE, b);
    } else if (i.rs2 != 0 && i.imm != 0) {
      pushB(i);
      mv.visitVarInsn(ISTORE, b);
    }
    for (AbstractInsnNode node : AluCode.of(i.op)) {
      if (node instanceof VarInsnNode variable) {
        switch (variable.var) {
          case AluCode.A -> register(i.rs1);
          case AluCode.B -> {
            if (i.scalar != Decoded.PLAIN || (i.rs2 != 0 && i.imm != 0)) {
              mv.visitVarInsn(ILOAD, b);
            } else {
              pushB(i);
            }
          }
          case AluCode.D -> register(i.rd == Decoded.NOWHERE ? 0 : i.rd);
          case AluCode.C -> constant(i.constant);
          default -> throw new IllegalStateException("Alu.compute uses a local variable.");
        }
      } else {
        node.accept(mv);
      }
    }
    store(i.rd);
  }

  /** Leaves the second operand on the stack. */
  private void pushB(Insn i) {
    if (i.rs2 == 0) {
      constant(i.imm);
    } else {
      register(i.rs2);
      if (i.imm != 0) {
        constant(i.imm);
        mv.visitInsn(IADD);
      }
    }
  }

  private boolean branch(int k) {
    Insn i = code.insns[k];
    boolean takenKnown = places.containsKey(code.targets[k]);
    boolean nextKnown = places.containsKey(i.next);
    if (!takenKnown && !nextKnown) {
      mv.visitJumpInsn(GOTO, exitBefore(k));
      return false;
    }
    if (!takenKnown) {
      compare(i, false, exitBefore(k));
      account(k);
      return true;
    }
    if (!nextKnown) {
      compare(i, true, exitBefore(k));
      account(k);
      flush();
    } else {
      Label notTaken = new Label();
      account(k);
      flush();
      compare(i, true, notTaken);
      taken(k);
      mv.visitLabel(notTaken);
      return true;
    }
    taken(k);
    return false;
  }

  private void taken(int k) {
    mv.visitIincInsn(T, 2);
    mv.visitVarInsn(LLOAD, COUNTS);
    mv.visitLdcInsn(RunAhead.counts(0, 0, 2));
    mv.visitInsn(LADD);
    mv.visitVarInsn(LSTORE, COUNTS);
    goOn(code.targets[k], k);
  }

  /** Jumps if the condition holds, or if it does not. */
  private void compare(Insn i, boolean inverted, Label to) {
    register(i.rs1);
    unsigned(i.op);
    pushB(i);
    unsigned(i.op);
    int jump =
        switch (i.op) {
          case Op.BEQ -> inverted ? IF_ICMPNE : IF_ICMPEQ;
          case Op.BNE -> inverted ? IF_ICMPEQ : IF_ICMPNE;
          case Op.BLT, Op.BLTU -> inverted ? IF_ICMPGE : IF_ICMPLT;
          default -> inverted ? IF_ICMPLT : IF_ICMPGE;
        };
    mv.visitJumpInsn(jump, to);
  }

  private void unsigned(int op) {
    if (op == Op.BLTU || op == Op.BGEU) {
      constant(Integer.MIN_VALUE);
      mv.visitInsn(IADD);
    }
  }

  private void jump(int k) {
    Insn i = code.insns[k];
    Insn target = code.targets[k];
    if (target == null || !places.containsKey(target)) {
      mv.visitJumpInsn(GOTO, exitBefore(k));
      return;
    }
    if (i.op == Op.JALR) {
      register(i.rs1);
      pushB(i);
      mv.visitInsn(IADD);
      constant(~1);
      mv.visitInsn(IAND);
      constant(target.address);
      mv.visitJumpInsn(IF_ICMPNE, exitBefore(k));
    }
    constant(i.address + i.size);
    store(i.rd);
    account(k);
    flush();
    goOn(target, k);
  }

  // ---- memory

  private void access(int k) {
    Insn i = code.insns[k];
    register(i.rs1);
    boolean moves = isPost(i.op) && i.rs1 != 0 && !addsToLoaded(i);
    if (isPost(i.op)) {
      if (moves) {
        mv.visitInsn(DUP);
        pushB(i);
        mv.visitInsn(IADD);
        mv.visitVarInsn(ISTORE, BASE);
      }
    } else {
      pushB(i);
      mv.visitInsn(IADD);
    }
    constant(~L1.BASE);
    mv.visitInsn(IAND);
    mv.visitVarInsn(ISTORE, OFFSET);
    int size = size(i.op);
    Label out = exitBefore(k);
    mv.visitVarInsn(ILOAD, OFFSET);
    constant(size == 4 ? memoryMask | 3 : memoryMask);
    mv.visitInsn(IAND);
    mv.visitJumpInsn(IFNE, out);
    if (size == 2) {
      mv.visitVarInsn(ILOAD, OFFSET);
      constant(3);
      mv.visitInsn(IAND);
      constant(3);
      mv.visitJumpInsn(IF_ICMPEQ, out);
    }
    if (traced) {
      mv.visitVarInsn(ALOAD, RUN);
      mv.visitVarInsn(ILOAD, OFFSET);
      String check = isStore(i.op) ? "mayStore" : "mayLoad";
      mv.visitMethodInsn(INVOKESTATIC, AHEAD, check, "(L" + AHEAD + ";I)Z", false);
      mv.visitJumpInsn(IFEQ, out);
    }
    if (isStore(i.op)) {
      storeTo(i);
    } else {
      load(i);
    }
    if (traced) {
      mv.visitIincInsn(P, 1);
    }
    if (moves) {
      mv.visitVarInsn(ILOAD, BASE);
      store(i.rs1);
    }
  }

  private void load(Insn i) {
    mv.visitVarInsn(ALOAD, MEMORY);
    mv.visitVarInsn(ILOAD, OFFSET);
    String name =
        switch (i.op) {
          case Op.LW, Op.LW_POST -> "word";
          case Op.LH, Op.LH_POST -> "half";
          case Op.LHU, Op.LHU_POST -> "halfUnsigned";
          case Op.LB, Op.LB_POST -> "signedByte";
          default -> "unsignedByte";
        };
    mv.visitMethodInsn(INVOKESTATIC, NEAR, name, "([BI)I", false);
    if (traced) {
      pushAccess();
      mv.visitMethodInsn(INVOKESTATIC, AHEAD, "noteLoad", "(IL" + AHEAD + ";III)I", false);
    }
    if (isPost(i.op) && addsToLoaded(i)) {
      constant(i.imm);
      mv.visitInsn(IADD);
    }
    store(i.rd);
  }

  private void storeTo(Insn i) {
    if (traced) {
      pushAccess();
      mv.visitMethodInsn(INVOKESTATIC, AHEAD, "noteStore", "(L" + AHEAD + ";III)V", false);
    }
    mv.visitVarInsn(ALOAD, MEMORY);
    mv.visitVarInsn(ILOAD, OFFSET);
    register(i.rd);
    String name =
        switch (size(i.op)) {
          case 4 -> "storeWord";
          case 2 -> "storeHalf";
          default -> "storeByte";
        };
    mv.visitMethodInsn(INVOKESTATIC, NEAR, name, "([BII)V", false);
  }

  /** The core, number, time and offset of the access. */
  private void pushAccess() {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitVarInsn(ILOAD, P);
    mv.visitVarInsn(ILOAD, T);
    if (cycles != 0) {
      constant(cycles);
      mv.visitInsn(IADD);
    }
    mv.visitVarInsn(ILOAD, OFFSET);
  }

  private static boolean isStore(int op) {
    return (op >= Op.SW && op <= Op.SB) || (op >= Op.SW_POST && op <= Op.SB_POST);
  }

  private static boolean isPost(int op) {
    return op >= Op.LW_POST && op <= Op.SB_POST;
  }

  private static boolean addsToLoaded(Insn i) {
    return Core.addsToLoaded(i);
  }

  private static int size(int op) {
    return switch (op) {
      case Op.LW, Op.LW_POST, Op.SW, Op.SW_POST -> 4;
      case Op.LH, Op.LH_POST, Op.LHU, Op.LHU_POST, Op.SH, Op.SH_POST -> 2;
      default -> 1;
    };
  }

  // ---- hardware loops

  private void setLoop(Insn i) {
    int loop = i.constant;
    int target = HotCodeFinder.target(i);
    if (i.op == Op.LP_START || i.op == Op.LP_SETUP) {
      constant(i.op == Op.LP_SETUP ? i.address + 4 : target);
      mv.visitVarInsn(ISTORE, LOOP_START + loop);
    }
    if (i.op == Op.LP_END || i.op == Op.LP_SETUP) {
      constant(target);
      mv.visitVarInsn(ISTORE, LOOP_END + loop);
    }
    if (i.op == Op.LP_COUNT || i.op == Op.LP_SETUP) {
      register(i.rs1);
      pushB(i);
      mv.visitInsn(IADD);
      mv.visitVarInsn(ISTORE, LOOP_COUNT + loop);
    }
  }

  /** Leaves before a loop's last instruction when no loop goes back there. */
  private void onlyIfLooping(int k) {
    Label goes = new Label();
    for (int loop = 0; loop < 2; loop++) {
      Label other = new Label();
      mv.visitVarInsn(ILOAD, LOOP_COUNT + loop);
      mv.visitJumpInsn(IFEQ, other);
      mv.visitVarInsn(ILOAD, LOOP_END + loop);
      constant(code.insns[k].address);
      mv.visitJumpInsn(IF_ICMPNE, other);
      mv.visitVarInsn(ILOAD, LOOP_COUNT + loop);
      constant(1);
      mv.visitJumpInsn(IF_ICMPNE, goes);
      mv.visitLabel(other);
    }
    mv.visitJumpInsn(GOTO, exitBefore(k));
    mv.visitLabel(goes);
  }

  private void lost() {
    mv.visitMethodInsn(INVOKESTATIC, AHEAD, "lost", "()Ljava/lang/IllegalStateException;", false);
    mv.visitInsn(ATHROW);
  }

  /** After a loop's last instruction: back to its start, or on. */
  private void loopBack(int k) {
    for (int loop = 0; loop < 2; loop++) {
      Label over = new Label();
      mv.visitVarInsn(ILOAD, LOOP_COUNT + loop);
      mv.visitJumpInsn(IFEQ, over);
      mv.visitVarInsn(ILOAD, LOOP_END + loop);
      constant(code.insns[k].address);
      mv.visitJumpInsn(IF_ICMPNE, over);
      mv.visitIincInsn(LOOP_COUNT + loop, -1);
      mv.visitVarInsn(ILOAD, LOOP_COUNT + loop);
      mv.visitJumpInsn(IFEQ, over);
      for (int start : code.loopStarts) {
        Label another = new Label();
        mv.visitVarInsn(ILOAD, LOOP_START + loop);
        constant(start);
        mv.visitJumpInsn(IF_ICMPNE, another);
        goOn(at(start), k);
        mv.visitLabel(another);
      }
      lost();
      mv.visitLabel(over);
    }
  }

  private Insn at(int address) {
    for (Insn exit : code.exits) {
      if (exit.address == address) {
        return exit;
      }
    }
    throw new IllegalStateException("No loop begins at " + address);
  }

  // ---- bits and pieces

  private boolean isJump(int k) {
    return code.insns[k].op == Op.JAL || code.insns[k].op == Op.JALR;
  }

  private void register(int r) {
    if (r == 0) {
      mv.visitInsn(ICONST_0);
    } else {
      mv.visitVarInsn(ILOAD, X + r);
    }
  }

  private void store(int r) {
    if (r == Decoded.NOWHERE) {
      mv.visitInsn(POP);
    } else {
      mv.visitVarInsn(ISTORE, X + r);
    }
  }

  private void constant(int value) {
    if (value >= -1 && value <= 5) {
      mv.visitInsn(ICONST_0 + value);
    } else if (value == (byte) value) {
      mv.visitIntInsn(BIPUSH, value);
    } else if (value == (short) value) {
      mv.visitIntInsn(SIPUSH, value);
    } else {
      mv.visitLdcInsn(value);
    }
  }
}
