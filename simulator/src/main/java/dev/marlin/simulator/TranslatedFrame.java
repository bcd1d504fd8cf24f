package dev.marlin.simulator;

import static org.objectweb.asm.Opcodes.*;

import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Op;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/**
 * The local variables of a translation: how they are filled from {@link RunAhead} and written back,
 * and how values get from them onto the stack.
 */
final class TranslatedFrame {
  static final String REGION = "dev/marlin/simulator/Region";
  static final String AHEAD = "dev/marlin/simulator/RunAhead";
  static final String NEAR = "dev/marlin/simulator/Near";
  static final String CORE = "dev/marlin/simulator/Core";

  // Local variables. The first three are the parameters.
  static final int RUN = 1;
  static final int T = 2;
  static final int LIMIT = 3;
  static final int REGISTERS = 4;
  static final int MEMORY = 5;
  static final int GAPS = 8;
  static final int STORE_COUNT = 9;
  static final int OFFSET = 10;
  static final int BASE = 11;
  static final int EXIT = 12;
  static final int COUNTS = 13;
  static final int SCALAR = 15;
  static final int LOOP_START = 16;
  static final int LOOP_END = 18;
  static final int LOOP_COUNT = 20;
  static final int MISSING = 22;
  static final int ORIGIN = 24;
  static final int STORES = 25;
  static final int MARKS = 26;
  static final int SEAL = 27;
  static final int LANES = 28;
  static final int LANE = 29;
  static final int ADDRESS = 30;
  static final int X = 31;

  final HotCode code;
  final boolean traced;
  final MethodVisitor mv;

  /** Where the translation ends. */
  final Label end = new Label();

  private final boolean usesLoops;
  private final long written;
  private final long used;

  TranslatedFrame(HotCode code, boolean traced, MethodVisitor mv) {
    this.code = code;
    this.traced = traced;
    this.mv = mv;
    boolean loops = false;
    long reads = 0;
    long writes = 0;
    for (int k = 0; k < code.insns.length; k++) {
      Insn i = code.insns[k];
      loops |= code.loopEnds[k] || i.kind == Insn.LOOP;
      reads |= 1L << i.rs1 | 1L << i.rs2 | 1L << i.rd;
      if (i.kind != Insn.STORE) {
        writes |= 1L << i.rd;
      }
      if (i.post == Insn.MOVES) {
        writes |= 1L << i.rs1;
      }
    }
    this.used = reads & 0xfffffffeL;
    this.written = writes & used;
    this.usesLoops = loops;
  }

  void enter() {
    get("registers", "[I", REGISTERS);
    get("memory", "[B", MEMORY);
    if (traced) {
      get("gaps", "[J", GAPS);
      get("stores", "[J", STORES);
      get("storeCount", "I", STORE_COUNT);
      get("marks", "[B", MARKS);
      get("seal", "I", SEAL);
      get("lanes", "[B", LANES);
      get("lane", "I", LANE);
    }
    get("missing", "J", MISSING);
    get("origin", "I", ORIGIN);
    mv.visitVarInsn(ILOAD, T);
    mv.visitInsn(INEG);
    mv.visitInsn(I2L);
    mv.visitVarInsn(LSTORE, COUNTS);
    for (int local : new int[] {OFFSET, ADDRESS, BASE, EXIT, SCALAR}) {
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

  void leave() {
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
    mv.visitVarInsn(ILOAD, T);
    mv.visitInsn(I2L);
    mv.visitInsn(LADD);
    mv.visitFieldInsn(PUTFIELD, AHEAD, "counts", "J");
    if (traced) {
      mv.visitVarInsn(ALOAD, RUN);
      mv.visitVarInsn(ILOAD, STORE_COUNT);
      mv.visitFieldInsn(PUTFIELD, AHEAD, "storeCount", "I");
    }
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitVarInsn(ILOAD, EXIT);
    mv.visitFieldInsn(PUTFIELD, AHEAD, "exit", "I");
    mv.visitVarInsn(ILOAD, T);
    mv.visitInsn(IRETURN);
  }

  void get(String field, String type, int local) {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, field, type);
    mv.visitVarInsn(Type.getType(type).getOpcode(ISTORE), local);
  }

  void getLoop(String field, int loop, int local) {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, field, "[I");
    constant(loop);
    mv.visitInsn(IALOAD);
    mv.visitVarInsn(ISTORE, local + loop);
  }

  void putLoop(String field, int loop, int local) {
    mv.visitVarInsn(ALOAD, RUN);
    mv.visitFieldInsn(GETFIELD, AHEAD, field, "[I");
    constant(loop);
    mv.visitVarInsn(ILOAD, local + loop);
    mv.visitInsn(IASTORE);
  }

  // ---- values

  /** Leaves the second operand on the stack. */
  void pushB(Insn i) {
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

  void register(int r) {
    if (r == 0) {
      mv.visitInsn(ICONST_0);
    } else {
      mv.visitVarInsn(ILOAD, X + r);
    }
  }

  void store(int r) {
    if (r == Decoded.NOWHERE) {
      mv.visitInsn(POP);
    } else {
      mv.visitVarInsn(ISTORE, X + r);
    }
  }

  /** Leaves an address on the stack: wherever the code lies. */
  void address(int value) {
    mv.visitVarInsn(ILOAD, ORIGIN);
    constant(value - code.insns[0].address);
    mv.visitInsn(IADD);
  }

  void constant(int value) {
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

  /** Fails: the code must not get here. */
  void lost() {
    mv.visitMethodInsn(INVOKESTATIC, AHEAD, "lost", "()Ljava/lang/IllegalStateException;", false);
    mv.visitInsn(ATHROW);
  }

  /** Jumps if the condition holds, or if it does not. */
  void compare(Insn i, boolean inverted, Label to) {
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
}
