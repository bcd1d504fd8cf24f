package dev.marlin.simulator;

/**
 * Loads and stores of a {@link Core} as its interpreter makes them: those of L1 at once, others by
 * {@link CoreUnit}; each adds what it waits for to {@link #wait}.
 */
final class DataPort {
  private static final int SUSPENDED = -1;
  private static final int L1_ALIAS = ~L1.BASE;

  /** Cycles that the access waits, or a negative number when the instruction is suspended. */
  int wait;

  private final Core core;
  private final L1 l1;
  private final byte[] near;
  private final int nearBytes;

  /** {@link #nearBytes}, or 0 while accesses to L1 must be looked at first. */
  private int nearSize;

  private final int bankMask;
  private final long[] bankFree;

  DataPort(Core core, Machine machine, boolean inCluster) {
    this.core = core;
    this.l1 = machine.l1;
    this.near = l1.memory.bytes;
    this.nearBytes = inCluster ? near.length : 0;
    this.nearSize = nearBytes;
    this.bankMask = l1.bankMask;
    this.bankFree = l1.free;
  }

  /** Whether L1 must be asked before each access. */
  void guard(boolean on) {
    nearSize = on ? 0 : nearBytes;
  }

  /** Suspends the instruction that is being executed: its data come later. */
  void hold() {
    wait = SUSPENDED;
  }

  int loadWord(int address) {
    int o = address & L1_ALIAS;
    if (o + Integer.MIN_VALUE < nearSize + Integer.MIN_VALUE && (o & 3) == 0) {
      reserve(o);
      return (int) Memory.WORD.get(near, o);
    }
    return loadGuarded(address, 4);
  }

  int loadHalf(int address) {
    int o = address & L1_ALIAS;
    if (o + Integer.MIN_VALUE < nearSize + Integer.MIN_VALUE && (o & 3) != 3) {
      reserve(o);
      return (short) Memory.HALF.get(near, o) & 0xffff;
    }
    return loadGuarded(address, 2);
  }

  int loadByte(int address) {
    int o = address & L1_ALIAS;
    if (o + Integer.MIN_VALUE < nearSize + Integer.MIN_VALUE) {
      reserve(o);
      return near[o] & 0xff;
    }
    return loadGuarded(address, 1);
  }

  void storeWord(int address, int value) {
    int o = address & L1_ALIAS;
    if (o + Integer.MIN_VALUE < nearSize + Integer.MIN_VALUE && (o & 3) == 0) {
      reserve(o);
      Memory.WORD.set(near, o, value);
    } else {
      storeGuarded(address, 4, value);
    }
  }

  void storeHalf(int address, int value) {
    int o = address & L1_ALIAS;
    if (o + Integer.MIN_VALUE < nearSize + Integer.MIN_VALUE && (o & 3) != 3) {
      reserve(o);
      Memory.HALF.set(near, o, (short) value);
    } else {
      storeGuarded(address, 2, value);
    }
  }

  void storeByte(int address, int value) {
    int o = address & L1_ALIAS;
    if (o + Integer.MIN_VALUE < nearSize + Integer.MIN_VALUE) {
      reserve(o);
      near[o] = (byte) value;
    } else {
      storeGuarded(address, 1, value);
    }
  }

  private void reserve(int offset) {
    int bank = offset >>> 2 & bankMask;
    long now = core.domain.cycles;
    long free = bankFree[bank];
    if (free > now) {
      int waits = (int) (free - now);
      wait += waits;
      core.contentionStalls += waits;
      bankFree[bank] = free + 1;
    } else {
      bankFree[bank] = now + 1;
    }
  }

  /** A load that is not simply one of L1, or while other cores are ahead. */
  private int loadGuarded(int address, int size) {
    RunAhead run = core.ahead;
    if (run != null && nearSize == 0) {
      int o = address & L1_ALIAS;
      if (core.repeating) {
        run.repeats(o, false);
        return l1.memory.read(o, size);
      }
      if (Integer.compareUnsigned(o, nearBytes) < 0 && (o & 3) + size <= 4) {
        run.cluster.beforeAccess(o, false);
        reserve(o);
        return l1.memory.read(o, size);
      }
    }
    return loadFar(address, size);
  }

  private void storeGuarded(int address, int size, int value) {
    RunAhead run = core.ahead;
    if (run != null && nearSize == 0) {
      int o = address & L1_ALIAS;
      if (core.repeating) {
        run.repeats(o, true);
        l1.memory.write(o, size, value);
        return;
      }
      if (Integer.compareUnsigned(o, nearBytes) < 0 && (o & 3) + size <= 4) {
        run.cluster.beforeAccess(o, true);
        reserve(o);
        l1.memory.write(o, size, value);
        return;
      }
    }
    storeFar(address, size, value);
  }

  int loadFar(int address, int size) {
    int value = core.unit.load(address, size);
    wait += wait < 0 ? 0 : core.request.latency;
    return value;
  }

  private void storeFar(int address, int size, int value) {
    core.unit.store(address, size, value);
    wait += wait < 0 ? 0 : core.request.latency;
  }
}
