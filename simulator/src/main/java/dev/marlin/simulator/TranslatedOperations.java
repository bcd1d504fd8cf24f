package dev.marlin.simulator;

import static org.objectweb.asm.Opcodes.*;

import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Op;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.VarInsnNode;

/** Writes the bytecode of instructions that compute, load or store. */
final class TranslatedOperations {
  private final TranslatedFrame frame;
  private final MethodVisitor mv;
  private final boolean traced;

  /** Bits of an address that are an offset in L1; and those that are 0 if it lies there. */
  private final int offsetMask;

  private final int beyond;

  private final int bankMask;

  TranslatedOperations(TranslatedFrame frame, int l1Bytes, int bankMask) {
    this.frame = frame;
    this.mv = frame.mv;
    this.traced = frame.traced;
    this.offsetMask = l1Bytes - 1;
    this.beyond = -l1Bytes & ~L1.BASE;
    this.bankMask = bankMask;
  }

  void compute(Insn i) {
    int b = TranslatedFrame.SCALAR;
    if (i.scalar != Decoded.PLAIN) {
      frame.constant(i.scalar);
      frame.pushB(i);
      mv.visitMethodInsn(INVOKESTATIC, TranslatedFrame.CORE, "replicate", "(II)I", false);
      mv.visitVarInsn(ISTORE, b);
    } else if (i.rs2 != 0 && i.imm != 0) {
      frame.pushB(i);
      mv.visitVarInsn(ISTORE, b);
    }
    for (AbstractInsnNode node : AluCode.of(i.op)) {
      if (node instanceof VarInsnNode variable) {
        switch (variable.var) {
          case AluCode.A -> frame.register(i.rs1);
          case AluCode.B -> {
            if (i.scalar != Decoded.PLAIN || (i.rs2 != 0 && i.imm != 0)) {
              mv.visitVarInsn(ILOAD, b);
            } else {
              frame.pushB(i);
            }
          }
          case AluCode.D -> frame.register(i.rd == Decoded.NOWHERE ? 0 : i.rd);
          case AluCode.C -> frame.constant(i.constant);
          default -> throw new IllegalStateException("Alu.compute uses a local variable.");
        }
      } else {
        node.accept(mv);
      }
    }
    frame.store(i.rd);
  }

  /**
   * Writes a load or store.
   *
   * @param cycles from when the time was last written down
   * @param out where to leave when it is not one of a word of L1
   */
  void access(Insn i, int cycles, Label out) {
    frame.register(i.rs1);
    boolean moves = i.post == Insn.MOVES;
    if (i.post != Insn.NO_POST) {
      if (moves) {
        mv.visitInsn(DUP);
        frame.pushB(i);
        mv.visitInsn(IADD);
        mv.visitVarInsn(ISTORE, TranslatedFrame.BASE);
      }
    } else {
      frame.pushB(i);
      mv.visitInsn(IADD);
    }
    mv.visitInsn(DUP);
    mv.visitVarInsn(ISTORE, TranslatedFrame.ADDRESS);
    mv.visitInsn(DUP);
    frame.constant(offsetMask);
    mv.visitInsn(IAND);
    mv.visitVarInsn(ISTORE, TranslatedFrame.OFFSET);
    int size = i.bytes;
    frame.constant(size == 4 ? beyond | 3 : beyond);
    mv.visitInsn(IAND);
    mv.visitJumpInsn(IFNE, out);
    if (size == 2) {
      mv.visitVarInsn(ILOAD, TranslatedFrame.OFFSET);
      frame.constant(3);
      mv.visitInsn(IAND);
      frame.constant(3);
      mv.visitJumpInsn(IF_ICMPEQ, out);
    }
    if (traced) {
      note(cycles);
    }
    if (i.kind == Insn.STORE) {
      storeTo(i, cycles);
    } else {
      load(i);
    }
    if (moves) {
      mv.visitVarInsn(ILOAD, TranslatedFrame.BASE);
      frame.store(i.rs1);
    }
  }

  private void load(Insn i) {
    mv.visitVarInsn(ALOAD, TranslatedFrame.MEMORY);
    mv.visitVarInsn(ILOAD, TranslatedFrame.OFFSET);
    String name =
        switch (i.op) {
          case Op.LW, Op.LW_POST -> "word";
          case Op.LH, Op.LH_POST -> "half";
          case Op.LHU, Op.LHU_POST -> "halfUnsigned";
          case Op.LB, Op.LB_POST -> "signedByte";
          default -> "unsignedByte";
        };
    mv.visitMethodInsn(INVOKESTATIC, TranslatedFrame.NEAR, name, "([BI)I", false);
    if (i.post == Insn.ADDS_TO_LOADED) {
      frame.constant(i.imm);
      mv.visitInsn(IADD);
    }
    frame.store(i.rd);
  }

  private void storeTo(Insn i, int cycles) {
    if (traced) {
      mv.visitVarInsn(ALOAD, TranslatedFrame.MEMORY);
      mv.visitVarInsn(ALOAD, TranslatedFrame.STORES);
      mv.visitVarInsn(ILOAD, TranslatedFrame.STORE_COUNT);
      time(cycles);
      mv.visitVarInsn(ILOAD, TranslatedFrame.OFFSET);
      mv.visitMethodInsn(INVOKESTATIC, TranslatedFrame.AHEAD, "noteStore", "([B[JIII)V", false);
      mv.visitIincInsn(TranslatedFrame.STORE_COUNT, 1);
    }
    mv.visitVarInsn(ALOAD, TranslatedFrame.MEMORY);
    mv.visitVarInsn(ILOAD, TranslatedFrame.OFFSET);
    frame.register(i.rd);
    String name =
        switch (i.bytes) {
          case 4 -> "storeWord";
          case 2 -> "storeHalf";
          default -> "storeByte";
        };
    mv.visitMethodInsn(INVOKESTATIC, TranslatedFrame.NEAR, name, "([BII)V", false);
  }

  /** Writes down which word and which bank are accessed. */
  private void note(int cycles) {
    mv.visitVarInsn(ILOAD, TranslatedFrame.ADDRESS);
    mv.visitVarInsn(ALOAD, TranslatedFrame.MARKS);
    mv.visitVarInsn(ILOAD, TranslatedFrame.SEAL);
    mv.visitVarInsn(ALOAD, TranslatedFrame.LANES);
    mv.visitVarInsn(ILOAD, TranslatedFrame.LANE);
    time(cycles);
    mv.visitInsn(ICONST_1);
    mv.visitInsn(ISHL);
    mv.visitInsn(IADD);
    frame.constant(bankMask);
    mv.visitMethodInsn(INVOKESTATIC, TranslatedFrame.AHEAD, "note", "(I[BI[BII)V", false);
  }

  /** Leaves the time of an access on the stack. */
  private void time(int cycles) {
    mv.visitVarInsn(ILOAD, TranslatedFrame.T);
    if (cycles != 0) {
      frame.constant(cycles);
      mv.visitInsn(IADD);
    }
  }
}
