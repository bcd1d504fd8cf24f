package dev.marlin.simulator.isa;

import java.util.Locale;

/** Turns instruction words into {@link Decoded} operands, as the table and its formats say. */
public final class Decoder {
  private Decoder() {}

  /** The size in bytes, 2 or 4, of the instruction that begins with these bits. */
  public static int size(int word) {
    return (word & 3) == 3 ? 4 : 2;
  }

  /**
   * Decodes the instruction at an address.
   *
   * @param word the instruction; for a compressed one only the low half is looked at
   * @param pc its address, for pc-relative operands
   * @return the instruction; {@link Op#ILLEGAL} when the word is none
   */
  public static Decoded decode(int word, int pc) {
    int bits = (word & 3) == 3 ? word : word & 0xffff;
    IsaTable.Row row = IsaTable.get().find(bits);
    if (row == null || bits == 0) {
      return new Decoded(".word", Op.ILLEGAL, Format.Z, bits, size(bits), 0);
    }
    Decoded d =
        new Decoded(row.mnemonic(), row.op(), row.format(), bits, row.size(), row.constant());
    if (row.size() == 4) {
      wide(d, bits, pc);
    } else {
      compressed(d, bits, pc);
    }
    if (row.readsDestination()) {
      d.reads |= 1 << d.rd;
    }
    if (d.rd == 0 && !isStore(d.op)) {
      d.rd = Decoded.NOWHERE;
    }
    return d;
  }

  /** The text of a decoded instruction: mnemonic, blank, operands separated by commas. */
  public static String text(Decoded d) {
    if (d.op == Op.ILLEGAL) {
      return String.format(Locale.ROOT, ".%dbyte 0x%0" + 2 * d.size + "x", d.size, d.word);
    }
    StringBuilder text = new StringBuilder(d.mnemonic);
    String separator = " ";
    for (int i = 0; i < d.format.syntax.length(); i++) {
      char token = d.format.syntax.charAt(i);
      text.append(separator);
      separator = "";
      switch (token) {
        case 'd' -> text.append(register(d.rd));
        case 's' -> text.append(register(d.rs1));
        case 't' -> text.append(register(d.rs2));
        case 'i' -> text.append(d.imm);
        case 'u' -> text.append("0x").append(Integer.toHexString(d.raw >>> 12));
        case 'a' -> text.append("0x").append(Integer.toHexString(d.target));
        case 'l' -> text.append('x').append(d.constant);
        case 'c' -> text.append(d.constant);
        case 'I' -> text.append(d.imm >> 5);
        case 'p' -> text.append(d.imm & 31);
        case 'z' -> text.append("0x").append(Integer.toHexString(d.constant));
        case 'v' -> text.append(d.raw);
        default -> text.append(token);
      }
    }
    return text.toString();
  }

  private static final String[] REGISTERS = {
    "zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "s0", "s1", "a0", "a1", "a2", "a3", "a4",
        "a5",
    "a6", "a7", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5",
        "t6",
    "zero"
  };

  private static String register(int index) {
    return REGISTERS[index];
  }

  private static boolean isStore(int op) {
    return (op >= Op.SW && op <= Op.SB) || (op >= Op.SW_POST && op <= Op.SB_POST);
  }

