package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * MCHAN, the cluster's DMA: a channel for each core and one for the fabric controller, 16 counters,
 * one- and two-dimensional copies between L1 and the rest of the chip.
 *
 * <p>Commands go from the channels' queues into one queue for each direction, are cut into bursts
 * of at most 256 bytes (a line each for two dimensions), and move through L1 by words over two
 * ports for each direction. A burst reads or writes the outside at once, whatever the latency
 * there, but books the path, which others then find busy.
 */
final class Dma {
  static final int COUNTERS = 16;
  private static final int GLOBAL_DEPTH = 8;
  private static final int MAX_BURSTS = 8;
  private static final int PORTS = 4;
  private static final int ALL_FREE = (1 << COUNTERS) - 1;

  private final Machine machine;
  private final ClockDomain clock;
  private final L1 l1;
  private final DmaChannel[] channels;

  private final int[] pendingBytes = new int[COUNTERS];
  private int freeCounters = ALL_FREE;
  private final Ring<Request> waitingForCounter = new Ring<>(Request[]::new, 64);

  private int queuedIn;
  private int queuedOut;
  private int nextChannel;
  private final Ring<DmaCommand> inCommands = new Ring<>(DmaCommand[]::new, GLOBAL_DEPTH);
  private final Ring<DmaCommand> outCommands = new Ring<>(DmaCommand[]::new, GLOBAL_DEPTH);
  private @Nullable DmaCommand currentIn;
  private @Nullable DmaCommand currentOut;

  /** Bursts read from outside, to be written to L1. */
  private final Ring<DmaBurst> arrived = new Ring<>(DmaBurst[]::new, MAX_BURSTS);

  private final Ring<DmaBurst> spare = new Ring<>(DmaBurst[]::new, 2 * MAX_BURSTS);

  /** The burst being read from L1. */
  private @Nullable DmaBurst leaving;

  private final long[] portFree = new long[PORTS];

  private final Event moveCommands;
  private final Event startIn;
  private final Event startOut;
  final Event moveWords;

  long bytesIn;
  long bytesOut;

  /** Cycles in which a word went into or out of L1. */
  long busyIn;

  long busyOut;

  Dma(Machine machine, ClockDomain clock, L1 l1, int cores) {
    this.machine = machine;
    this.clock = clock;
    this.l1 = l1;
    this.channels = new DmaChannel[cores + 1];
    for (int i = 0; i <= cores; i++) {
      channels[i] = new DmaChannel(this, i);
    }
    for (int i = 0; i < 2 * MAX_BURSTS; i++) {
      spare.push(new DmaBurst());
    }
    this.moveCommands = event(this::moveCommand);
    this.startIn = event(this::startBurstIn);
    this.startOut = event(this::startBurstOut);
    this.moveWords = event(this::moveWords);
  }

  private Event event(Runnable action) {
    return new Event(clock) {
      @Override
      void fire() {
        action.run();
        next();
      }
    };
  }

  // ---- registers

  /** A load or store of a channel's registers; channel n is the fabric controller's. */
  boolean access(Request r, int offset, int channel) {
    if (r.size != 4) {
      return false;
    }
    DmaChannel c = channels[channel];
    if (offset == 0) {
      if (r.write) {
        c.write(r);
      } else {
        allocate(r, c);
      }
    } else if (offset == 4) {
      if (r.write) {
        release(r.data);
      } else {
        r.data = status();
        if (machine.activity != null) {
          machine.activity.polls(r.core, "DMA", (r.data >>> c.counter & 1) != 0);
        }
      }
    } else {
      return false;
    }
    return true;
  }

  private int status() {
    int status = (~freeCounters & ALL_FREE) << 16;
    for (int i = 0; i < COUNTERS; i++) {
      if (pendingBytes[i] != 0) {
        status |= 1 << i;
      }
    }
    return status;
  }

  private void allocate(Request r, DmaChannel c) {
    if (freeCounters == 0) {
      r.blocked = true;
      r.waitsFor = "a DMA counter";
      waitingForCounter.push(r);
      c.waitsForCounter = true;
    } else {
      r.data = take(c);
    }
  }

  private int take(DmaChannel c) {
    int counter = Integer.numberOfTrailingZeros(freeCounters);
    freeCounters &= ~(1 << counter);
    c.counter = counter;
    return counter;
  }

  private void release(int mask) {
    freeCounters |= mask & ALL_FREE;
    if (freeCounters != 0 && !waitingForCounter.isEmpty()) {
      Request r = waitingForCounter.pop();
      r.data = take(channels[Math.min(r.core.index, channels.length - 1)]);
      r.core.unit.answer();
    }
  }

  // ---- commands

  /** A channel has completed a command. */
  void submit(DmaCommand command) {
    if (command.size == 0 || (command.twoDimensional && command.lineBytes == 0)) {
      throw machine.badTransfer("An empty DMA transfer was started: " + command + ".");
    }
    if (command.twoDimensional && command.size % command.lineBytes != 0) {
      throw machine.badTransfer(
          "A 2-D DMA transfer is not a multiple of its line: " + command + ".");
    }
    pendingBytes[command.counter] += command.size;
    if (command.out) {
      queuedOut++;
    } else {
      queuedIn++;
    }
    next();
  }

  private void moveCommand() {
    if (queuedIn > 0 && !inCommands.isFull()) {
      move(false, inCommands);
    } else if (queuedOut > 0 && !outCommands.isFull()) {
      move(true, outCommands);
    }
  }

  private void move(boolean out, Ring<DmaCommand> queue) {
    for (int i = 0; i < channels.length; i++) {
      DmaCommand command = channels[(nextChannel + i) % channels.length].remove(out);
      if (command != null) {
        if (out) {
          queuedOut--;
        } else {
          queuedIn--;
        }
        channels[(nextChannel + i) % channels.length].resume();
        queue.push(command);
        nextChannel = (nextChannel + 1) % channels.length;
        return;
      }
    }
  }

