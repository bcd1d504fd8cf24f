/* Max pooling: the greatest of a window cropped at the borders, then requantization if it is not the identity. A window
 * that lies in the padding altogether gives the requantized 0.
 *
 * Constants: none. Working memory: none.
 *
 * Work: units of one output pixel x 4 channels (one word), channels in the inner loop, each core an equal run; so global
 * pooling keeps all cores busy too. Inner loop, 2x2: 4 loads + 3 maxima + 1 store = 8 instructions for 4 outputs: 4.0
 * outputs/cycle on 8 cores; no way of 2x2 takes fewer. */
#include "requantize.h"
#include "share.h"
#include "window.h"

static inline uint32_t greatest(const pool_window_t *w, uint32_t channel) {
  uint32_t most = 0;
  const uint8_t *row = w->first + channel;
  for (uint32_t r = w->rows; r; r--) {
    const uint8_t *from = row;
    for (uint32_t c = w->columns; c; c--) most = x_maxu_b(most, load_word_step(&from, w->column));
    row += w->row;
  }
  return most;
}

INLINE void pool(const int variant, const tile_t *t) {
  const geometry_t g = *t->geometry;
  const scaling_t s = scaling_of(variant, &g);
  const int divides = variant == EXACT_32 || variant == EXACT_64 ? g.divisor != 1 : g.shift != 0;
  const int identity = g.multiplier[0] == 1 && g.offset == 0 && !divides && s.max == 255 && s.min4 == 0;
  const uint32_t words = (t->out_c + 3u) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * words);
  if (units.first == units.end) return;
  uint32_t pixel = units.first / words, word = units.first - pixel * words;
  int32_t y = (int32_t)(pixel / t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  for (uint32_t count = units.end - units.first; count;) {
    const pool_window_t w = pool_window(t, y, x);
    uint8_t *out = t->out + pixel * t->out_c;
    for (; word < words && count; word++, count--) {
      uint32_t most = greatest(&w, word * 4);
      if (!identity) {
        int32_t r[4];
        for (int i = 0; i < 4; i++) {
          const channel_t scale = {g.multiplier[0], g.offset, 0, 0, 0};
          r[i] = requantize(variant, (int32_t)(most >> 8 * i & 255), scale, &s);
        }
        most = pack_bytes(variant, r[0], r[1], r[2], r[3], &s);
      }
      store_bytes(out + word * 4, most, (int)at_most(t->out_c - word * 4, 4));
    }
    word = 0;
    pixel++;
    if (++x == t->out_w) {
      x = 0;
      y++;
    }
  }
}

void max_pooling_shift_32(const tile_t *tile) { pool(SHIFT_32, tile); }
void max_pooling_shift_64(const tile_t *tile) { pool(SHIFT_64, tile); }
void max_pooling_exact_32(const tile_t *tile) { pool(EXACT_32, tile); }
void max_pooling_exact_64(const tile_t *tile) { pool(EXACT_64, tile); }