  private static void wide(Decoded d, int w, int pc) {
    int rd = w >>> 7 & 31;
    int rs1 = w >>> 15 & 31;
    int rs2 = w >>> 20 & 31;
    int simm12 = w >> 20;
    int imm6 = rs2 << 1 | (w >>> 25 & 1);
    switch (d.format) {
      case R, VSCB, VSCH -> {
        registers(d, rd, rs1, rs2);
        d.scalar = scalar(d.format);
      }
      case N -> {
        registers(d, rd, rs1, rs2);
        d.constant = w >>> 25 & 31;
      }
      case R1 -> registers(d, rd, rs1);
      case I, L, LP, JR -> {
        registers(d, rd, rs1);
        d.imm = simm12;
      }
      case SH -> {
        registers(d, rd, rs1);
        d.imm = rs2;
      }
      case BITS -> {
        registers(d, rd, rs1);
        d.imm = w >>> 20 & 0x3ff;
      }
      case U, UPC -> {
        d.rd = rd;
        d.raw = w & 0xfffff000;
        d.imm = d.format == Format.U ? d.raw : pc + d.raw;
      }
      case J -> {
        d.rd = rd;
        d.target = pc + jumpOffset(w);
      }
      case B -> {
        registers(d, Decoded.NOWHERE, rs1, rs2);
        d.target = pc + branchOffset(w);
      }
      case BI -> {
        registers(d, Decoded.NOWHERE, rs1);
        d.imm = rs2 << 27 >> 27;
        d.target = pc + branchOffset(w);
      }
      case LX, LXP -> registers(d, rd, rs1, rs2);
      case S, SP -> {
        registers(d, rs2, rs1);
        d.reads |= 1 << rs2;
        d.imm = (w >> 25) << 5 | rd;
      }
      case SX, SXP -> {
        registers(d, rs2, rs1, rd);
        d.reads |= 1 << rs2;
      }
      case VSB, VSH, VUB, VUH, V6S, V6U -> {
        registers(d, rd, rs1);
        vectorImmediate(d, imm6);
      }
      case LPI -> {
        loop(d, w, rs1);
        d.target = pc + 2 * (w >>> 20);
      }
      case LPC -> loop(d, w, rs1);
      case LPCI -> {
        loop(d, w, rs1);
        d.rs1 = 0;
        d.imm = w >>> 20;
      }
      case LPS -> {
        loop(d, w, rs1);
        d.target = pc + 2 * (w >>> 20);
      }
      case LPSI -> {
        d.constant = w >>> 7 & 1;
        d.imm = w >>> 20;
        d.target = pc + 2 * rs1;
      }
      case CSR -> {
        registers(d, rd, rs1);
        d.constant = w >>> 20;
      }
      case CSRI -> {
        d.rd = rd;
        d.imm = rs1;
        d.constant = w >>> 20;
      }
      case Z -> {}
      default -> throw new AssertionError(d.format);
    }
  }

  private static void compressed(Decoded d, int w, int pc) {
    int rd = w >>> 7 & 31;
    int rs2 = w >>> 2 & 31;
    int high = 8 + (w >>> 7 & 7);
    int low = 8 + (w >>> 2 & 7);
    int imm6 = field(w, 12, 1, 5) | field(w, 2, 5, 0);
    int simm6 = imm6 << 26 >> 26;
    int wordOffset = field(w, 6, 1, 2) | field(w, 10, 3, 3) | field(w, 5, 1, 6);
    switch (d.format) {
      case CADDI4SPN -> {
        registers(d, low, 2);
        d.imm = field(w, 6, 1, 2) | field(w, 5, 1, 3) | field(w, 11, 2, 4) | field(w, 7, 4, 6);
      }
      case CL -> {
        registers(d, low, high);
        d.imm = wordOffset;
      }
      case CS -> {
        registers(d, low, high);
        d.reads |= 1 << low;
        d.imm = wordOffset;
      }
      case CI -> {
        registers(d, rd, rd);
        d.imm = simm6;
      }
      case CLI -> {
        registers(d, rd, 0);
        d.imm = simm6;
      }
      case CLUI -> {
        d.rd = rd;
        d.raw = simm6 << 12;
        d.imm = d.raw;
      }
      case CADDI16SP -> {
        registers(d, 2, 2);
        int imm =
            field(w, 6, 1, 4)
                | field(w, 2, 1, 5)
                | field(w, 5, 1, 6)
                | field(w, 3, 2, 7)
                | field(w, 12, 1, 9);
        d.imm = imm << 22 >> 22;
      }
      case CSHIFT -> {
        registers(d, high, high);
        d.imm = imm6;
      }
      case CANDI -> {
        registers(d, high, high);
        d.imm = simm6;
      }
      case CA -> registers(d, high, high, low);
      case CJ -> {
        d.rd = 0;
        d.target = pc + compressedJump(w);
      }
      case CJAL -> {
        d.rd = 1;
        d.target = pc + compressedJump(w);
      }
      case CB -> {
        registers(d, Decoded.NOWHERE, high, 0);
        int offset =
            field(w, 3, 2, 1)
                | field(w, 10, 2, 3)
                | field(w, 2, 1, 5)
                | field(w, 5, 2, 6)
                | field(w, 12, 1, 8);
        d.target = pc + (offset << 23 >> 23);
      }
      case CSLLI -> {
        registers(d, rd, rd);
        d.imm = imm6;
      }
      case CLWSP -> {
        registers(d, rd, 2);
        d.imm = field(w, 4, 3, 2) | field(w, 12, 1, 5) | field(w, 2, 2, 6);
      }
      case CSWSP -> {
        registers(d, rs2, 2);
        d.reads |= 1 << rs2;
        d.imm = field(w, 9, 4, 2) | field(w, 7, 2, 6);
      }
      case CJR -> registers(d, 0, rd, 0);
      case CJALR -> registers(d, 1, rd, 0);
      case CMV -> registers(d, rd, 0, rs2);
      case CR -> registers(d, rd, rd, rs2);
      case Z -> {}
      default -> throw new AssertionError(d.format);
    }
  }

