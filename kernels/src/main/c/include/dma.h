/* The cluster DMA (MCHAN): transfers between L1 and L2 that run while the core goes on.
 *
 * A counter follows all transfers that a core starts between dma_begin() and dma_wait(). There are 16 counters for all
 * cores together, so every dma_begin() must meet its dma_wait(). A core has one current counter: the last it began.
 * Sizes and strides of any value work: what the fields of a command cannot hold is cut into several commands. A core
 * that starts more commands than the queues hold waits until there is room. Addresses need no alignment; the fast case
 * is an L1 address that is a multiple of 4. */
#ifndef MARLIN_DMA_H
#define MARLIN_DMA_H

#include "runtime.h"

#define DMA_COMMAND 0x00204400 /* read: take a counter; write: the words of a command */
#define DMA_STATUS 0x00204404  /* read: bit n: counter n has bytes under way; write: give counters back */

enum { DMA_OUT = 0 /* L1 to L2 */, DMA_IN = 1u << 16 /* L2 to L1 */ };

static inline uint32_t dma_begin(void) { return REGISTER(DMA_COMMAND); }

static inline void dma_wait(uint32_t counter) {
  while (REGISTER(DMA_STATUS) & 1u << counter) {
  }
  REGISTER(DMA_STATUS) = 1u << counter;
  __asm__ volatile("" ::: "memory");
}

/* `bytes` bytes, dense on both sides. */
void dma_1d(uint32_t direction, void *l1, void *l2, uint32_t bytes);

/* `lines` lines of `line` bytes, dense in L1, their starts `stride` bytes apart in L2. */
void dma_2d(uint32_t direction, void *l1, void *l2, uint32_t lines, uint32_t line, uint32_t stride);

#endif
