package dev.marlin.simulator;

import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Translations that simulators of one JVM share: the same instructions under the same circumstances
 * give the same class, wherever they lie.
 *
 * <p>So a program that runs again, or another one with the same kernels, finds code that the JVM
 * has compiled already. Translations hold no state of a run, so simulators may share them from
 * several threads. Those that were used least recently are forgotten, and their classes unloaded.
 */
public final class Translations {
  private static final int MOST = 4096;

  private final Map<IntBuffer, Region> regions =
      Collections.synchronizedMap(
          new LinkedHashMap<>(256, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<IntBuffer, Region> eldest) {
              return size() > MOST;
            }
          });

  /** How many there are. */
  public int size() {
    return regions.size();
  }

  /** The translation of some code, made if there is none yet. */
  Region get(HotCode code, boolean traced, int l1Bytes, int bankMask) {
    IntBuffer key = key(code, traced, l1Bytes, bankMask);
    Region region = regions.get(key);
    if (region == null) {
      region = Translator.translate(code, traced, l1Bytes, bankMask);
      regions.put(key, region);
    }
    return region;
  }

  /** Everything that the bytecode depends on; addresses count from where the code begins. */
  private static IntBuffer key(HotCode code, boolean traced, int l1Bytes, int bankMask) {
    int origin = code.insns[0].address;
    List<Integer> key = new ArrayList<>();
    key.add(l1Bytes | (traced ? 1 : 0));
    key.add(traced ? bankMask : 0);
    key.add(origin & 15);
    key.add(code.insns.length);
    for (int k = 0; k < code.insns.length; k++) {
      Insn i = code.insns[k];
      key.add(i.address - origin);
      key.add(i.decoded == null ? 0 : i.decoded.word);
      key.add(i.imm); // of instructions that know their address
      key.add((code.stalls[k] ? 1 : 0) | (code.loopEnds[k] ? 2 : 0));
      key.add(relative(code.targets[k], origin));
      key.add(relative(code.unexplored[k], origin));
    }
    for (Insn exit : code.exits) {
      key.add(exit.address - origin);
    }
    for (int start : code.loopStarts) {
      key.add(start - origin);
    }
    for (int line : code.lines) {
      key.add((line & ~15) - (origin & ~15));
    }
    int[] numbers = key.stream().mapToInt(Integer::intValue).toArray();
    return IntBuffer.wrap(numbers);
  }

  private static int relative(@Nullable Insn insn, int origin) {
    return insn == null ? 1 : insn.address - origin;
  }
}
