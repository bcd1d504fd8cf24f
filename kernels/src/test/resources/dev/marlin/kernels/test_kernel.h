/* Kernels that say where every byte came from: each output element is a weighted sum over its window, plus one constant
 * of its channel. LayerModel computes the same. */
#include "network.h"
#include "runtime.h"

/* The sum of output element (y, x, c), whose input begins with channel `base` of the layer. */
static uint32_t test_sum(const tile_t *t, int y, int x, int c, int base) {
  const geometry_t *g = t->geometry;
  const int channelwise = (int)g->multiplier[0];
  uint32_t sum = 0;
  for (int ky = 0; ky < g->kernel_h; ky++)
    for (int kx = 0; kx < g->kernel_w; kx++) {
      int iy = y * g->stride_h + ky * g->dilation_h - t->pad_top;
      int ix = x * g->stride_w + kx * g->dilation_w - t->pad_left;
      if (iy < 0 || iy >= t->in_h || ix < 0 || ix >= t->in_w) continue;
      int from = channelwise ? c : 0;
      int end = channelwise ? c + 1 : t->in_c;
      for (int ic = from; ic < end; ic++) {
        int at = (iy * t->in_w + ix) * t->in_c + ic;
        uint32_t weight = (uint32_t)(1 + 3 * ky + 7 * kx + (channelwise ? 0 : 11 * (base + ic)));
        sum += weight * t->in[at];
        if (t->in2) sum += 13 * weight * t->in2[at];
      }
    }
  return sum;
}

/* What becomes of element n, in channel c. */
typedef void element_t(const tile_t *t, int n, int y, int x, int c);

static void put(const tile_t *t, int n, uint32_t sum) {
  const int out_bytes = (int)t->geometry->multiplier[1];
  for (int b = 0; b < out_bytes; b++) t->out[n * out_bytes + b] = (uint8_t)(sum >> 8 * b);
}

static void test_all(const tile_t *t, element_t *element) {
  /* Cores come and go at different times, so that a missing barrier shows. */
  for (volatile int delay = 30 * ((core_id() * 5 + t->out_h + (int)(uintptr_t)t->out / 4) & 7); delay > 0; delay--) {
  }
  int n = 0;
  for (int y = 0; y < t->out_h; y++)
    for (int x = 0; x < t->out_w; x++)
      for (int c = 0; c < t->out_c; c++, n++)
        if (n % NUM_CORES == core_id() % NUM_CORES) element(t, n, y, x, c);
}

static void whole(const tile_t *t, int n, int y, int x, int c) {
  put(t, n, test_sum(t, y, x, c, 0) + (t->constants ? ((const uint32_t *)t->constants)[c] : 0));
}

/* Steps of depth: for each channel the first input channel and what is to be added. */
static void first(const tile_t *t, int n, int y, int x, int c) {
  const uint32_t *k = (const uint32_t *)t->constants + 2 * c;
  ((uint32_t *)t->out)[n] = test_sum(t, y, x, c, (int)k[0]) + k[1];
}

static void next(const tile_t *t, int n, int y, int x, int c) {
  const uint32_t *k = (const uint32_t *)t->constants + 2 * c;
  ((uint32_t *)t->out)[n] += test_sum(t, y, x, c, (int)k[0]) + k[1];
}

static void last(const tile_t *t, int n, int y, int x, int c) {
  (void)y;
  (void)x;
  put(t, n, ((const uint32_t *)t->in)[n] + ((const uint32_t *)t->constants)[c]);
}

kernel_t test_kernel, test_first, test_next, test_last; /* not every program uses all of them */
void test_kernel(const tile_t *t) { test_all(t, whole); }
void test_first(const tile_t *t) { test_all(t, first); }
void test_next(const tile_t *t) { test_all(t, next); }
void test_last(const tile_t *t) { test_all(t, last); }

static void nothing(void) {}
