package dev.marlin.simulator.isa;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/**
 * The operations that encodings map to: dense numbers, so that engines can switch on them.
 *
 * <p>Operations below {@link #FIRST_ALU} touch memory, control flow, timing or hidden state, or are
 * hot; engines implement them. Operations from {@link #FIRST_ALU} on are pure functions: {@link
 * Alu#compute}.
 */
public final class Op {
  private Op() {}

  public static final int ADD = 0;
  public static final int SUB = 1;
  public static final int SLL = 2;
  public static final int SLT = 3;
  public static final int SLTU = 4;
  public static final int XOR = 5;
  public static final int SRL = 6;
  public static final int SRA = 7;
  public static final int OR = 8;
  public static final int AND = 9;
  public static final int LW = 10;
  public static final int LH = 11;
  public static final int LHU = 12;
  public static final int LB = 13;
  public static final int LBU = 14;
  public static final int SW = 15;
  public static final int SH = 16;
  public static final int SB = 17;
  public static final int LW_POST = 18;
  public static final int LH_POST = 19;
  public static final int LHU_POST = 20;
  public static final int LB_POST = 21;
  public static final int LBU_POST = 22;
  public static final int SW_POST = 23;
  public static final int SH_POST = 24;
  public static final int SB_POST = 25;
  public static final int BEQ = 26;
  public static final int BNE = 27;
  public static final int BLT = 28;
  public static final int BGE = 29;
  public static final int BLTU = 30;
  public static final int BGEU = 31;
  public static final int JAL = 32;
  public static final int JALR = 33;
  public static final int MUL = 34;
  public static final int MAC = 35;
  public static final int SDOTUSP_B = 36;
  public static final int SDOTUP_B = 37;
  public static final int SDOTSP_B = 38;
  public static final int SDOTSP_H = 39;
  public static final int LP_START = 40;
  public static final int LP_END = 41;
  public static final int LP_COUNT = 42;
  public static final int LP_SETUP = 43;
  public static final int ELW = 44;
  public static final int MULH = 45;
  public static final int MULHSU = 46;
  public static final int MULHU = 47;
  public static final int DIV = 48;
  public static final int DIVU = 49;
  public static final int REM = 50;
  public static final int REMU = 51;
  public static final int CSRRW = 52;
  public static final int CSRRS = 53;
  public static final int CSRRC = 54;
  public static final int FENCE = 55;
  public static final int FENCE_I = 56;
  public static final int ECALL = 57;
  public static final int EBREAK = 58;
  public static final int MRET = 59;
  public static final int DRET = 60;
  public static final int WFI = 61;
  public static final int VITOP_MAX = 62;
  public static final int VITOP_SEL = 63;
  public static final int ILLEGAL = 64;

  /** From here on: pure functions of registers and constants. */
  public static final int FIRST_ALU = 65;

