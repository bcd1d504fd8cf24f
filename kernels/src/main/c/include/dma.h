/* The cluster DMA (MCHAN): transfers between L1 and L2 that run while the core goes on. Only the fabric controller uses it,
 * through the channel that belongs to no core of the cluster.
 *
 * A counter follows all transfers that are started between dma_begin() and dma_wait(). There are 16 counters, so every
 * dma_begin() must meet its dma_wait(). The last that was begun is the current one.
 * Sizes and strides of any value work: what the fields of a command cannot hold is cut into several commands. Who
 * starts more commands than the queues hold waits until there is room. Addresses need no alignment; the fast case
 * is an L1 address that is a multiple of 4. */
#ifndef MARLIN_DMA_H
#define MARLIN_DMA_H

#include <stdbool.h>

#include "runtime.h"

#define DMA_COMMAND 0x10201800 /* read: take a counter; write: the words of a command */
#define DMA_STATUS 0x10201804  /* read: bit n: counter n has bytes under way; write: give counters back */

enum { DMA_OUT = 0 /* L1 to L2 */, DMA_IN = 1u << 16 /* L2 to L1 */ };

static inline uint32_t dma_begin(void) { return REGISTER(DMA_COMMAND); }

/* Whether all that was started under a counter has come. */
static inline bool dma_done(uint32_t counter) { return !(REGISTER(DMA_STATUS) & 1u << counter); }

static inline void dma_wait(uint32_t counter) {
  while (!dma_done(counter)) fabric_sleep();
  REGISTER(DMA_STATUS) = 1u << counter;
  __asm__ volatile("" ::: "memory");
}

/* `bytes` bytes, dense on both sides. */
void dma_1d(uint32_t direction, void *l1, void *l2, uint32_t bytes);

/* The same, with all that it takes: waits for its end. What else is under way goes on. */
void dma_copy(uint32_t direction, void *l1, void *l2, uint32_t bytes);

/* `lines` lines of `line` bytes, dense in L1, their starts `stride` bytes apart in L2. */
void dma_2d(uint32_t direction, void *l1, void *l2, uint32_t lines, uint32_t line, uint32_t stride);

#endif
