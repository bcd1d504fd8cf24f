package dev.marlin.simulator;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The decoded instructions of one domain, by address. Pages of 2 KiB are made when code is first
 * met there.
 */
final class CodeCache {
  private static final int PAGE_BITS = 11;
  private static final int PAGE_MASK = (1 << PAGE_BITS) - 1;

  private final int l2Base;
  private final @Nullable Insn[][] l2Pages;
  private final Map<Integer, Insn[]> otherPages = new HashMap<>();

  CodeCache(Memory l2) {
    this.l2Base = l2.base;
    this.l2Pages = new Insn[(l2.bytes.length + PAGE_MASK) >>> PAGE_BITS][];
  }

  /** The instruction at an even address. */
  Insn at(int address) {
    int number = (address - l2Base) >>> PAGE_BITS;
    Insn[] page;
    if (number < l2Pages.length) {
      page = l2Pages[number];
      if (page == null) {
        page = newPage(address & ~PAGE_MASK);
        l2Pages[number] = page;
      }
    } else if (!isMemory(address)) {
      return new Insn(address); // it will never be executed: nothing to keep
    } else {
      page = otherPages.computeIfAbsent(address >>> PAGE_BITS, n -> newPage(n << PAGE_BITS));
    }
    return page[(address & PAGE_MASK) >>> 1];
  }

  /** Whether an address lies where L1 or the fabric controller's memory may be. */
  private static boolean isMemory(int address) {
    int region = address & 0xfff0_0000;
    return region == L1.BASE || region == 0x1b00_0000;
  }

  /** Forgets all decoded instructions; the objects stay valid. */
  void flush() {
    for (Insn[] page : l2Pages) {
      forget(page);
    }
    otherPages.values().forEach(CodeCache::forget);
  }

  private static void forget(Insn @Nullable [] page) {
    if (page != null) {
      for (Insn insn : page) {
        insn.forget();
      }
    }
  }

  private static Insn[] newPage(int address) {
    Insn[] page = new Insn[1 << (PAGE_BITS - 1)];
    for (int i = 0; i < page.length; i++) {
      page[i] = new Insn(address + 2 * i);
    }
    return page;
  }
}
