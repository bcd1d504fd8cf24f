/* How the cores share the work of a tile: every kernel numbers its units of work, and each core takes an equal run. */
#ifndef MARLIN_SHARE_H
#define MARLIN_SHARE_H

#include "runtime.h"
#include "xpulp.h"

typedef struct {
  uint32_t first, end;
} share_t;

/* The units of this core out of `units`; shares differ by one unit at most. `units` < 2^28. */
static inline share_t share_of(uint32_t units) {
  uint32_t core = (uint32_t)core_id();
  return (share_t){core * units / NUM_CORES, (core + 1) * units / NUM_CORES};
}

/* a / b. A division takes up to 34 cycles, most for the smallest b; the sizes of layers often are powers of two. */
static inline uint32_t quotient(uint32_t a, uint32_t b) {
  uint32_t others = b - 1;
  OPAQUE(others); /* else the compiler counts the bits of b, in 20 instructions */
  return (b & others) == 0 ? a >> x_ff1(b) : a < b ? 0 : a / b;
}

static inline uint32_t at_most(uint32_t value, uint32_t limit) { return value < limit ? value : limit; }

#endif
