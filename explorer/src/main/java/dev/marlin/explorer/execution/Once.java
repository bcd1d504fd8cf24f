package dev.marlin.explorer.execution;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Things that are made once, by the first thread that asks; the ones used last are kept. */
final class Once<T> {
  private final Map<Object, CompletableFuture<T>> made;

  Once(int most) {
    made =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<Object, CompletableFuture<T>> eldest) {
            return size() > most;
          }
        };
  }

  /**
   * The thing of {@code key}. What {@code make} throws, all that wait for it throw, and nothing is
   * kept.
   */
  T get(Object key, Supplier<? extends T> make) {
    CompletableFuture<T> mine = new CompletableFuture<>();
    CompletableFuture<T> first;
    synchronized (made) {
      CompletableFuture<T> there = made.putIfAbsent(key, mine);
      first = there == null ? mine : there;
    }
    if (first == mine) {
      try {
        mine.complete(make.get());
      } catch (RuntimeException | Error e) {
        mine.completeExceptionally(e);
        synchronized (made) {
          made.remove(key, mine);
        }
      }
    }
    try {
      return first.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }
}
