package dev.marlin.deployer.tiling;

import java.util.function.Supplier;

/**
 * Remembers the tilings of layers for deployments to come. A key holds everything that a tiling
 * depends on, and no name, so that layers of different networks share one.
 */
public interface TileCache {

  /** Remembers nothing. */
  TileCache NONE =
      new TileCache() {
        @Override
        public <T> T get(Object key, Supplier<T> make) {
          return make.get();
        }
      };

  /**
   * The value of {@code key}: a remembered one, or what {@code make} returns. What {@code make}
   * throws is thrown, and nothing is remembered.
   *
   * @param key equal for equal problems; values are immutable, so that threads may share them
   */
  <T> T get(Object key, Supplier<T> make);
}
