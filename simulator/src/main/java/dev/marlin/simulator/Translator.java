package dev.marlin.simulator;

import static org.objectweb.asm.Opcodes.*;

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

/**
 * Turns {@link HotCode} into a hidden class.
 *
 * <p>Registers and hardware loops live in local variables; time, counts and (for cores that share
 * L1 with others) the cycles without an instruction are added once for each stretch of straight
 * code, counts only as far as it is not an instruction in each cycle. Whatever the translation does
 * not do itself ends it before the instruction: accesses beyond L1 or across words, and ways that
 * nobody has gone yet.
 */
final class Translator {
  /** Straight code longer than this many cycles is cut, so that its gaps fit a mask. */
  private static final int LONGEST = 48;

  private final HotCode code;
  private final boolean traced;
  private final TranslatedFrame frame;
  private final TranslatedOperations operations;
  private final MethodVisitor mv;
  private final Map<Insn, Integer> places = new HashMap<>();
  private final Label[] labels;
  private final boolean[] leaders;
  private final List<Runnable> stubs = new ArrayList<>();

  // What the straight code has cost since it was last written down.
  private int cycles;
  private int executed;
  private int loadUse;
  private int branches;
  private long gaps;

  private Translator(HotCode code, boolean traced, int l1Bytes, int bankMask, MethodVisitor mv) {
    this.code = code;
    this.traced = traced;
    this.mv = mv;
    this.frame = new TranslatedFrame(code, traced, mv);
    this.operations = new TranslatedOperations(frame, l1Bytes, bankMask);
    this.labels = new Label[code.insns.length];
    this.leaders = HotCodeFinder.leaders(code);
    for (int k = 0; k < code.exits.length; k++) {
      places.put(code.exits[k], k);
    }
    for (int k = 0; k < labels.length; k++) {
      labels[k] = new Label();
    }
  }

  /**
   * Translates.
   *
   * @param traced whether accesses and starts of instructions are written down, to be timed later
   * @param l1Bytes size of L1, a power of two
   * @param bankMask number of L1's banks, a power of two, less one
   */
  static Region translate(HotCode code, boolean traced, int l1Bytes, int bankMask) {
    ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES);
    writer.visit(
        V17,
        ACC_FINAL | ACC_SUPER,
        TranslatedFrame.REGION + "$Translated",
        null,
        TranslatedFrame.REGION,
        null);
    MethodVisitor init = writer.visitMethod(0, "<init>", "()V", null, null);
    init.visitCode();
    init.visitVarInsn(ALOAD, 0);
    init.visitMethodInsn(INVOKESPECIAL, TranslatedFrame.REGION, "<init>", "()V", false);
    init.visitInsn(RETURN);
    init.visitMaxs(0, 0);
    init.visitEnd();
    MethodVisitor run =
        writer.visitMethod(0, "run", "(L" + TranslatedFrame.AHEAD + ";II)I", null, null);
    run.visitCode();
    new Translator(code, traced, l1Bytes, bankMask, run).write();
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

  private void write() {
    frame.enter();
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
    frame.leave();
  }

  // ---- time

  /** Writes down what the straight code so far has cost. */
  private void flush() {
    cost(cycles, counts(), gaps);
    reset();
  }

  private void reset() {
    cycles = 0;
    executed = 0;
    loadUse = 0;
    branches = 0;
    gaps = 0;
  }

  /** What is counted besides an instruction in each cycle. */
  private long counts() {
    return RunAhead.counts(0, loadUse, branches) + executed - cycles;
  }

  private void cost(int cost, long counts, long mask) {
    if (traced && mask != 0) {
      mv.visitVarInsn(ALOAD, TranslatedFrame.GAPS);
      mv.visitVarInsn(ILOAD, TranslatedFrame.T);
      mv.visitLdcInsn(mask);
      mv.visitMethodInsn(INVOKESTATIC, TranslatedFrame.AHEAD, "mark", "([JIJ)V", false);
    }
    if (cost != 0) {
      mv.visitIincInsn(TranslatedFrame.T, cost);
    }
    if (counts != 0) {
      mv.visitVarInsn(LLOAD, TranslatedFrame.COUNTS);
      mv.visitLdcInsn(counts);
      mv.visitInsn(LADD);
      mv.visitVarInsn(LSTORE, TranslatedFrame.COUNTS);
    }
  }

  private void account(int k) {
    Insn i = code.insns[k];
    int takes = i.cycles;
    if (code.stalls[k]) {
      takes += i.stallCycles();
      loadUse += i.stallCycles();
    }
    gaps |= ((1L << takes) - 2) << cycles;
    executed++;
    cycles += takes;
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
    long mask = gaps;
    stubs.add(
        () -> {
          mv.visitLabel(label);
          cost(cost, counts, mask);
          exit(k);
        });
    return label;
  }

