package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * A core's door to the DMA: takes commands word by word, holds two, and blocks the core that writes
 * a third.
 */
final class DmaChannel {
  private static final int DEPTH = 2;

  final int index;

  /** Counter of the commands to come. */
  int counter;

  boolean waitsForCounter;

  private final Dma dma;
  private @Nullable DmaCommand current;
  private final @Nullable DmaCommand[] queue = new DmaCommand[DEPTH];
  private int queued;
  private @Nullable Request blocked;
  private final Ring<DmaCommand> pool = new Ring<>(DmaCommand[]::new, 64);

  DmaChannel(Dma dma, int index) {
    this.dma = dma;
    this.index = index;
  }

  void write(Request r) {
    if (queued == DEPTH) {
      r.blocked = true;
      r.waitsFor = "room in its DMA queue";
      blocked = r;
    } else {
      accept(r.data);
    }
  }

  private void accept(int word) {
    if (current == null) {
      current = pool.isEmpty() ? new DmaCommand(this) : pool.pop();
      current.step = 0;
    }
    if (current.add(word, counter)) {
      DmaCommand complete = current;
      current = null;
      queue[queued++] = complete;
      dma.submit(complete);
    }
  }

  /** Removes the oldest command of a direction, or returns null. */
  @Nullable DmaCommand remove(boolean out) {
    for (int i = 0; i < queued; i++) {
      DmaCommand command = queue[i];
      if (command != null && command.out == out) {
        System.arraycopy(queue, i + 1, queue, i, queued - i - 1);
        queued--;
        queue[queued] = null;
        return command;
      }
    }
    return null;
  }

  /** Lets the core go on whose word did not fit. */
  void resume() {
    Request r = blocked;
    if (r != null) {
      blocked = null;
      accept(r.data);
      r.core.unit.answer();
    }
  }

  void recycle(DmaCommand command) {
    if (!pool.isFull()) {
      pool.push(command);
    }
  }
}
