/* MCHAN commands. Field widths: size 16 bit, length and stride of a 2D line 15 bit; size a multiple of length in 2D. */
#include "dma.h"

/* Before revision 3 of the chip a two-dimensional transfer must have ended when another starts. */
#ifndef GAP8_REVISION
#define GAP8_REVISION 3
#endif

/* Until no counter has bytes under way. */
static FABRIC void wait_for_all(void) {
  while (REGISTER(DMA_STATUS) & 0xffff) {
  }
}

enum { MAX_SIZE = 0xff00 /* what fits 16 bit, in whole bursts of 256 */, MAX_FIELD = 0x7fff };
enum { INCREMENT = 1u << 17, TWO_DIMENSIONS = 1u << 18 };

static FABRIC void command_1d(uint32_t direction, uint32_t l1, uint32_t l2, uint32_t bytes) {
  REGISTER(DMA_COMMAND) = bytes | direction | INCREMENT;
  REGISTER(DMA_COMMAND) = l1;
  REGISTER(DMA_COMMAND) = l2;
}

FABRIC void dma_1d(uint32_t direction, void *l1, void *l2, uint32_t bytes) {
  __asm__ volatile("" ::: "memory"); /* what was written must be in memory before the transfer reads it */
  uint32_t near = (uint32_t)l1, far = (uint32_t)l2;
  for (; bytes > MAX_SIZE; bytes -= MAX_SIZE, near += MAX_SIZE, far += MAX_SIZE) {
    command_1d(direction, near, far, MAX_SIZE);
  }
  if (bytes) command_1d(direction, near, far, bytes);
}

FABRIC void dma_copy(uint32_t direction, void *l1, void *l2, uint32_t bytes) {
  uint32_t counter = dma_begin();
  dma_1d(direction, l1, l2, bytes);
  dma_wait(counter);
}

FABRIC void dma_2d(uint32_t direction, void *l1, void *l2, uint32_t lines, uint32_t line, uint32_t stride) {
  uint32_t near = (uint32_t)l1, far = (uint32_t)l2;
  if (line == stride || lines == 1) {
    dma_1d(direction, l1, l2, lines * line);
    return;
  }
  __asm__ volatile("" ::: "memory");
  if (line == 0) return;
  if (line > MAX_FIELD || stride > MAX_FIELD) {
    for (; lines; lines--, near += line, far += stride) dma_1d(direction, (void *)near, (void *)far, line);
    return;
  }
  uint32_t at_once = lines * line <= 0xffff ? lines : 0xffff / line;
  while (lines) {
    if (at_once > lines) at_once = lines;
    REGISTER(DMA_COMMAND) = at_once * line | direction | INCREMENT | TWO_DIMENSIONS;
    REGISTER(DMA_COMMAND) = near;
    REGISTER(DMA_COMMAND) = far;
    REGISTER(DMA_COMMAND) = stride << 16 | line;
    if (GAP8_REVISION < 3) wait_for_all();
    lines -= at_once;
    near += at_once * line;
    far += at_once * stride;
  }
}
