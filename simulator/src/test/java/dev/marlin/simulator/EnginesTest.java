package dev.marlin.simulator;

import static dev.marlin.simulator.Code.T0;
import static dev.marlin.simulator.Code.T1;
import static dev.marlin.simulator.Code.ZERO;
import static dev.marlin.simulator.Code.addi;
import static dev.marlin.simulator.Code.branch;
import static dev.marlin.simulator.Code.lw;
import static dev.marlin.simulator.Code.r;
import static dev.marlin.simulator.Code.sw;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs end the same in both engines: cycles, statistics, registers and memory.
 *
 * <p>One to eight cores, which may meet at a hardware barrier, run loops, hardware loops among
 * them, over their own and over shared words of L1, which they also overwrite while others read
 * them; accesses have all widths and cross words. Meanwhile the fabric controller may use the DMA
 * and L1. The translator takes over after a few visits, so that it runs although the programs are
 * short.
 */
class EnginesTest {
  private static final int HART = 8;
  private static final int OWN = 9;
  private static final int SHARED = 18;
  private static final int COUNT = 19;

  /** a0 to a7 and t3 to t6 hold values. */
  private static final int[] VALUES = {10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31};

  /** Visits after which code is translated. */
  private static final int NEVER = Integer.MAX_VALUE;

  private static final int EVENT_MASK = 0x00204000;
  private static final int BARRIER = 0x00204200;

  /** The fabric controller's channel, and a place in L2. */
  private static final int DMA = 0x10201800;

  private static final int OUTSIDE = 0x1c008000;
  private static final int CLUSTER_TIMER = 0x10200400;
  private static final int WAIT_FOR_INTERRUPT = 0x10500073;

  @ParameterizedTest(name = "programs {0} to {0}+499")
  @ValueSource(ints = {0, 500, 1000, 1500})
  void agreeOnRandomPrograms(int first) {
    long slices = 0;
    long conflicts = 0;
    for (int seed = first; seed < first + 500; seed++) {
      Program program = program(new Random(seed), 24);
      Machine interpreted = run(program, RunOptions.Engine.INTERPRETER, NEVER);
      Machine ahead = run(program, RunOptions.Engine.TRANSLATOR, NEVER);
      Machine translated = run(program, RunOptions.Engine.TRANSLATOR, 12);
      List<String> expected = state(interpreted);
      assertThat(state(ahead)).as("program of seed " + seed + ", ahead").isEqualTo(expected);
      assertThat(state(translated)).as("program of seed " + seed).isEqualTo(expected);
      if (translated.fast != null) {
        slices += translated.fast.slices;
        conflicts += translated.fast.conflicts;
      }
    }
    assertThat(slices).as("times that cores ran ahead").isPositive();
    assertThat(conflicts).as("times that cores met").isPositive();
  }

  @Test
  void agreeOnProgramsThatRepeatThemselves() {
    long recalled = 0;
    for (int seed = 0; seed < 100; seed++) {
      Program program = program(new Random(seed), 800);
      Machine translated = run(program, RunOptions.Engine.TRANSLATOR, 12);
      assertThat(state(translated))
          .as("program of seed " + seed)
          .isEqualTo(state(run(program, RunOptions.Engine.INTERPRETER, NEVER)));
      recalled += translated.fast == null ? 0 : translated.fast.recalled();
    }
    assertThat(recalled).as("cycles whose waits were known").isPositive();
    System.out.println("EnginesTest: the waits of " + recalled + " cycles were known");
  }

  @Test
  void agreeWhileTheFabricControllerWorks() {
    long timesAhead = 0;
    for (int seed = 0; seed < 300; seed++) {
      timesAhead += agreeWhileTheFabricControllerWorks(seed);
    }
    assertThat(timesAhead).as("times that it was ahead of the cluster").isPositive();
    System.out.println("EnginesTest: the fabric controller was ahead " + timesAhead + " times");
  }

  @ParameterizedTest(name = "program {0}")
  @ValueSource(ints = {466, 701, 802})
  void agreeWhileTheDmaCopiesWordsOfTheCoresWithinL1(int seed) {
    Machine translated = agree(seed, (code, random) -> work(code, random, L1.BASE + 512));
    assertThat(translated.fast).isNotNull().extracting(fast -> fast.slices).isNotEqualTo(0L);
  }

