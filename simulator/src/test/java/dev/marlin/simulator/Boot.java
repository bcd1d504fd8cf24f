package dev.marlin.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The part of a test program that starts the cluster's core 0 and then lets the fabric controller
 * wait for ever.
 */
final class Boot {
  private Boot() {}

  static void fcSide(Code code) {
    code.poke(0x1b201400, -1);
    code.poke(0x1a104070, 1 << 3);
    code.poke(0x10201400, -1);
    code.poke(0x10200040, Code.BASE);
    code.poke(0x10200008, 1);
    code.word(0x10500073, 0xffdff06f);
  }

  /**
   * Makes the word at {@code at} a branch to {@code target} if a register is zero: hart 0 is
   * cluster core 0.
   */
  static void patchBranch(byte[] bytes, int at, int register, int target) {
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(at - Code.BASE, Code.branch(0, register, 0, target - at));
  }
}
