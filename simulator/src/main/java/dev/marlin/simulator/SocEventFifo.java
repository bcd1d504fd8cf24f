package dev.marlin.simulator;

/**
 * Numbers of SoC events on their way to a core: eight deep, further events are lost. While it holds
 * one, its own event is raised.
 */
final class SocEventFifo {
  private static final int SIZE = 8;

  private final EventUnit unit;
  private final int event;
  private final int[] numbers = new int[SIZE];
  private int first;
  private int count;

  SocEventFifo(EventUnit unit, int event) {
    this.unit = unit;
    this.event = event;
  }

  void push(int number) {
    if (count < SIZE) {
      numbers[(first + count) % SIZE] = number;
      count++;
      check();
    }
  }

  void check() {
    if (event >= 0 && count > 0) {
      unit.raise(1 << event, 0);
    }
  }

  boolean access(Request r) {
    if (r.write) {
      return false;
    }
    if (count == 0) {
      r.data = 0;
    } else {
      r.data = 1 << 31 | numbers[first];
      first = (first + 1) % SIZE;
      count--;
      check();
    }
    return true;
  }
}
