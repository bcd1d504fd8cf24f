package dev.marlin.deployer.reference;

/**
 * Pseudo-random numbers that are the same on every machine and Java version: SplitMix64 (Steele,
 * Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
 */
public final class SplitMix {
  private long state;

  public SplitMix(long seed) {
    state = seed;
  }

  /** Numbers that belong to a name. */
  public static SplitMix of(String name) {
    long seed = 0;
    for (int i = 0; i < name.length(); i++) {
      seed = seed * 31 + name.charAt(i);
    }
    return new SplitMix(seed);
  }

  /** 64 random bits. */
  public long nextLong() {
    state += 0x9e3779b97f4a7c15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A number from {@code min} to {@code max}, both included, each about equally likely. */
  public int nextInt(int min, int max) {
    long count = (long) max - min + 1;
    return (int) (min + (((nextLong() >>> 32) * count) >>> 32));
  }
}