  @ParameterizedTest(name = "program {0}")
  @ValueSource(ints = {1026, 1547, 3362, 8284})
  void agreeWhereALongWaitEndsWhileTheDmaMovesWords(int seed) {
    assertThat(agreeWhileTheFabricControllerWorks(seed)).isPositive();
  }

  /** How often it was ahead of the cluster. */
  private static long agreeWhileTheFabricControllerWorks(int seed) {
    return agree(seed, EnginesTest::work).timeline.timesAhead;
  }

  /** The machine of the translator. */
  private static Machine agree(int seed, BiConsumer<Code, Random> fabricController) {
    Program program = program(new Random(seed), 150, fabricController);
    Machine translated = run(program, RunOptions.Engine.TRANSLATOR, 12);
    assertThat(state(translated))
        .as("program of seed " + seed)
        .isEqualTo(state(run(program, RunOptions.Engine.INTERPRETER, NEVER)));
    return translated;
  }

  @Test
  void agreeOnLoopsWhoseStartWasSetLongBefore() {
    Code code = new Code();
    code.word(Code.csrr(T0, 0xf14));
    int toCluster = code.here();
    code.nop(1);
    Boot.fcSide(code);
    int cluster = code.here();
    final int sum = VALUES[0];
    final int times = VALUES[1];
    code.li(COUNT, 200).li(sum, 0);
    code.word(loopRegister(0, 0, 12)); // lp.starti: the first addition to the sum
    int outer = code.here();
    // The loop's body runs once until the code has been translated, and oftener later.
    code.word(7 << 20 | sum << 15 | 5 << 12 | times << 7 | 0x13, addi(times, times, 1));
    code.word(loopRegister(1, 0, 8)); // lp.endi: the last addition
    code.word(loopRegister(2, times, 0)); // lp.count
    code.nop(1);
    code.word(addi(sum, sum, 1), addi(sum, sum, 2));
    code.word(addi(COUNT, COUNT, -1), branch(1, COUNT, ZERO, outer - code.here() - 4));
    code.exit(0);
    byte[] bytes = code.bytes();
    Boot.patchBranch(bytes, toCluster, T0, cluster);
    Program program = Program.parse(Code.elf(bytes, Code.BASE), "loops");
    Machine interpreted = run(program, RunOptions.Engine.INTERPRETER, NEVER);
    assertThat(interpreted.core(0).registers[sum]).as("sum").isGreaterThan(200 * 3);
    assertThat(state(run(program, RunOptions.Engine.TRANSLATOR, 12))).isEqualTo(state(interpreted));
  }

  /** lp.starti, lp.endi (an offset in units of two bytes) or lp.count of loop 0. */
  private static int loopRegister(int which, int register, int immediate) {
    return immediate << 20 | register << 15 | which << 12 | 0x7b;
  }

  private static Machine run(Program program, RunOptions.Engine engine, int hotAfter) {
    ChipConfig chip = ChipConfig.gap8().withL1Bytes(4096).withL2Bytes(65536);
    Machine machine =
        new Machine(
            program,
            RunOptions.defaults().withChip(chip).withEngine(engine).withMaxCycles(1_000_000),
            hotAfter);
    machine.run();
    return machine;
  }

  private static List<String> state(Machine machine) {
    List<String> state = new ArrayList<>();
    state.add(machine.statistics(0).toString());
    for (int core = 0; core <= machine.cores(); core++) {
      state.add(Arrays.toString(Arrays.copyOf(machine.core(core).registers, 32)));
    }
    state.add(Arrays.toString(machine.l1.memory.bytes));
    state.add(Integer.toString(Arrays.hashCode(machine.l2.bytes)));
    return state;
  }

  // ---- programs

  private static Program program(Random random, int leastTimes) {
    return program(random, leastTimes, EnginesTest::conduct);
  }

