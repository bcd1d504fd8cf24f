package dev.marlin.simulator;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Translations that runs in this JVM share: the same instructions at the same addresses under the
 * same circumstances give the same class.
 *
 * <p>So a program that runs again, or another one that begins with the same library, finds code
 * that the JVM has compiled already. Translations hold no state of a run. Those that were used
 * least recently are forgotten, and their classes unloaded.
 */
final class TranslationCache {
  private static final int MOST = 4096;

  private static final Map<IntBuffer, Region> SHARED =
      Collections.synchronizedMap(
          new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<IntBuffer, Region> eldest) {
              return size() > MOST;
            }
          });

  private TranslationCache() {}

  /** The translation of some code, made if there is none yet. */
  static Region get(HotCode code, boolean traced, int l1Bytes) {
    IntBuffer key = key(code, traced, l1Bytes);
    Region region = SHARED.get(key);
    if (region == null) {
      region = Translator.translate(code, traced, l1Bytes);
      SHARED.put(key, region);
    }
    return region;
  }

  /** Everything that the bytecode depends on. */
  private static IntBuffer key(HotCode code, boolean traced, int l1Bytes) {
    List<Integer> key = new ArrayList<>();
    key.add(l1Bytes | (traced ? 1 : 0));
    key.add(code.insns.length);
    for (int k = 0; k < code.insns.length; k++) {
      Insn i = code.insns[k];
      Insn target = code.targets[k];
      Insn unexplored = code.unexplored[k];
      key.add(i.address);
      key.add(i.decoded == null ? 0 : i.decoded.word);
      key.add((code.stalls[k] ? 1 : 0) | (code.loopEnds[k] ? 2 : 0));
      key.add(target == null ? 0 : target.address);
      key.add(unexplored == null ? 0 : unexplored.address);
    }
    for (Insn exit : code.exits) {
      key.add(exit.address);
    }
    for (int start : code.loopStarts) {
      key.add(start);
    }
    int[] numbers = key.stream().mapToInt(Integer::intValue).toArray();
    return IntBuffer.wrap(numbers);
  }
}
