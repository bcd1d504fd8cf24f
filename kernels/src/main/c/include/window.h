/* The part of a pooling window that lies within the input. */
#ifndef MARLIN_WINDOW_H
#define MARLIN_WINDOW_H

#include "tile.h"
#include "xpulp.h"

typedef struct {
  const uint8_t *first;    /* of the first pixel, channel 0 */
  uint32_t rows, columns;  /* taps within the input; 0 if the whole window lies in the padding */
  int32_t row, column;     /* bytes from tap to tap */
} pool_window_t;

/* Taps of one axis: those of `kernel` that begin at `from` and lie in 0 .. size - 1. */
typedef struct {
  int32_t first, count;
} taps_t;

static inline taps_t taps_within(int32_t from, int32_t kernel, int32_t dilation, int32_t size) {
  int32_t skipped = from < 0 ? (dilation - 1 - from) / dilation : 0;
  int32_t first = from + skipped * dilation;
  int32_t fitting = first < size ? (size - 1 - first) / dilation + 1 : 0;
  return (taps_t){first, x_max(0, x_min(kernel - skipped, fitting))};
}

static inline pool_window_t pool_window(const tile_t *t, int32_t y, int32_t x) {
  const geometry_t *g = t->geometry;
  const taps_t h = taps_within(y * g->stride_h - t->pad_top, g->kernel_h, g->dilation_h, t->in_h);
  const taps_t w = taps_within(x * g->stride_w - t->pad_left, g->kernel_w, g->dilation_w, t->in_w);
  const int empty = h.count == 0 || w.count == 0;
  return (pool_window_t){empty ? t->in : t->in + (h.first * t->in_w + w.first) * t->in_c, empty ? 0 : (uint32_t)h.count,
                         empty ? 0 : (uint32_t)w.count, g->dilation_h * t->in_w * t->in_c, g->dilation_w * t->in_c};
}

#endif