  private static Program program(
      Random random, int leastTimes, BiConsumer<Code, Random> fabricController) {
    Code code = new Code();
    code.word(Code.csrr(T0, 0xf14), 10 << 20 | T0 << 15 | 5 << 12 | T1 << 7 | 0x13);
    int toCluster = code.here();
    code.nop(1);
    int cores = 1 << random.nextInt(4);
    code.poke(0x1a104070, 1 << 3);
    code.poke(0x1b201400, -1);
    code.poke(0x10201400, -1);
    for (int core = 0; core < cores; core++) {
      code.poke(0x10200040 + 4 * core, Code.BASE);
    }
    code.poke(0x10200008, (1 << cores) - 1);
    if (random.nextBoolean()) {
      fabricController.accept(code, random);
    }
    code.word(WAIT_FOR_INTERRUPT, 0xffdff06f);
    int cluster = code.here();
    code.word(addi(HART, T0, 0));
    code.li(OWN, L1.BASE + 1024).word(7 << 20 | HART << 15 | 1 << 12 | T1 << 7 | 0x13);
    code.word(r(0, 0, 0x33, OWN, OWN, T1));
    code.li(SHARED, L1.BASE + (random.nextInt(3) == 0 ? 1024 : 256));
    for (int value : VALUES) {
      code.li(value, random.nextInt()).word(r(0, 4, 0x33, value, value, HART));
    }
    boolean races = random.nextInt(3) == 0;
    boolean meets = random.nextBoolean();
    if (meets) {
      code.poke(EVENT_MASK, 1 << EventUnit.BARRIER_EVENT);
      code.poke(BARRIER, (1 << cores) - 1).poke(BARRIER + 0xc, (1 << cores) - 1);
    }
    for (int part = 0; part < 2; part++) {
      if (meets) {
        // p.elw from "trigger, wait and clear"
        code.li(T0, BARRIER).word(0x1c << 20 | T0 << 15 | 6 << 12 | T1 << 7 | 3);
      }
      code.li(COUNT, leastTimes + random.nextInt(30));
      int start = code.here();
      int length = 3 + random.nextInt(14);
      for (int i = 0; i < length; i++) {
        instruction(code, random, races, true);
      }
      code.word(addi(COUNT, COUNT, -1));
      code.word(branch(1, COUNT, ZERO, start - code.here()));
    }
    for (int value : VALUES) {
      code.word(sw(value, OWN, 4 * (value & 15)));
    }
    int waiting = code.here();
    code.nop(1);
    code.li(COUNT, 2500);
    code.word(addi(COUNT, COUNT, -1), branch(1, COUNT, ZERO, -4));
    code.exit(0);
    int asleep = code.here();
    code.word(WAIT_FOR_INTERRUPT, 0xffdff06f);
    byte[] bytes = code.bytes();
    Boot.patchBranch(bytes, toCluster, T1, cluster);
    patch(bytes, waiting, branch(1, HART, ZERO, asleep - waiting));
    return Program.parse(Code.elf(bytes, Code.BASE), "random");
  }

  /**
   * Lets the fabric controller start transfers of the DMA, wait, and access L1. Mostly it leaves
   * the words of the cores alone.
   */
  private static void conduct(Code code, Random random) {
    int transfers = 1 + random.nextInt(8);
    for (int i = 0; i < transfers; i++) {
      int line = random.nextInt(1, 100);
      boolean lines = random.nextInt(4) == 0;
      int size = lines ? line * random.nextInt(1, 6) : random.nextInt(1, 1000);
      int local = random.nextInt(8) == 0 ? 1024 : 2048;
      int in = random.nextBoolean() ? 1 << 16 : 0;
      code.li(T0, DMA).word(lw(T1, T0, 0));
      code.poke(DMA, size | in | (lines ? 1 << 18 : 0));
      code.poke(DMA, L1.BASE + local + random.nextInt(1000));
      code.poke(DMA, OUTSIDE + random.nextInt(1000));
      if (lines) {
        code.poke(DMA, line | (line + random.nextInt(100)) << 16);
      }
      code.li(COUNT, 1 + random.nextInt(100));
      code.word(addi(COUNT, COUNT, -1), branch(1, COUNT, ZERO, -4));
      if (random.nextBoolean()) {
        code.li(T0, L1.BASE + local);
        int offset = 4 * random.nextInt(16);
        code.word(random.nextBoolean() ? lw(T1, T0, offset) : sw(T1, T0, offset));
      }
    }
  }

  /**
   * Lets the fabric controller compute in a loop beside the cores, in which it uses L2, and now and
   * then the cluster: reads its timer, words of the cores and those that nobody else uses, stores
   * such, and starts transfers of the DMA. All that it reads it adds up.
   */
  private static void work(Code code, Random random) {
    work(code, random, OUTSIDE);
  }

