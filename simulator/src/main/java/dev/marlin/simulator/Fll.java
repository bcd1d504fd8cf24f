package dev.marlin.simulator;

/**
 * The two frequency-locked loops, of the SoC and of the cluster: four registers each.
 *
 * <p>They keep what is written and report what they would make: the status is the multiplier of the
 * 32,768 Hz reference that the loop has reached, at once. The simulated clocks stay what {@link
 * ChipConfig.Clocks} says, so that cycles do not depend on what a program sets.
 */
final class Fll {
  private static final int STATUS = 0;
  private static final int CONF1 = 1;
  private static final int REGISTERS = 4;
  private static final int LOOPS = 2;
  private static final int[] RESET = {0, 0x454c05f5, 0x02004109, 0};
  private static final double REFERENCE_HZ = 32_768;

  private final int[] registers = new int[LOOPS * REGISTERS];

  Fll() {
    for (int i = 0; i < registers.length; i++) {
      registers[i] = RESET[i % REGISTERS];
    }
  }

  boolean access(Request r, int offset) {
    int register = offset >> 2;
    boolean status = register % REGISTERS == STATUS;
    if (r.write) {
      registers[register] = r.data;
      return !status;
    }
    r.data = status ? multiplier(registers[register + CONF1]) : registers[register];
    return true;
  }

  /** Closed loop: as asked for; open loop: what the oscillator makes of its input. */
  private static int multiplier(int conf1) {
    if (conf1 < 0) {
      return conf1 & 0xffff;
    }
    int input = conf1 >>> 16 & 0x3ff;
    double megahertz =
        input < 219
            ? 0
            : input < 512
                ? -11.2371 - 0.752 * input + 0.003674 * input * input
                : -642.57 + 2.59 * input - 0.000445 * input * input;
    return (int) (megahertz * 1e6 / 2 / REFERENCE_HZ) & 0xffff;
  }
}
