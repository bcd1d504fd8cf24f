package dev.marlin.simulator;

/**
 * The HyperBus controller, HyperRAM on its first chip select and HyperFlash on its second.
 *
 * <p>A transfer: a delay (72 cycles), chip select, six bytes of command and address, then the data
 * (a byte a cycle). Delay and bandwidth are the chip's configuration. Chip select goes off when the
 * next transfer begins. The memories themselves answer at once. Addresses at or above the second
 * chip's base are the flash's, less the base.
 */
final class HyperBus {
  private static final int REGISTERS = 16;
  private static final int BYTE = 1000;
  private static final int COMMAND_BYTES = 6;
  private static final int WORD = 4;

  /** Fewer cycles are left to the queue. */
  private static final int WORTH_SKIPPING = 8;

  /** What happens in a cycle. */
  private enum State {
    IDLE,
    DELAY,
    SELECT,
    COMMAND,
    DATA,
    DESELECT
  }

  private final Udma udma;
  private final byte[] ram;
  private final HyperFlash flash;
  private final int delay;
  private final int bandwidth;
  private final Event step;
  private final int[] registers = new int[REGISTERS];

  private State state = State.IDLE;
  private int count;
  private boolean reading;
  private boolean pendingRx;
  private boolean pendingTx;
  private int pendingBytes;
  private int word;
  private int transferLeft;
  private int transferBytes;
  private long firstAddress;
  private long began;
  private long address;
  private boolean secondChip;
  private int collected;
  private int collectedBytes;

  /** Thousandths of a byte that the bus could have moved by now. */
  private int credit;

  long bytesRead;
  long bytesWritten;
  long flashBytesRead;
  long busyCycles;

  HyperBus(Udma udma, ClockDomain clock, byte[] ram, byte[] flashImage, ChipConfig.L3Bus speed) {
    this.udma = udma;
    this.ram = ram;
    this.flash = new HyperFlash(flashImage);
    this.delay = speed.latencyCycles();
    this.bandwidth = speed.milliBytesPerCycle();
    this.step =
        new Event(clock) {
          @Override
          void fire() {
            skip();
            cycle();
          }
        };
  }

  boolean access(Request r, int offset) {
    int register = offset >> 2;
    if (register >= REGISTERS) {
      return false;
    }
    if (r.write) {
      registers[register] = r.data;
    } else {
      r.data = registers[register];
    }
    return true;
  }

  /** Takes up the next word to send or transfer to receive, if the bus is free for it. */
  void check() {
    if (pendingBytes == 0) {
      UdmaTransfer receiving = udma.rx.current;
      if (udma.hasFetched() && (pendingTx || !pendingRx)) {
        pendingTx = true;
        word = udma.takeFetched();
        pendingBytes = 4;
      } else if (receiving != null && (pendingRx || !pendingTx)) {
        pendingRx = true;
        pendingBytes = receiving.size;
      }
    }
    if (pendingBytes != 0) {
      step.domain.sync();
      step.schedule(1);
    }
  }

  private void cycle() {
    boolean end = false;
    busyCycles++;
    switch (state) {
      case IDLE -> {
        if (pendingBytes > 0) {
          begin();
        }
      }
      case DELAY -> {
        if (--count == 0) {
          state = State.SELECT;
        }
      }
      case SELECT -> {
        state = State.COMMAND;
        count = COMMAND_BYTES;
      }
      case COMMAND -> {
        if (--count == 0) {
          state = State.DATA;
        }
      }
      case DATA -> end = transferBytes();
      case DESELECT -> {
        state = State.IDLE;
        if (secondChip) {
          flash.deselect();
        }
      }
    }
    if (end) {
      if (reading) {
        pendingRx = false;
      } else {
        pendingTx = false;
        udma.consumed();
        check();
      }
    }
    check();
  }

  /**
   * Receives for all cycles in which nothing else happens in the whole system, without the queue.
   */
  private void skip() {
    if (state != State.DATA || !reading || !pendingRx || !udma.isAlone()) {
      return;
    }
    int cycles = (int) Math.min(step.domain.freeCycles() - 2, receivingCycles());
    if (cycles < WORTH_SKIPPING) {
      return;
    }
    udma.writeAtOnce(true);
    int left = cycles;
    while (left > 0) {
      UdmaTransfer transfer = udma.rx.current;
      if (left >= WORD && transfer != null && receivesWord(transfer)) {
        receiveWord(transfer);
        left -= WORD;
      } else {
        transferBytes();
        step.domain.skip(1);
        left--;
      }
    }
    udma.writeAtOnce(false);
    busyCycles += cycles;
    step.domain.timeline.skipTurns(cycles);
  }

