package dev.marlin.simulator;

import org.jspecify.annotations.Nullable;

/**
 * Something that happens at a cycle of a clock domain: a core's next instruction, a step of a
 * device. At most once in the queue.
 */
abstract class Event {
  final ClockDomain domain;

  /** Number within the domain, from 1. */
  final int number;

  /** The next one in the list of events further ahead. */
  @Nullable Event next;

  boolean queued;
  long cycle;

  Event(ClockDomain domain) {
    this.domain = domain;
    this.number = domain.register(this);
  }

  /** Called at its cycle; it is out of the queue by then and may enqueue itself again. */
  abstract void fire();

  /** Enqueues this event unless it is queued already. */
  final void schedule(long delay) {
    if (!queued) {
      domain.enqueue(this, delay);
    }
  }
}
