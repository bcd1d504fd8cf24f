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

/* Taps of one axis: those of `kernel` that begin at `from` and lie in 0 .. size - 1; how many lie before them. */
typedef struct {
  int32_t first, count, skipped;
} taps_t;

static inline taps_t taps_within(int32_t from, int32_t kernel, int32_t dilation, int32_t size) {
  int32_t first = from, skipped = 0, fitting;
  if (dilation == 1) { /* a division by 1 takes longest of all: 34 cycles */
    skipped = x_max(-from, 0);
    first = from + skipped;
    fitting = x_max(size - first, 0);
  } else {
    if (from < 0) {
      skipped = (dilation - 1 - from) / dilation;
      first = from + skipped * dilation;
    }
    fitting = first < size ? (size - 1 - first) / dilation + 1 : 0;
  }
  return (taps_t){first, x_max(0, x_min(kernel - skipped, fitting)), skipped};
}

/* The window of output pixel (y, x), whatever of it lies in the padding. */
static __attribute__((noinline, unused)) pool_window_t cropped_window(const tile_t *t, int32_t y, int32_t x) {
  const geometry_t *g = t->geometry;
  const taps_t h = taps_within(y * g->stride_h - t->pad_top, g->kernel_h, g->dilation_h, t->in_h);
  const taps_t w = taps_within(x * g->stride_w - t->pad_left, g->kernel_w, g->dilation_w, t->in_w);
  const int empty = h.count == 0 || w.count == 0;
  return (pool_window_t){empty ? t->in : t->in + (h.first * t->in_w + w.first) * t->in_c, empty ? 0 : (uint32_t)h.count,
                         empty ? 0 : (uint32_t)w.count, g->dilation_h * t->in_w * t->in_c, g->dilation_w * t->in_c};
}

/* The same; fast where the whole window lies within the input. */
INLINE pool_window_t pool_window(const tile_t *t, int32_t y, int32_t x) {
  const geometry_t *g = t->geometry;
  const int32_t iy = y * g->stride_h - t->pad_top, ix = x * g->stride_w - t->pad_left;
  if (iy < 0 || ix < 0 || iy + (g->kernel_h - 1) * g->dilation_h >= t->in_h || ix + (g->kernel_w - 1) * g->dilation_w >= t->in_w) {
    return cropped_window(t, y, x);
  }
  return (pool_window_t){t->in + (iy * t->in_w + ix) * t->in_c, g->kernel_h, g->kernel_w, g->dilation_h * t->in_w * t->in_c,
                         g->dilation_w * t->in_c};
}

#endif
