package dev.marlin.simulator;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A queue of fixed capacity that allocates nothing after construction. */
final class Ring<T> {
  private final @Nullable T[] items;
  private int first;
  private int count;

  Ring(IntFunction<@Nullable T[]> array, int capacity) {
    this.items = array.apply(capacity);
  }

  boolean isEmpty() {
    return count == 0;
  }

  boolean isFull() {
    return count == items.length;
  }

  int size() {
    return count;
  }

  void push(T item) {
    if (isFull()) {
      throw new IllegalStateException("The queue of " + items.length + " is full");
    }
    items[(first + count) % items.length] = item;
    count++;
  }

  T pop() {
    T item = peek();
    if (item == null) {
      throw new IllegalStateException("The queue is empty");
    }
    items[first] = null;
    first = (first + 1) % items.length;
    count--;
    return item;
  }

  /** The oldest item, or null when there is none. */
  @Nullable T peek() {
    return items[first];
  }

  void clear() {
    while (!isEmpty()) {
      pop();
    }
  }
}
