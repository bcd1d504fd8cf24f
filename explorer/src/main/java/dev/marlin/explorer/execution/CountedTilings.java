package dev.marlin.explorer.execution;

import dev.marlin.deployer.tiling.TileCache;
import java.util.function.Supplier;

/** The shared tilings as one point sees them: counts how many it solved and how many it found. */
final class CountedTilings implements TileCache {
  private final Once<Object> shared;
  private int solved;
  private int found;

  CountedTilings(Once<Object> shared) {
    this.shared = shared;
  }

  @Override
  @SuppressWarnings("unchecked") // a key stands for one type of value
  public <T> T get(Object key, Supplier<T> make) {
    int before = solved;
    T value =
        (T)
            shared.get(
                key,
                () -> {
                  solved++;
                  return make.get();
                });
    found += solved == before ? 1 : 0;
    return value;
  }

  /** Tilings that this point had to solve itself. */
  int solved() {
    return solved;
  }

  /** Tilings that another point had solved. */
  int found() {
    return found;
  }
}
