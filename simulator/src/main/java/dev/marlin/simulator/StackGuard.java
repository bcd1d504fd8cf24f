package dev.marlin.simulator;

import dev.marlin.simulator.SimulationException.Kind;
import dev.marlin.simulator.isa.Decoded;
import dev.marlin.simulator.isa.Decoder;
import dev.marlin.simulator.isa.Op;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * Catches a stack that grows out of its room, when the program says by symbols where that is.
 *
 * <ul>
 *   <li>{@code __l1_stacks}, {@code __stack_bytes}: cluster core i has {@code __stack_bytes} bytes
 *       from {@code __l1_stacks + i * __stack_bytes} on;
 *   <li>{@code __fabric_stack_bottom}, {@code __fabric_stack_top}: the fabric controller's stack.
 * </ul>
 *
 * <p>Only instructions that lower sp by a constant are looked at, which compilers put at the start
 * of functions; all others run as ever.
 */
final class StackGuard {
  private static final int SP = 2;

  private final Machine machine;
  private final OptionalInt clusterStacks;
  private final int stackBytes;
  private final OptionalInt fabricBottom;
  private final int fabricTop;

  StackGuard(Machine machine) {
    Program program = machine.program;
    this.machine = machine;
    this.stackBytes = program.symbol("__stack_bytes").orElse(0);
    this.clusterStacks = stackBytes > 0 ? program.symbol("__l1_stacks") : OptionalInt.empty();
    this.fabricTop = program.symbol("__fabric_stack_top").orElse(0);
    this.fabricBottom =
        fabricTop == 0 ? OptionalInt.empty() : program.symbol("__fabric_stack_bottom");
  }

  /** Whether anything is known to guard. */
  boolean isOn() {
    return clusterStacks.isPresent() || fabricBottom.isPresent();
  }

  /** Whether an instruction lowers sp by a constant. */
  static boolean lowersStack(Decoded d) {
    return d.op == Op.ADD && d.rd == SP && d.rs1 == SP && d.rs2 == 0 && d.imm < 0;
  }

  /** A core is about to lower its sp. */
  void check(Core core, Insn i) {
    int before = core.registers[SP];
    int sp = before + i.imm;
    boolean fabric = core.index == machine.cores();
    OptionalInt base = fabric ? fabricBottom : clusterStacks;
    if (base.isEmpty()) {
      return;
    }
    int low = base.getAsInt() + (fabric ? 0 : core.index * stackBytes);
    int bytes = fabric ? fabricTop - low : stackBytes;
    boolean inside = before - low >= 0 && before - low <= bytes; // else sp is just being set up
    if (inside && Integer.compareUnsigned(sp, low) < 0) {
      throw new SimulationException(
          Kind.STACK_OVERFLOW,
          String.format(
              Locale.ROOT,
              "The stack of core %s overflows at %s (%s), cycle %d: sp would be 0x%08x, %d bytes below"
                  + " its lowest address 0x%08x. Maybe a function keeps an array on the stack.",
              machine.coreName(core),
              machine.place(i.address),
              Decoder.text(machine.decoded(i)),
              machine.timeline.clusterCycles(),
              sp,
              low - sp,
              low));
    }
  }
}