  private void exit(int place) {
    frame.constant(place);
    mv.visitVarInsn(ISTORE, TranslatedFrame.EXIT);
    mv.visitJumpInsn(GOTO, frame.end);
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
      mv.visitVarInsn(ILOAD, TranslatedFrame.T);
      mv.visitVarInsn(ILOAD, TranslatedFrame.LIMIT);
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
    if (code.loopEnds[k]) {
      onlyToKnownStarts(k);
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
      operations.access(i, cycles, exitBefore(k));
    } else if (op >= Op.LP_START && op <= Op.LP_SETUP) {
      setLoop(i);
    } else {
      operations.compute(i);
    }
    account(k);
    if (code.loopEnds[k]) {
      flush();
      loopBack(k);
      if (!places.containsKey(i.next)) {
        frame.lost();
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
        frame.compare(i, true, falls);
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
      starts |= fetched(i, code.exitAt(start));
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
    mv.visitVarInsn(LLOAD, TranslatedFrame.MISSING);
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

  private boolean branch(int k) {
    Insn i = code.insns[k];
    boolean takenKnown = places.containsKey(code.targets[k]);
    boolean nextKnown = places.containsKey(i.next);
    if (!takenKnown && !nextKnown) {
      mv.visitJumpInsn(GOTO, exitBefore(k));
      return false;
    }
    if (!takenKnown) {
      frame.compare(i, false, exitBefore(k));
      account(k);
      return true;
    }
    if (!nextKnown) {
      frame.compare(i, true, exitBefore(k));
      account(k);
      taken(k);
      return false;
    }
    Label notTaken = new Label();
    account(k);
    frame.compare(i, true, notTaken);
    taken(k);
    mv.visitLabel(notTaken);
    return true;
  }

  private void taken(int k) {
    cost(cycles + 2, counts() + RunAhead.counts(0, 0, 2) - 2, gaps | 3L << cycles);
    goOn(code.targets[k], k);
  }

  private void jump(int k) {
    Insn i = code.insns[k];
    Insn target = code.targets[k];
    if (target == null || !places.containsKey(target)) {
      mv.visitJumpInsn(GOTO, exitBefore(k));
      return;
    }
    if (i.op == Op.JALR) {
      frame.register(i.rs1);
      frame.pushB(i);
      mv.visitInsn(IADD);
      frame.constant(~1);
      mv.visitInsn(IAND);
      frame.address(target.address);
      mv.visitJumpInsn(IF_ICMPNE, exitBefore(k));
    }
    frame.address(i.address + i.size);
    frame.store(i.rd);
    account(k);
    flush();
    goOn(target, k);
  }

  // ---- hardware loops

  private void setLoop(Insn i) {
    int loop = i.constant;
    int target = HotCodeFinder.target(i);
    if (i.op == Op.LP_START || i.op == Op.LP_SETUP) {
      frame.address(i.op == Op.LP_SETUP ? i.address + 4 : target);
      mv.visitVarInsn(ISTORE, TranslatedFrame.LOOP_START + loop);
    }
    if (i.op == Op.LP_END || i.op == Op.LP_SETUP) {
      frame.address(target);
      mv.visitVarInsn(ISTORE, TranslatedFrame.LOOP_END + loop);
    }
    if (i.op == Op.LP_COUNT || i.op == Op.LP_SETUP) {
      frame.register(i.rs1);
      frame.pushB(i);
      mv.visitInsn(IADD);
      mv.visitVarInsn(ISTORE, TranslatedFrame.LOOP_COUNT + loop);
    }
  }

  /** Jumps unless a loop is under way that ends with an instruction. */
  private void unlessEnding(int loop, int k, Label to) {
    mv.visitVarInsn(ILOAD, TranslatedFrame.LOOP_COUNT + loop);
    mv.visitJumpInsn(IFEQ, to);
    mv.visitVarInsn(ILOAD, TranslatedFrame.LOOP_END + loop);
    frame.address(code.insns[k].address);
    mv.visitJumpInsn(IF_ICMPNE, to);
  }

  /** Leaves before a loop's last instruction when no loop goes back there. */
  private void onlyIfLooping(int k) {
    Label goes = new Label();
    for (int loop = 0; loop < 2; loop++) {
      Label other = new Label();
      unlessEnding(loop, k, other);
      mv.visitVarInsn(ILOAD, TranslatedFrame.LOOP_COUNT + loop);
      frame.constant(1);
      mv.visitJumpInsn(IF_ICMPNE, goes);
      mv.visitLabel(other);
    }
    mv.visitJumpInsn(GOTO, exitBefore(k));
    mv.visitLabel(goes);
  }

  /**
   * Leaves before a loop's last instruction when the loop begins elsewhere: its start may have been
   * set long before the rest of it.
   */
  private void onlyToKnownStarts(int k) {
    for (int loop = 0; loop < 2; loop++) {
      if (!code.movesLoop(loop)) {
        continue;
      }
      Label fine = new Label();
      unlessEnding(loop, k, fine);
      for (int start : code.loopStarts) {
        mv.visitVarInsn(ILOAD, TranslatedFrame.LOOP_START + loop);
        frame.address(start);
        mv.visitJumpInsn(IF_ICMPEQ, fine);
      }
      mv.visitJumpInsn(GOTO, exitBefore(k));
      mv.visitLabel(fine);
    }
  }

  /** After a loop's last instruction: back to its start, or on. */
  private void loopBack(int k) {
    for (int loop = 0; loop < 2; loop++) {
      Label over = new Label();
      unlessEnding(loop, k, over);
      mv.visitIincInsn(TranslatedFrame.LOOP_COUNT + loop, -1);
      mv.visitVarInsn(ILOAD, TranslatedFrame.LOOP_COUNT + loop);
      mv.visitJumpInsn(IFEQ, over);
      for (int start : code.loopStarts) {
        Label another = new Label();
        mv.visitVarInsn(ILOAD, TranslatedFrame.LOOP_START + loop);
        frame.address(start);
        mv.visitJumpInsn(IF_ICMPNE, another);
        goOn(code.exitAt(start), k);
        mv.visitLabel(another);
      }
      frame.lost();
      mv.visitLabel(over);
    }
  }

  // ---- bits and pieces

  private boolean isJump(int k) {
    return code.insns[k].op == Op.JAL || code.insns[k].op == Op.JALR;
  }
}
