package dev.marlin.simulator.isa;

/**
 * The table from operations to pure functions: what every instruction beyond {@link Op#FIRST_ALU}
 * computes.
 *
 * <p>Semantics are here and nowhere else: an interpreter calls {@link #compute}; a translator may
 * call the functions directly.
 */
public final class Alu {
  private Alu() {}

  /** Whether an operation is a function of two registers, the destination and a constant. */
  public static boolean isPure(int op) {
    return op <= Op.AND
        || (op >= Op.MUL && op <= Op.SDOTSP_H)
        || (op >= Op.MULH && op <= Op.MULHU)
        || op >= Op.FIRST_ALU;
  }

  /**
   * The result of an operation.
   *
   * <p>Each case is one expression without branches, so that the translator can copy its bytecode.
   *
   * @param op a constant of {@link Op} for which {@link #isPure} holds
   * @param a first source
   * @param b second source, replicated already for scalar forms
   * @param d the destination's old value
   * @param c the instruction's constant
   */
  public static int compute(int op, int a, int b, int d, int c) {
    return switch (op) {
      case Op.ADD -> a + b;
      case Op.SUB -> a - b;
      case Op.SLL -> a << b;
      case Op.SLT -> Scalar.less(a, b);
      case Op.SLTU -> Scalar.lessUnsigned(a, b);
      case Op.XOR -> a ^ b;
      case Op.SRL -> a >>> b;
      case Op.SRA -> a >> b;
      case Op.OR -> a | b;
      case Op.AND -> a & b;
      case Op.MUL -> a * b;
      case Op.MAC -> d + a * b;
      case Op.SDOTUSP_B -> d + Vector.dotuspB(a, b);
      case Op.SDOTUP_B -> d + Vector.dotupB(a, b);
      case Op.SDOTSP_B -> d + Vector.dotspB(a, b);
      case Op.SDOTSP_H -> d + Vector.dotspH(a, b);
      case Op.MULH -> Scalar.mulh(a, b);
      case Op.MULHSU -> Scalar.mulhsu(a, b);
      case Op.MULHU -> Scalar.mulhu(a, b);
      case Op.AVGU -> (a + b) >>> 1;
      case Op.SLET -> Scalar.lessOrEqual(a, b);
      case Op.SLETU -> Scalar.lessOrEqualUnsigned(a, b);
      case Op.MIN -> Math.min(a, b);
      case Op.MINU -> Scalar.minu(a, b);
      case Op.MAX -> Math.max(a, b);
      case Op.MAXU -> Scalar.maxu(a, b);
      case Op.ROR -> Integer.rotateRight(a, b);
      case Op.FF1 -> Integer.numberOfTrailingZeros(a);
      case Op.FL1 -> Scalar.fl1(a);
      case Op.CLB -> Scalar.clb(a);
      case Op.CNT -> Integer.bitCount(a);
      case Op.EXTHS -> (short) a;
      case Op.EXTHZ -> a & 0xffff;
      case Op.EXTBS -> (byte) a;
      case Op.EXTBZ -> a & 0xff;
      case Op.ABS -> Math.abs(a);
      case Op.ADD_H -> Vector.addH(a, b);
      case Op.ADD_B -> Vector.addB(a, b);
      case Op.SUB_H -> Vector.subH(a, b);
      case Op.SUB_B -> Vector.subB(a, b);
      case Op.AVG_H -> Vector.avgH(a, b);
      case Op.AVG_B -> Vector.avgB(a, b);
      case Op.AVGU_H -> Vector.avguH(a, b);
      case Op.AVGU_B -> Vector.avguB(a, b);
      case Op.MIN_H -> Vector.minH(a, b);
      case Op.MIN_B -> Vector.minB(a, b);
      case Op.MINU_H -> Vector.minuH(a, b);
      case Op.MINU_B -> Vector.minuB(a, b);
      case Op.MAX_H -> Vector.maxH(a, b);
      case Op.MAX_B -> Vector.maxB(a, b);
      case Op.MAXU_H -> Vector.maxuH(a, b);
      case Op.MAXU_B -> Vector.maxuB(a, b);
      case Op.SRL_H -> Vector.srlH(a, b);
      case Op.SRL_B -> Vector.srlB(a, b);
      case Op.SRA_H -> Vector.sraH(a, b);
      case Op.SRA_B -> Vector.sraB(a, b);
      case Op.SLL_H -> Vector.sllH(a, b);
      case Op.SLL_B -> Vector.sllB(a, b);
      case Op.ABS_H -> Vector.absH(a);
      case Op.ABS_B -> Vector.absB(a);
      case Op.EXTRACT_H -> Shuffle.extractH(a, b);
      case Op.EXTRACT_B -> Shuffle.extractB(a, b);
      case Op.EXTRACTU_H -> Shuffle.extractuH(a, b);
      case Op.EXTRACTU_B -> Shuffle.extractuB(a, b);
      case Op.INSERT_H -> Shuffle.insertH(a, b, d);
      case Op.INSERT_B -> Shuffle.insertB(a, b, d);
      case Op.DOTSP_H -> Vector.dotspH(a, b);
      case Op.DOTSP_B -> Vector.dotspB(a, b);
      case Op.DOTUP_H -> Vector.dotupH(a, b);
      case Op.DOTUP_B -> Vector.dotupB(a, b);
      case Op.DOTUSP_H -> Vector.dotuspH(a, b);
      case Op.DOTUSP_B -> Vector.dotuspB(a, b);
      case Op.SDOTUP_H -> d + Vector.dotupH(a, b);
      case Op.SDOTUSP_H -> d + Vector.dotuspH(a, b);
      case Op.SHUFFLE_H -> Shuffle.shuffleH(a, b);
      case Op.SHUFFLE_SCI_H -> Shuffle.shuffleSciH(a, b);
      case Op.SHUFFLE_B -> Shuffle.shuffleB(a, b);
      case Op.SHUFFLEI -> Shuffle.shuffleI(a, b, c);
      case Op.SHUFFLE2_H -> Shuffle.shuffle2H(a, b, d);
      case Op.SHUFFLE2_B -> Shuffle.shuffle2B(a, b, d);
      case Op.PACK_H -> Shuffle.packH(a, b);
      case Op.PACKHI_B -> Shuffle.packHiB(a, b, d);
      case Op.PACKLO_B -> Shuffle.packLoB(a, b, d);
      case Op.CMPEQ_H -> Vector.cmpeqH(a, b);
      case Op.CMPEQ_B -> Vector.cmpeqB(a, b);
      case Op.CMPNE_H -> Vector.cmpneH(a, b);
      case Op.CMPNE_B -> Vector.cmpneB(a, b);
      case Op.CMPGT_H -> Vector.cmpgtH(a, b);
      case Op.CMPGT_B -> Vector.cmpgtB(a, b);
      case Op.CMPGE_H -> Vector.cmpgeH(a, b);
      case Op.CMPGE_B -> Vector.cmpgeB(a, b);
      case Op.CMPLT_H -> Vector.cmpltH(a, b);
      case Op.CMPLT_B -> Vector.cmpltB(a, b);
      case Op.CMPLE_H -> Vector.cmpleH(a, b);
      case Op.CMPLE_B -> Vector.cmpleB(a, b);
      case Op.CMPGTU_H -> Vector.cmpgtuH(a, b);
      case Op.CMPGTU_B -> Vector.cmpgtuB(a, b);
      case Op.CMPGEU_H -> Vector.cmpgeuH(a, b);
      case Op.CMPGEU_B -> Vector.cmpgeuB(a, b);
      case Op.CMPLTU_H -> Vector.cmpltuH(a, b);
      case Op.CMPLTU_B -> Vector.cmpltuB(a, b);
      case Op.CMPLEU_H -> Vector.cmpleuH(a, b);
      case Op.CMPLEU_B -> Vector.cmpleuB(a, b);
      case Op.MSU -> d - a * b;
      case Op.MULS -> ((short) a * (short) b) >> c;
      case Op.MULHHS -> ((a >> 16) * (b >> 16)) >> c;
      case Op.MULS_R -> ((short) a * (short) b + Scalar.half(c)) >> c;
      case Op.MULHHS_R -> ((a >> 16) * (b >> 16) + Scalar.half(c)) >> c;
      case Op.MULU -> ((a & 0xffff) * (b & 0xffff)) >>> c;
      case Op.MULHHU -> ((a >>> 16) * (b >>> 16)) >>> c;
      case Op.MULU_R -> ((a & 0xffff) * (b & 0xffff) + Scalar.half(c)) >>> c;
      case Op.MULHHU_R -> ((a >>> 16) * (b >>> 16) + Scalar.half(c)) >>> c;
      case Op.MACS -> (d + (short) a * (short) b) >> c;
      case Op.MACHHS -> (d + (a >> 16) * (b >> 16)) >> c;
      case Op.MACS_R -> (d + (short) a * (short) b + Scalar.half(c)) >> c;
      case Op.MACHHS_R -> (d + (a >> 16) * (b >> 16) + Scalar.half(c)) >> c;
      case Op.MACU -> (d + (a & 0xffff) * (b & 0xffff)) >>> c;
      case Op.MACHHU -> (d + (a >>> 16) * (b >>> 16)) >>> c;
      case Op.MACU_R -> (d + (a & 0xffff) * (b & 0xffff) + Scalar.half(c)) >>> c;
      case Op.MACHHU_R -> (d + (a >>> 16) * (b >>> 16) + Scalar.half(c)) >>> c;
      case Op.ADDN -> (a + b) >> c;
      case Op.ADDUN -> (a + b) >>> c;
      case Op.ADDRN -> (a + b + Scalar.half(c)) >> c;
      case Op.ADDURN -> (a + b + Scalar.half(c)) >>> c;
      case Op.SUBN -> (a - b) >> c;
      case Op.SUBUN -> (a - b) >>> c;
      case Op.SUBRN -> (a - b + Scalar.half(c)) >> c;
      case Op.SUBURN -> (a - b + Scalar.half(c)) >>> c;
      case Op.ADDN_REG -> (d + a) >> (b & 31);
      case Op.ADDUN_REG -> (d + a) >>> (b & 31);
      case Op.ADDRN_REG -> (d + a + Scalar.half(b & 31)) >> (b & 31);
      case Op.ADDURN_REG -> (d + a + Scalar.half(b & 31)) >>> (b & 31);
      case Op.SUBN_REG -> (d - a) >> (b & 31);
      case Op.SUBUN_REG -> (d - a) >>> (b & 31);
      case Op.SUBRN_REG -> (d - a + Scalar.half(b & 31)) >> (b & 31);
      case Op.SUBURN_REG -> (d - a + Scalar.half(b & 31)) >>> (b & 31);
      case Op.CLIP -> Scalar.clip(a, b);
      case Op.CLIPU -> Scalar.clipu(a, b);
      case Op.CLIPR -> Scalar.clipr(a, b);
      case Op.CLIPUR -> Scalar.clipur(a, b);
      case Op.EXTRACT -> Scalar.extract(a, b);
      case Op.EXTRACTU -> Scalar.extractu(a, b);
      case Op.INSERT -> Scalar.insert(a, b, d);
      case Op.BSET -> Scalar.bset(a, b);
      case Op.BCLR -> Scalar.bclr(a, b);
      case Op.CPLXMUL -> Complex.multiply(a, b, c);
      case Op.CPLXMUL_SC -> Complex.multiplyScalar(a, b);
      case Op.CPLXCONJ -> Complex.conjugate(a);
      case Op.SUBROTMJ -> Complex.subtractRotate(a, b, c);
      case Op.ADD_DIV_H -> Vector.addDivH(a, b, c);
      case Op.SUB_DIV_H -> Vector.subDivH(a, b, c);
      case Op.ADD_DIV_B -> Vector.addDivB(a, b, c);
      case Op.SUB_DIV_B -> Vector.subDivB(a, b, c);
      case Op.PACK_HH -> Shuffle.packHighH(a, b);
      default -> throw new AssertionError(op);
    };
  }
}
