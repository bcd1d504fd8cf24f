package dev.marlin.simulator;

/**
 * The micro DMA of the SoC with its one modelled peripheral, HyperBus: moves words between L2 and
 * the peripheral.
 *
 * <p>Reads of L2 take the time of the path, so they suffer from what the cluster's DMA has booked;
 * up to eight are on their way. Writes are taken at once.
 */
final class Udma {
  private static final int HYPER = 3;
  private static final int HYPER_OFFSET = HYPER * 0x80;
  private static final int CONFIGURATION = 0x780;
  private static final int READ_DEPTH = 8;

  /** A word read from L2 that has not arrived yet. */
  private static final class Read {
    int word;
    long arrives;
  }

  private final Machine machine;
  private final ClockDomain clock;
  final UdmaChannel rx;
  final UdmaChannel tx;
  private final HyperBus hyper;
  private final Event step;
  private int clockEnable;

  private final int[] writeAddress = new int[64];
  private final int[] writeWord = new int[64];
  private int firstWrite;
  private int writes;

  private boolean txReady;
  private final Ring<Read> freeReads = new Ring<>(Read[]::new, READ_DEPTH);
  private final Ring<Read> onTheirWay = new Ring<>(Read[]::new, READ_DEPTH);

  /** Words for the peripheral. */
  private final Ring<Read> fetched = new Ring<>(Read[]::new, READ_DEPTH);

  Udma(Machine machine, ClockDomain clock, byte[] ram) {
    this.machine = machine;
    this.clock = clock;
    this.rx = new UdmaChannel(this, clock, 2 * HYPER, false);
    this.tx = new UdmaChannel(this, clock, 2 * HYPER + 1, true);
    this.hyper = new HyperBus(this, clock, ram, machine.options.flashImage(), machine.chip.l3Bus());
    for (int i = 0; i < READ_DEPTH; i++) {
      freeReads.push(new Read());
    }
    this.step =
        new Event(clock) {
          @Override
          void fire() {
            moveWords();
          }
        };
  }

  boolean access(Request r, int offset) {
    if (offset == CONFIGURATION) {
      if (r.write) {
        clockEnable = r.data;
      } else {
        r.data = clockEnable;
      }
      return true;
    }
    if (r.size != 4) {
      return false;
    }
    if (offset < HYPER_OFFSET || offset >= HYPER_OFFSET + 0x80) {
      return offset < CONFIGURATION;
    }
    if ((clockEnable >>> HYPER & 1) == 0) {
      return true;
    }
    int register = offset - HYPER_OFFSET;
    if (register < 0x10) {
      return rx.access(r, register);
    }
    return register < 0x20 ? tx.access(r, register - 0x10) : hyper.access(r, register - 0x20);
  }

  Statistics.L3 statistics() {
    return new Statistics.L3(
        hyper.bytesRead, hyper.bytesWritten, hyper.flashBytesRead, hyper.busyCycles);
  }

  /** A channel has a transfer to do. */
  void ready(UdmaChannel channel) {
    if (channel.transmit) {
      txReady = true;
    } else {
      hyper.check();
    }
    check();
  }

  /** A core reads whether a channel is busy. */
  void polled(Request r, boolean busy) {
    if (machine.activity != null) {
      machine.activity.polls(r.core, "L3", busy);
    }
  }

  /** A transfer goes beyond the end of a memory. */
  SimulationException leavesMemory(
      String memory, boolean reading, long address, int bytes, long size) {
    return machine.badTransfer(
        "A uDMA "
            + (reading ? "read" : "write")
            + " of "
            + bytes
            + " bytes at 0x"
            + Long.toHexString(address)
            + " leaves "
            + memory
            + ", which has "
            + size
            + " bytes.");
  }

  /** A transfer has left the bus. */
  void left(String what, int bytes, long address, long began) {
    if (machine.activity != null) {
      machine.activity.l3(what, bytes, address, began);
    }
  }

  long now() {
    return machine.timeline.clusterCycles();
  }

  void done(int socEvent, boolean transmit) {
    machine.socEvents.trigger(socEvent);
    machine.fcEvents.raise(1 << (transmit ? 29 : 30), 0);
  }

  /** Writes a word that the peripheral has delivered; address bits 1..0 are dropped. */
  void write(int address, int word) {
    if (writesAtOnce) {
      machine.interconnect.udmaWrite(address & ~3, word);
      return;
    }
    int at = (firstWrite + writes) % writeAddress.length;
    writeAddress[at] = address & ~3;
    writeWord[at] = word;
    writes++;
    check();
  }

  /** Sets whether words are written without the queue: while nobody can notice. */
  void writeAtOnce(boolean on) {
    writesAtOnce = on;
  }

  /** Whether the SoC has nothing to do but what is going on in this cycle, and only receives. */
  boolean isAlone() {
    return tx.current == null && clock.eventsAtHand() == 0;
  }

  boolean hasFetched() {
    return !fetched.isEmpty();
  }

  /** The next word for the peripheral; its place stays taken until {@link #consumed}. */
  int takeFetched() {
    Read read = fetched.pop();
    taken = read;
    return read.word;
  }

  private boolean writesAtOnce;

  private Read taken = new Read();

  /** The peripheral has sent the word that it took. */
  void consumed() {
    UdmaTransfer transfer = tx.current;
    if (transfer != null && transfer.received >= transfer.size) {
      tx.finish();
    }
    freeReads.push(taken);
    check();
  }

  private void moveWords() {
    if (writes > 0) {
      machine.interconnect.udmaWrite(writeAddress[firstWrite], writeWord[firstWrite]);
      firstWrite = (firstWrite + 1) % writeAddress.length;
      writes--;
    }
    UdmaTransfer transfer = tx.current;
    if (txReady && transfer != null && !freeReads.isEmpty()) {
      Read read = freeReads.pop();
      int address = transfer.address & ~3;
      transfer.address += 4;
      transfer.remaining -= 4;
      txReady = transfer.remaining > 0;
      int latency = machine.interconnect.udmaRead(address);
      read.word = machine.interconnect.l2Word(address);
      read.arrives = clock.cycles + latency + 1;
      onTheirWay.push(read);
    }
    Read read = onTheirWay.peek();
    while (read != null && read.arrives <= clock.cycles) {
      onTheirWay.pop();
      UdmaTransfer receiver = tx.current;
      if (receiver != null) {
        receiver.received += 4;
      }
      fetched.push(read);
      hyper.check();
      read = onTheirWay.peek();
    }
    check();
  }

  /**
   * Cycles in which the SoC does nothing but receive from L3 into L2, of which neither cores nor
   * cluster are told; 0 when that is not sure.
   */
  long quietCycles() {
    int mine = hyper.queuedEvents() + (step.queued ? 1 : 0);
    return tx.current == null && clock.eventsAtHand() == mine ? hyper.quietCycles() : 0;
  }

  private void check() {
    if ((txReady && !freeReads.isEmpty()) || writes > 0) {
      clock.enqueueEarlier(step, 1);
    }
    Read read = onTheirWay.peek();
    if (read != null) {
      clock.enqueueEarlier(step, Math.max(1, read.arrives - clock.cycles));
    }
  }
}