  private void startBurstIn() {
    if (currentIn == null && !inCommands.isEmpty()) {
      currentIn = inCommands.pop();
      begin(currentIn);
    }
    DmaCommand command = currentIn;
    if (command != null && burstsIn < MAX_BURSTS) {
      burstsIn++;
      DmaBurst burst = spare.pop();
      command.cut(burst);
      if (command.left == 0) {
        currentIn = null;
      }
      machine.interconnect.dmaRead(burst, command);
      arrived.push(burst);
    }
  }

  private int burstsIn;

  private void begin(DmaCommand command) {
    if (machine.activity != null) {
      command.began = machine.activity.now();
    }
  }

  private void startBurstOut() {
    if (currentOut == null && !outCommands.isEmpty()) {
      currentOut = outCommands.pop();
      begin(currentOut);
    }
    DmaCommand command = currentOut;
    if (command != null && leaving == null) {
      DmaBurst burst = spare.pop();
      command.cut(burst);
      leaving = burst;
      if (command.left == 0) {
        currentOut = null;
      }
    }
  }

  // ---- words

  /** Whether it is about to move words. */
  boolean isMoving() {
    return moveWords.queued;
  }

  /** The cycle in which it moves words next, or never. */
  long nextMove() {
    return moveWords.queued ? moveWords.cycle : Long.MAX_VALUE;
  }

  /** For how many cycles it surely does nothing but move words of bursts that go on. */
  int cyclesInBursts() {
    return Math.min(cyclesIn(arrived.peek()), cyclesIn(leaving));
  }

  private int cyclesIn(@Nullable DmaBurst burst) {
    if (burst == null) {
      return Integer.MAX_VALUE;
    }
    return burst.local + burst.size <= l1.memory.bytes.length
        ? (burst.size - burst.done - 1) / (4 * PORTS / 2)
        : 0;
  }

  /** Whether no core has used ahead of time what is left of the bursts being moved. */
  boolean isApartFrom(FastCluster cluster) {
    return isApart(arrived.peek(), cluster) && isApart(leaving, cluster);
  }

  private static boolean isApart(@Nullable DmaBurst burst, FastCluster cluster) {
    if (burst == null || burst.apartIn == cluster.slices) {
      return true;
    }
    boolean apart =
        cluster.leaves((burst.local + burst.done) >>> 2, (burst.local + burst.size - 1) >>> 2);
    if (apart) {
      burst.apartIn = cluster.slices;
    }
    return apart;
  }

  private void moveWords() {
    long now = clock.cycles;
    long in0 = bytesIn;
    long out0 = bytesOut;
    for (int port = 0; port < PORTS; port++) {
      if (portFree[port] > now) {
        continue;
      }
      boolean in = port < 2;
      DmaBurst burst = in ? arrived.peek() : leaving;
      if (burst == null) {
        continue;
      }
      int address = burst.local + burst.done;
      int size = Math.min(4 - (address & 3), burst.size - burst.done);
      if (address < 0 || address + size > l1.memory.bytes.length) {
        throw machine.badTransfer("A DMA transfer leaves L1: " + burst.command() + ".");
      }
      machine.beforeAccess(address, in);
      portFree[port] = now + l1.reserve(address, now) + 1;
      if (in) {
        copy(burst.data, burst.done, l1.memory.bytes, address, size);
        burst.done += size;
        bytesIn += size;
        account(burst.command(), size);
        if (burst.done == burst.size) {
          arrived.pop();
          burstsIn--;
          spare.push(burst);
        }
      } else {
        copy(l1.memory.bytes, address, burst.data, burst.done, size);
        burst.done += size;
        bytesOut += size;
        if (burst.done == burst.size) {
          leaving = null;
          machine.interconnect.dmaWrite(burst, burst.command());
          account(burst.command(), burst.size);
          spare.push(burst);
        }
      }
    }
    busyIn += bytesIn == in0 ? 0 : 1;
    busyOut += bytesOut == out0 ? 0 : 1;
  }

  private static void copy(byte[] from, int at, byte[] to, int where, int bytes) {
    if (bytes == 4) {
      Near.storeWord(to, where, Near.word(from, at));
    } else {
      System.arraycopy(from, at, to, where, bytes);
    }
  }

  private void account(DmaCommand command, int bytes) {
    pendingBytes[command.counter] -= bytes;
    command.unfinished -= bytes;
    if (pendingBytes[command.counter] == 0) {
      if (command.broadcast) {
        for (DmaChannel channel : channels) {
          machine.dmaDone(channel.index, command);
        }
      } else {
        machine.dmaDone(command.channel.index, command);
      }
    }
    if (command.unfinished == 0) {
      if (machine.activity != null) {
        machine.activity.dma(command, command.began);
      }
      command.channel.recycle(command);
    }
  }

  /** Enqueues what can go on in the next cycle. */
  private void next() {
    if ((queuedIn > 0 && !inCommands.isFull()) || (queuedOut > 0 && !outCommands.isFull())) {
      moveCommands.schedule(1);
    }
    if (currentIn == null ? !inCommands.isEmpty() : burstsIn < MAX_BURSTS) {
      startIn.schedule(1);
    }
    if (currentOut == null ? !outCommands.isEmpty() : leaving == null) {
      startOut.schedule(1);
    }
    if ((!arrived.isEmpty() || leaving != null) && !moveWords.queued) {
      long earliest = portFree[0];
      for (long free : portFree) {
        earliest = Math.min(earliest, free);
      }
      moveWords.schedule(Math.max(1, earliest - clock.cycles));
    }
  }
}