  private static void registers(Decoded d, int rd, int rs1) {
    d.rd = rd;
    d.rs1 = rs1;
    d.reads |= 1 << rs1;
  }

  private static void registers(Decoded d, int rd, int rs1, int rs2) {
    registers(d, rd, rs1);
    d.rs2 = rs2;
    d.reads |= 1 << rs2;
  }

  private static void loop(Decoded d, int w, int rs1) {
    d.constant = w >>> 7 & 1;
    d.rs1 = rs1;
    d.reads |= 1 << rs1;
  }

  private static int scalar(Format format) {
    return switch (format) {
      case VSCB -> Decoded.SCALAR_BYTE;
      case VSCH -> Decoded.SCALAR_HALF;
      default -> Decoded.PLAIN;
    };
  }

  private static void vectorImmediate(Decoded d, int imm6) {
    int signed = imm6 << 26 >> 26;
    boolean isSigned = d.format == Format.VSB || d.format == Format.VSH || d.format == Format.V6S;
    d.raw = isSigned ? signed : imm6;
    d.imm =
        switch (d.format) {
          case VSB, VUB -> (d.raw & 0xff) * 0x01010101;
          case VSH, VUH -> (d.raw & 0xffff) * 0x00010001;
          default -> d.raw;
        };
  }

  /** Bits {@code from .. from + width - 1} of a word, shifted to position {@code to}. */
  private static int field(int w, int from, int width, int to) {
    return (w >>> from & ((1 << width) - 1)) << to;
  }

  private static int jumpOffset(int w) {
    return (w >> 31) << 20 | field(w, 12, 8, 12) | field(w, 20, 1, 11) | field(w, 21, 10, 1);
  }

  private static int branchOffset(int w) {
    return (w >> 31) << 12 | field(w, 7, 1, 11) | field(w, 25, 6, 5) | field(w, 8, 4, 1);
  }

  private static int compressedJump(int w) {
    int offset =
        field(w, 3, 3, 1)
            | field(w, 11, 1, 4)
            | field(w, 2, 1, 5)
            | field(w, 7, 1, 6)
            | field(w, 6, 1, 7)
            | field(w, 9, 2, 8)
            | field(w, 8, 1, 10)
            | field(w, 12, 1, 11);
    return offset << 20 >> 20;
  }
}
