/* Depthwise convolution: every channel alone; any kernel, stride, dilation and padding. (3x3 is faster: depthwise_3x3.c.)
 *
 * HWC holds 4 channels in a word, but a dot product wants 4 taps of one channel. So for each output pixel and 4 channels a
 * core gathers a word from every tap (zero in the padding) in its working memory, transposes 4 x 4 bytes at a time in
 * registers and multiplies.
 *
 * Constants: blocks of 4 channels, the last filled up with zeros:
 *
 *     head | weights: quads x 4 channels x 4 taps | tail (requantize.h)          quads = kernel_h x kernel_w / 4, rounded up
 *
 * Working memory: for each core 16 x quads bytes.
 *
 * Work: units of one pixel x 4 channels, channels in the outer loop, each core an equal run. Bound: 4 taps of 4 channels
 * take about 8 instructions to gather, 8 loads, 12 to transpose, 4 dot products: 16 MAC in 32 cycles, 4 MAC/cycle on 8
 * cores. */
#include "requantize.h"
#include "share.h"
#include "transpose.h"

/* One word from each tap of output pixel (y, x), from the channel on. */
static __attribute__((noinline)) void gather(const tile_t *t, int32_t y, int32_t x, uint32_t channel, uint32_t *to) {
  const geometry_t *g = t->geometry;
  const int32_t reach_h = (g->kernel_h - 1) * g->dilation_h, reach_w = (g->kernel_w - 1) * g->dilation_w;
  const int32_t iy = y * g->stride_h - t->pad_top, ix = x * g->stride_w - t->pad_left;
  const int32_t column = g->dilation_w * t->in_c;
  const uint32_t zero = g->zero * 0x01010101u;
  for (int32_t ky = 0; ky <= reach_h; ky += g->dilation_h) {
    const int row_in = (uint32_t)(iy + ky) < t->in_h;
    const uint8_t *from = t->in + ((iy + ky) * t->in_w + ix) * t->in_c + channel;
    for (int32_t kx = 0; kx <= reach_w; kx += g->dilation_w) {
      *to++ = row_in && (uint32_t)(ix + kx) < t->in_w ? load_word(from) : zero;
      from += column;
    }
  }
}

INLINE void filter(const int variant, const tile_t *t) {
  const geometry_t *g = t->geometry;
  const scaling_t scaling = scaling_of(variant, g);
  const uint32_t quads = ((uint32_t)g->kernel_h * g->kernel_w + 3) / 4, pixels = (uint32_t)t->out_h * t->out_w;
  uint32_t *taps = (uint32_t *)t->scratch + (uint32_t)core_id() * quads * 4;
  const share_t units = share_of(pixels * ((t->out_c + 3u) / 4));
  if (units.first == units.end) return;
  uint32_t block = units.first / pixels;
  int32_t y = (int32_t)((units.first - block * pixels) / t->out_w);
  int32_t x = (int32_t)(units.first - block * pixels - (uint32_t)y * t->out_w);
  for (uint32_t count = units.end - units.first; count; count--) {
    gather(t, y, x, block * 4, taps);
    const uint8_t *constants = t->constants + block * (head_bytes(variant) + quads * 16 + tail_bytes(variant));
    int32_t acc[4];
    for (int i = 0; i < 4; i++) acc[i] = sum_start(variant, constants, i);
    constants += head_bytes(variant);
    const uint32_t *from = taps;
    for (uint32_t q = quads; q; q--) {
      uint32_t channel[4];
      join(interleave(from[0], from[1]), interleave(from[2], from[3]), channel);
      for (int i = 0; i < 4; i++) acc[i] = x_sdotusp(acc[i], channel[i], ((const uint32_t *)constants)[i]);
      from += 4;
      constants += 16;
    }
    uint8_t *out = t->out + ((uint32_t)(y * t->out_w + x) * t->out_c + block * 4) * output_bytes(variant);
    finish_channels(variant, acc, constants, &scaling, out, (int)at_most(t->out_c - block * 4, 4));
    if (++x == t->out_w) {
      x = 0;
      if (++y == t->out_h) {
        y = 0;
        block++;
      }
    }
  }
}

void depthwise_raw(const tile_t *tile) { filter(RAW, tile); }
void depthwise_shift_32(const tile_t *tile) { filter(SHIFT_32, tile); }
void depthwise_clamped(const tile_t *tile) { filter(CLAMPED, tile); }
void depthwise_refined(const tile_t *tile) { filter(REFINED, tile); }
void depthwise_shift_64(const tile_t *tile) { filter(SHIFT_64, tile); }
void depthwise_exact_32(const tile_t *tile) { filter(EXACT_32, tile); }
void depthwise_exact_64(const tile_t *tile) { filter(EXACT_64, tile); }