  public static final int AVGU = 65;
  public static final int SLET = 66;
  public static final int SLETU = 67;
  public static final int MIN = 68;
  public static final int MINU = 69;
  public static final int MAX = 70;
  public static final int MAXU = 71;
  public static final int ROR = 72;
  public static final int FF1 = 73;
  public static final int FL1 = 74;
  public static final int CLB = 75;
  public static final int CNT = 76;
  public static final int EXTHS = 77;
  public static final int EXTHZ = 78;
  public static final int EXTBS = 79;
  public static final int EXTBZ = 80;
  public static final int ABS = 81;
  public static final int ADD_H = 82;
  public static final int ADD_B = 83;
  public static final int SUB_H = 84;
  public static final int SUB_B = 85;
  public static final int AVG_H = 86;
  public static final int AVG_B = 87;
  public static final int AVGU_H = 88;
  public static final int AVGU_B = 89;
  public static final int MIN_H = 90;
  public static final int MIN_B = 91;
  public static final int MINU_H = 92;
  public static final int MINU_B = 93;
  public static final int MAX_H = 94;
  public static final int MAX_B = 95;
  public static final int MAXU_H = 96;
  public static final int MAXU_B = 97;
  public static final int SRL_H = 98;
  public static final int SRL_B = 99;
  public static final int SRA_H = 100;
  public static final int SRA_B = 101;
  public static final int SLL_H = 102;
  public static final int SLL_B = 103;
  public static final int ABS_H = 104;
  public static final int ABS_B = 105;
  public static final int EXTRACT_H = 106;
  public static final int EXTRACT_B = 107;
  public static final int EXTRACTU_H = 108;
  public static final int EXTRACTU_B = 109;
  public static final int INSERT_H = 110;
  public static final int INSERT_B = 111;
  public static final int DOTSP_H = 112;
  public static final int DOTSP_B = 113;
  public static final int DOTUP_H = 114;
  public static final int DOTUP_B = 115;
  public static final int DOTUSP_H = 116;
  public static final int DOTUSP_B = 117;
  public static final int SDOTUP_H = 118;
  public static final int SDOTUSP_H = 119;
  public static final int SHUFFLE_H = 120;
  public static final int SHUFFLE_SCI_H = 121;
  public static final int SHUFFLE_B = 122;
  public static final int SHUFFLEI = 123;
  public static final int SHUFFLE2_H = 124;
  public static final int SHUFFLE2_B = 125;
  public static final int PACK_H = 126;
  public static final int PACKHI_B = 127;
  public static final int PACKLO_B = 128;
  public static final int CMPEQ_H = 129;
  public static final int CMPEQ_B = 130;
  public static final int CMPNE_H = 131;
  public static final int CMPNE_B = 132;
  public static final int CMPGT_H = 133;
  public static final int CMPGT_B = 134;
  public static final int CMPGE_H = 135;
  public static final int CMPGE_B = 136;
  public static final int CMPLT_H = 137;
  public static final int CMPLT_B = 138;
  public static final int CMPLE_H = 139;
  public static final int CMPLE_B = 140;
  public static final int CMPGTU_H = 141;
  public static final int CMPGTU_B = 142;
  public static final int CMPGEU_H = 143;
  public static final int CMPGEU_B = 144;
  public static final int CMPLTU_H = 145;
  public static final int CMPLTU_B = 146;
  public static final int CMPLEU_H = 147;
  public static final int CMPLEU_B = 148;
  public static final int MSU = 149;
  public static final int MULS = 150;
  public static final int MULHHS = 151;
  public static final int MULS_R = 152;
  public static final int MULHHS_R = 153;
  public static final int MULU = 154;
  public static final int MULHHU = 155;
  public static final int MULU_R = 156;
  public static final int MULHHU_R = 157;
  public static final int MACS = 158;
  public static final int MACHHS = 159;
  public static final int MACS_R = 160;
  public static final int MACHHS_R = 161;
  public static final int MACU = 162;
  public static final int MACHHU = 163;
  public static final int MACU_R = 164;
  public static final int MACHHU_R = 165;
  public static final int ADDN = 166;
  public static final int ADDUN = 167;
  public static final int ADDRN = 168;
  public static final int ADDURN = 169;
  public static final int SUBN = 170;
  public static final int SUBUN = 171;
  public static final int SUBRN = 172;
  public static final int SUBURN = 173;
  public static final int ADDN_REG = 174;
  public static final int ADDUN_REG = 175;
  public static final int ADDRN_REG = 176;
  public static final int ADDURN_REG = 177;
  public static final int SUBN_REG = 178;
  public static final int SUBUN_REG = 179;
  public static final int SUBRN_REG = 180;
  public static final int SUBURN_REG = 181;
  public static final int CLIP = 182;
  public static final int CLIPU = 183;
  public static final int CLIPR = 184;
  public static final int CLIPUR = 185;
  public static final int EXTRACT = 186;
  public static final int EXTRACTU = 187;
  public static final int INSERT = 188;
  public static final int BSET = 189;
  public static final int BCLR = 190;
  public static final int CPLXMUL = 191;
  public static final int CPLXMUL_SC = 192;
  public static final int CPLXCONJ = 193;
  public static final int SUBROTMJ = 194;
  public static final int ADD_DIV_H = 195;
  public static final int SUB_DIV_H = 196;
  public static final int ADD_DIV_B = 197;
  public static final int SUB_DIV_B = 198;
  public static final int PACK_HH = 199;

  private static final Map<String, Integer> BY_NAME = byName();

  /**
   * The number of an operation of the table.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  static int of(String name) {
    Integer op = BY_NAME.get(name);
    if (op == null) {
      throw new IllegalArgumentException("No operation is called \"" + name + "\"");
    }
    return op;
  }

  private static Map<String, Integer> byName() {
    Map<String, Integer> names = new HashMap<>();
    for (Field field : Op.class.getFields()) {
      try {
        names.put(field.getName(), field.getInt(null));
      } catch (IllegalAccessException e) {
        throw new AssertionError(field.getName(), e);
      }
    }
    return names;
  }
}