  private static void work(Code code, Random random, int outside) {
    final int sum = value(random);
    final int idle = outside == OUTSIDE ? 2048 : 2560;
    code.poke(CLUSTER_TIMER, 1);
    code.li(T0, DMA).word(lw(T1, T0, 0));
    code.li(sum, 0).li(COUNT, 20 + random.nextInt(300));
    final int start = code.here();
    final int length = 2 + random.nextInt(12);
    for (int i = 0; i < length; i++) {
      final int rd = value(random);
      final int a = value(random);
      final int b = value(random);
      final int word = 4 * random.nextInt(16);
      switch (random.nextInt(16)) {
        case 0, 1, 2, 3 -> code.word(r(0, random.nextInt(8), 0x33, rd, a, b));
        case 4, 5 -> code.word(r(1, random.nextInt(8), 0x33, rd, a, b));
        case 6, 7 -> code.word(branch(random.nextBoolean() ? 4 : 7, a, b, 8), addi(rd, a, 1));
        case 8, 9 -> code.li(T0, OUTSIDE).word(sw(a, T0, word));
        case 10 -> add(code, sum, OUTSIDE + word);
        case 11 -> add(code, sum, OUTSIDE + word + random.nextInt(4));
        case 12 -> add(code, sum, CLUSTER_TIMER + 8);
        case 13 -> add(code, sum, L1.BASE + (random.nextBoolean() ? 1024 : idle) + word);
        case 14 -> code.li(T0, L1.BASE + 2048).word(sw(a, T0, word));
        default -> {
          code.poke(DMA, random.nextInt(1, 600) | random.nextInt(2) << 16);
          code.poke(DMA, L1.BASE + 2560 + random.nextInt(500));
          code.poke(DMA, outside + random.nextInt(1000));
        }
      }
    }
    code.word(addi(COUNT, COUNT, -1));
    code.word(branch(1, COUNT, ZERO, start - code.here()));
  }

  /** Adds what is read from an address to a register. */
  private static void add(Code code, int sum, int address) {
    code.li(T0, address).word(lw(T1, T0, 0), r(0, 0, 0x33, sum, sum, T1));
  }

  private static void patch(byte[] bytes, int at, int word) {
    for (int i = 0; i < 4; i++) {
      bytes[at - Code.BASE + i] = (byte) (word >>> (8 * i));
    }
  }

  private static void instruction(Code code, Random random, boolean races, boolean outside) {
    int rd = value(random);
    int a = value(random);
    int b = value(random);
    switch (random.nextInt(outside ? 12 : 8)) {
      case 0, 1 -> code.word(r(0, random.nextInt(8), 0x33, rd, a, b));
      case 2 -> code.word(addi(rd, a, random.nextInt(4096) - 2048));
      case 3 -> code.word(r(1, random.nextInt(4), 0x33, rd, a, b));
      case 4 -> code.word(r(0x21, 0, 0x33, rd, a, b));
      case 5, 6 -> load(code, random, rd, random.nextInt(4) == 0 ? SHARED : OWN);
      case 7 -> store(code, random, a, races && random.nextInt(2) == 0 ? SHARED : OWN);
      case 8 -> {
        code.word(branch(random.nextBoolean() ? 4 : 7, a, b, 8));
        instruction(code, random, races, false);
      }
      case 9 -> {
        int body = 2 + random.nextInt(4);
        int at = code.here();
        code.nop(1);
        for (int i = 0; i < body; i++) {
          instruction(code, random, races, false);
        }
        // lp.setupi: 12 bits of count, the end in units of two bytes, loop 0.
        int end = (code.here() - 4 - at) / 2;
        code.replace(at, random.nextInt(1, 9) << 20 | end << 15 | 5 << 12 | 0x7b);
      }
      case 10 -> code.word(r(1, 4 + random.nextInt(4), 0x33, rd, a, b));
      default -> code.word(lw(rd, OWN, 4 * random.nextInt(16)));
    }
  }

  private static int value(Random random) {
    return VALUES[random.nextInt(VALUES.length)];
  }

  private static void load(Code code, Random random, int rd, int base) {
    int width = new int[] {0, 1, 2, 2, 2, 4, 5}[random.nextInt(7)];
    code.word(offset(random, width) << 20 | base << 15 | width << 12 | rd << 7 | 3);
  }

  private static void store(Code code, Random random, int value, int base) {
    int width = new int[] {0, 1, 2, 2}[random.nextInt(4)];
    int offset = offset(random, width);
    code.word(
        (offset >> 5) << 25 | value << 20 | base << 15 | width << 12 | (offset & 31) << 7 | 0x23);
  }

  /** Mostly aligned. */
  private static int offset(Random random, int width) {
    int offset = random.nextInt(100);
    return random.nextInt(8) == 0 ? offset : offset >> (width & 3) << (width & 3);
  }
}
