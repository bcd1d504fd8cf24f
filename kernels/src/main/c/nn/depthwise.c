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
 * Work: units of one pixel x 4 channels, channels in the outer loop, each core an equal run. 4 taps of 4 channels take 12 cycles to
 * gather, 8 loads, 10 instructions to transpose, 4 dot products and 8 for the loop: 16 MAC in 42 cycles, 3.0 MAC/cycle on 8 cores. A unit costs
 * 150 to 190 more: which taps lie within the input, requantization, the next pixel. */
#include "requantize.h"
#include "share.h"
#include "transpose.h"
#include "window.h"

/* Copies a word of each of rows x columns taps, both 1 or more: 3 cycles a tap, 4 a row. */
INLINE void copy_taps(const uint8_t *row, uint32_t rows, uint32_t columns, int32_t down, int32_t right, uint32_t *to, uint32_t gap) {
  const uint8_t *from;
  uint32_t word;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x1", "%[rows]", "6")
      "mv %[from], %[row]\n"
      X_LOOP("x0", "%[columns]", "2")
      X_LW_STEP("%[word]", "%[right]", "%[from]")
      X_SW_POST("%[word]", "4", "%[to]")
      "add %[row], %[row], %[down]\n"
      "add %[to], %[to], %[gap]\n"
      ".option pop\n"
      : [row] "+r"(row), [from] "=&r"(from), [to] "+r"(to), [word] "=&r"(word)
      : [rows] "r"(rows), [columns] "r"(columns), [right] "r"(right), [down] "r"(down), [gap] "r"(gap)
      : "memory");
}

/* Fills 2 words, `pairs` times. */
INLINE void fill_taps(uint32_t *to, uint32_t pairs, uint32_t value) {
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x0", "%[pairs]", "2")
      X_SW_POST("%[value]", "4", "%[to]")
      X_SW_POST("%[value]", "4", "%[to]")
      ".option pop\n"
      : [to] "+r"(to)
      : [pairs] "r"(pairs), [value] "r"(value)
      : "memory");
}

/* One word from each tap of output pixel (y, x), from the channel on. */
static __attribute__((noinline)) void gather(const tile_t *t, int32_t y, int32_t x, uint32_t channel, uint32_t *to) {
  const geometry_t *g = t->geometry;
  const taps_t h = taps_within(y * g->stride_h - t->pad_top, g->kernel_h, g->dilation_h, t->in_h);
  const taps_t w = taps_within(x * g->stride_w - t->pad_left, g->kernel_w, g->dilation_w, t->in_w);
  const int32_t row = t->in_w * t->in_c, all = g->kernel_h * g->kernel_w;
  if (h.count * w.count != all) {
    fill_taps(to, (uint32_t)(all + 3) / 4 * 2, g->zero * 0x01010101u);
    if (h.count == 0 || w.count == 0) return;
  }
  copy_taps(t->in + h.first * row + w.first * t->in_c + channel, (uint32_t)h.count, (uint32_t)w.count, g->dilation_h * row,
            g->dilation_w * t->in_c, to + h.skipped * g->kernel_w + w.skipped, 4 * (uint32_t)(g->kernel_w - w.count));
}

INLINE void filter(const int variant, const tile_t *t) {
  const geometry_t *g = t->geometry;
  const scaling_t scaling = scaling_of(variant, g);
  const uint32_t quads = ((uint32_t)g->kernel_h * g->kernel_w + 3) / 4, pixels = (uint32_t)t->out_h * t->out_w;
  uint32_t *taps = (uint32_t *)own_scratch(t);
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
