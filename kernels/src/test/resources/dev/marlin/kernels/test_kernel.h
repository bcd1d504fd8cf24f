/* A kernel that says where every byte came from: each output element is a weighted sum over its window, plus one constant
 * of its channel. LayerModel computes the same. */
#include "network.h"
#include "runtime.h"

static void test_kernel(const tile_t *t) {
  const geometry_t *g = t->geometry;
  const int channelwise = g->multiplier[0];
  const int out_bytes = g->multiplier[1];
  int n = 0;
  /* Cores come and go at different times, so that a missing barrier shows. */
  for (volatile int delay = 30 * ((core_id() * 5 + t->out_h + (int)(uintptr_t)t->out / 4) & 7); delay > 0; delay--) {
  }
  for (int y = 0; y < t->out_h; y++)
    for (int x = 0; x < t->out_w; x++)
      for (int c = 0; c < t->out_c; c++, n++) {
        if (n % NUM_CORES != core_id() % NUM_CORES) continue;
        uint32_t sum = t->constants ? ((const uint32_t *)t->constants)[c] : 0;
        for (int ky = 0; ky < g->kernel_h; ky++)
          for (int kx = 0; kx < g->kernel_w; kx++) {
            int iy = y * g->stride_h + ky * g->dilation_h - t->pad_top;
            int ix = x * g->stride_w + kx * g->dilation_w - t->pad_left;
            if (iy < 0 || iy >= t->in_h || ix < 0 || ix >= t->in_w) continue;
            int from = channelwise ? c : 0;
            int end = channelwise ? c + 1 : t->in_c;
            for (int ic = from; ic < end; ic++) {
              int at = (iy * t->in_w + ix) * t->in_c + ic;
              uint32_t weight = (uint32_t)(1 + 3 * ky + 7 * kx + (channelwise ? 0 : 11 * ic));
              sum += weight * t->in[at];
              if (t->in2) sum += 13 * weight * t->in2[at];
            }
          }
        for (int b = 0; b < out_bytes; b++) t->out[n * out_bytes + b] = (uint8_t)(sum >> 8 * b);
      }
}

static void nothing(void) {}
