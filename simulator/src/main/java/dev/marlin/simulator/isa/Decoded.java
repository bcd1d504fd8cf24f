package dev.marlin.simulator.isa;

/**
 * One decoded instruction, its operands normalised so that engines need few cases.
 *
 * <p>The second operand is always {@code register[rs2] + imm}: immediate forms have rs2 = 0,
 * register forms imm = 0. A memory address is {@code register[rs1] + register[rs2] + imm}
 * (post-increment: {@code register[rs1]}, and the sum is the new base). A store's value register is
 * in {@link #rd}. Where a form has no destination, rd is {@link #NOWHERE}.
 */
public final class Decoded {
  /** Register number for results nobody reads: writes to x0 go there. */
  public static final int NOWHERE = 32;

  /** The second operand is used as it is. */
  public static final int PLAIN = 0;

  /** The low byte of the second operand is replicated to all lanes first. */
  public static final int SCALAR_BYTE = 1;

  /** The low half of the second operand is replicated to both lanes first. */
  public static final int SCALAR_HALF = 2;

  /** Name, for example {@code p.lw}. */
  public final String mnemonic;

  /** A constant of {@link Op}. */
  public final int op;

  /** The instruction word; the upper half is zero for a compressed instruction. */
  public final int word;

  /** Bytes: 2 or 4. */
  public final int size;

  /** Destination, or the value register of a store. */
  public int rd;

  /** First source, or the base of an address; 0 when there is none. */
  public int rs1;

  /** Second source, or the offset of an address; 0 when there is none. */
  public int rs2;

  /** Added to the second operand. */
  public int imm;

  /** The operation's constant: a shift, a loop number, a CSR. */
  public int constant;

  /** Address of a branch, jump or loop limit. */
  public int target;

  /** What happens to the second operand: PLAIN, SCALAR_BYTE or SCALAR_HALF. */
  public int scalar;

  /** Bit i: register i is a source. Decides stalls. */
  public int reads;

  int raw;
  final Format format;

  Decoded(String mnemonic, int op, Format format, int word, int size, int constant) {
    this.mnemonic = mnemonic;
    this.op = op;
    this.format = format;
    this.word = word;
    this.size = size;
    this.constant = constant;
    this.rd = NOWHERE;
  }

  /** True when the result of this instruction comes a cycle late: every load, and mul. */
  public boolean isLate() {
    return (op >= Op.LW && op <= Op.LBU)
        || (op >= Op.LW_POST && op <= Op.LBU_POST)
        || op == Op.ELW
        || op == Op.MUL;
  }
}