  /** Whether the next four cycles receive a whole word from HyperRAM, as they mostly do. */
  private boolean receivesWord(UdmaTransfer transfer) {
    return bandwidth == BYTE
        && credit == 0
        && collectedBytes == 0
        && !secondChip
        && pendingBytes > WORD
        && address + WORD <= ram.length
        && transfer.remaining > WORD;
  }

  /** Receives four bytes in as many cycles, in the last of which the word is written. */
  private void receiveWord(UdmaTransfer transfer) {
    collected = (int) Memory.WORD.get(ram, (int) address);
    collectedBytes = WORD;
    word = 0;
    pendingBytes -= WORD;
    transferLeft -= WORD;
    bytesRead += WORD;
    address += WORD;
    step.domain.skip(WORD - 1);
    deliver(transfer);
    step.domain.skip(1);
  }

  /** Cycles for which the transfer surely goes on. */
  private long receivingCycles() {
    return ((long) transferLeft * BYTE - credit) / bandwidth - 2;
  }

  /**
   * Cycles from its next on in which this only receives, so that nobody is told of anything; 0 when
   * that is not sure.
   */
  long quietCycles() {
    if (state != State.DATA || !reading || !pendingRx || !step.queued) {
      return 0;
    }
    return Math.max(0, receivingCycles());
  }

  /** Events of this in the queue. */
  int queuedEvents() {
    return step.queued ? 1 : 0;
  }

  private void begin() {
    long external = registers[0] & 0xffffffffL;
    long secondBase = (registers[6] & 0xffL) << 24;
    secondChip = external >= secondBase;
    address = (secondChip ? external - secondBase : external) & ~1L;
    state = State.DELAY;
    count = delay;
    credit = 0;
    reading = pendingRx;
    UdmaTransfer transfer = reading ? udma.rx.current : udma.tx.current;
    transferLeft = transfer == null ? pendingBytes : transfer.size;
    long size = secondChip ? HyperFlash.SIZE : ram.length;
    if (address + transferLeft > size) {
      throw udma.leavesMemory(
          secondChip ? "HyperFlash" : "HyperRAM", reading, address, transferLeft, size);
    }
    transferBytes = transferLeft;
    firstAddress = address;
    began = udma.now();
    collectedBytes = 0;
    collected = 0;
  }

  /** Moves what the bus can in a cycle; true when the word or the transfer is complete. */
  private boolean transferBytes() {
    if (pendingBytes == 0) {
      credit = Math.min(credit, Math.max(0, BYTE - bandwidth));
      return false;
    }
    credit += bandwidth;
    while (pendingBytes > 0 && credit >= BYTE) {
      credit -= BYTE;
      if (transferByte()) {
        credit = Math.min(credit, BYTE - 1); // whole bytes that the cycle had left are lost
        return true;
      }
    }
    return false;
  }

  /** Moves a byte; true when the word or the transfer is complete. */
  private boolean transferByte() {
    int sent = word & 0xff;
    word >>>= 8;
    pendingBytes--;
    transferLeft--;
    if (transferLeft == 0) {
      pendingBytes = 0;
      state = State.DESELECT;
      String what = reading ? "read" : "write";
      udma.left(secondChip ? "flash " + what : what, transferBytes, firstAddress, began);
    }
    boolean exists = !secondChip && address < ram.length;
    if (reading && secondChip) {
      receive(flash.read(address));
      flashBytesRead++;
    } else if (reading) {
      receive(exists ? ram[(int) address] & 0xff : 0xff);
      bytesRead++;
    } else if (secondChip) {
      flash.write(address, sent);
    } else {
      if (exists) {
        ram[(int) address] = (byte) sent;
      }
      bytesWritten++;
    }
    address++;
    return pendingBytes == 0;
  }

  private void receive(int value) {
    UdmaTransfer transfer = udma.rx.current;
    if (transfer == null) {
      return;
    }
    collected |= value << (8 * collectedBytes);
    collectedBytes++;
    if (collectedBytes >= WORD || collectedBytes >= transfer.remaining) {
      deliver(transfer);
    }
  }

  /** Writes the word that has been collected. */
  private void deliver(UdmaTransfer transfer) {
    udma.write(transfer.address, collected);
    collected = 0;
    collectedBytes = 0;
    transfer.address += WORD;
    transfer.remaining -= WORD;
    if (transfer.remaining <= 0) {
      udma.rx.finish();
    }
  }
}
