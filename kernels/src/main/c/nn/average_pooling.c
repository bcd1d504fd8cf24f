/* Average pooling: the sum of a window cropped at the borders, then y = clip(floor((sum * multiplier + offset) / divisor)).
 *
 * Constants: none. Working memory: none.
 *
 * Work: units of one output pixel x 4 channels (one word), channels in the inner loop, each core an equal run; so global
 * pooling keeps all cores busy from 32 channels on. Inner loop: 1 load + 4 dot products with a 1 in one lane = 5 instructions for 4
 * inputs: 6.4 inputs/cycle on 8 cores. */
#include "requantize.h"
#include "share.h"
#include "window.h"

INLINE void sums_of(const pool_window_t *w, uint32_t channel, uint32_t sum[4]) {
  uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  const uint8_t *row = w->first + channel;
  for (uint32_t r = w->rows; r; r--) {
    const uint8_t *from = row;
    for (uint32_t c = w->columns; c; c--) {
      uint32_t v = load_word_step(&from, w->column);
      s0 = x_sdotup(s0, v, 1);
      s1 = x_sdotup(s1, v, 1u << 8);
      s2 = x_sdotup(s2, v, 1u << 16);
      s3 = x_sdotup(s3, v, 1u << 24);
    }
    row += w->row;
  }
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3;
}

INLINE void pool(const int variant, const tile_t *t) {
  const geometry_t g = *t->geometry;
  const scaling_t s = scaling_of(variant, &g);
  const channel_t scale = {g.multiplier[0], g.offset, 0, 0, 0};
  const uint32_t words = (t->out_c + 3u) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * words);
  if (units.first == units.end) return;
  uint32_t pixel = units.first / words, word = units.first - pixel * words;
  int32_t y = (int32_t)(pixel / t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  for (uint32_t count = units.end - units.first; count;) {
    const pool_window_t w = pool_window(t, y, x);
    uint8_t *out = t->out + pixel * t->out_c;
    for (; word < words && count; word++, count--) {
      uint32_t sum[4];
      int32_t r[4];
      sums_of(&w, word * 4, sum);
      for (int i = 0; i < 4; i++) r[i] = requantize(variant, (int32_t)sum[i], scale, &s);
      store_bytes(out + word * 4, pack_bytes(variant, r[0], r[1], r[2], r[3], &s), (int)at_most(t->out_c - word * 4, 4));
    }
    word = 0;
    pixel++;
    if (++x == t->out_w) {
      x = 0;
      y++;
    }
  }
}

void average_pooling_shift_32(const tile_t *tile) { pool(SHIFT_32, tile); }
void average_pooling_shift_64(const tile_t *tile) { pool(SHIFT_64, tile); }
void average_pooling_exact_32(const tile_t *tile) { pool(EXACT_32, tile); }
void average_pooling_exact_64(const tile_t *tile) { pool(EXACT_64, tile); }
