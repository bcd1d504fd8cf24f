/* Average pooling: the sum of a window cropped at the borders, then y = clip(floor((sum * multiplier + offset) / divisor)).
 *
 * Constants: none. Working memory: none.
 *
 * Work: units of one output pixel x 4 channels (one word), channels in the inner loop, each core an equal run; so global
 * pooling keeps all cores busy from 32 channels on. Two words go at once, so that no load is used right away.
 *
 * Small windows: 1 load + 4 dot products with a 1 in one lane = 5 instructions for 4 inputs: 6.4 inputs/cycle on 8 cores.
 *
 * Windows of 16 taps and more need 3 dot products for the 4 sums S0 .. S3 of a word, as long as the taps are at most 128:
 *
 *     a = S0 + 256 S1     b = S2 + 256 S3   (half words, a 1 in one lane)      c = S0 + 128 S2   (bytes)
 *
 * S0 and S2 are known modulo 256; what they lack is 256 u and 256 v with u, v < 128, and c says u + 128 v. So 4 instructions for 4
 * inputs: 8.0 inputs/cycle, and 14 a word to take the sums apart. A word must be loaded, and two dot products of 32 bits have
 * no room for four sums that must not run into each other: 8.0 is the bound of adding with dot products, reached by windows without end. */
#include "requantize.h"
#include "share.h"
#include "window.h"

enum { LEAST_TAPS = 16, MOST_TAPS = 128 };

/* The window's sums of the 4 channels of a word. */
INLINE void sums_of_4(const pool_window_t *w, uint32_t channel, uint32_t sum[4]) {
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

/* The same of two words; the window is not empty. */
INLINE void sums_of_8(const pool_window_t *w, uint32_t channel, uint32_t sum[8]) {
  const uint8_t *row = w->first + channel, *from;
  uint32_t x, y, s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x1", "%[rows]", "13")
      "mv %[from], %[row]\n"
      X_LOOP("x0", "%[columns]", "10")
      X_LW_POST("%[x]", "4", "%[from]")
      X_LW_STEP("%[y]", "%[step]", "%[from]")
      X_SDOTUP("%[s0]", "%[x]", "%[one0]")
      X_SDOTUP("%[s1]", "%[x]", "%[one1]")
      X_SDOTUP("%[s2]", "%[x]", "%[one2]")
      X_SDOTUP("%[s3]", "%[x]", "%[one3]")
      X_SDOTUP("%[s4]", "%[y]", "%[one0]")
      X_SDOTUP("%[s5]", "%[y]", "%[one1]")
      X_SDOTUP("%[s6]", "%[y]", "%[one2]")
      X_SDOTUP("%[s7]", "%[y]", "%[one3]")
      "add %[row], %[row], %[down]\n"
      ".option pop\n"
      : [row] "+r"(row), [from] "=&r"(from), [x] "=&r"(x), [y] "=&r"(y), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2),
        [s3] "+r"(s3), [s4] "+r"(s4), [s5] "+r"(s5), [s6] "+r"(s6), [s7] "+r"(s7)
      : [rows] "r"(w->rows), [columns] "r"(w->columns), [step] "r"(w->column - 4), [down] "r"(w->row), [one0] "r"(1),
        [one1] "r"(1u << 8), [one2] "r"(1u << 16), [one3] "r"(1u << 24)
      : "memory");
  sum[0] = s0, sum[1] = s1, sum[2] = s2, sum[3] = s3, sum[4] = s4, sum[5] = s5, sum[6] = s6, sum[7] = s7;
}

/* Takes apart what three dot products have summed up. */
INLINE void take_apart(uint32_t a, uint32_t b, uint32_t c, uint32_t sum[4]) {
  const uint32_t low0 = a & 255, low2 = b & 255;
  const uint32_t uv = (c - low0 - (low2 << 7)) >> 8, u = uv & 127, v = uv >> 7;
  sum[0] = low0 + (u << 8);
  sum[1] = (a >> 8) - u;
  sum[2] = low2 + (v << 8);
  sum[3] = (b >> 8) - v;
}

/* The same as sums_of_8 for at most MOST_TAPS taps. */
INLINE void sums_of_many(const pool_window_t *w, uint32_t channel, uint32_t sum[8]) {
  const uint8_t *row = w->first + channel, *from;
  uint32_t x, y, a0 = 0, b0 = 0, c0 = 0, a1 = 0, b1 = 0, c1 = 0;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x1", "%[rows]", "11")
      "mv %[from], %[row]\n"
      X_LOOP("x0", "%[columns]", "8")
      X_LW_POST("%[x]", "4", "%[from]")
      X_LW_STEP("%[y]", "%[step]", "%[from]")
      X_SDOTUP_H("%[a0]", "%[x]", "%[one]")
      X_SDOTUP_H("%[b0]", "%[x]", "%[other]")
      X_SDOTUP("%[c0]", "%[x]", "%[both]")
      X_SDOTUP_H("%[a1]", "%[y]", "%[one]")
      X_SDOTUP_H("%[b1]", "%[y]", "%[other]")
      X_SDOTUP("%[c1]", "%[y]", "%[both]")
      "add %[row], %[row], %[down]\n"
      ".option pop\n"
      : [row] "+r"(row), [from] "=&r"(from), [x] "=&r"(x), [y] "=&r"(y), [a0] "+r"(a0), [b0] "+r"(b0), [c0] "+r"(c0),
        [a1] "+r"(a1), [b1] "+r"(b1), [c1] "+r"(c1)
      : [rows] "r"(w->rows), [columns] "r"(w->columns), [step] "r"(w->column - 4), [down] "r"(w->row), [one] "r"(1),
        [other] "r"(1u << 16), [both] "r"(128u << 16 | 1)
      : "memory");
  take_apart(a0, b0, c0, sum);
  take_apart(a1, b1, c1, sum + 4);
}

/* The outputs of a word. */
INLINE void finish_word(const int variant, const uint32_t sum[4], channel_t scale, const scaling_t *s, uint8_t *out, uint32_t count) {
  int32_t r[4];
  for (int i = 0; i < 4; i++) r[i] = requantize(variant, (int32_t)sum[i], scale, s);
  store_bytes(out, pack_bytes(variant, r[0], r[1], r[2], r[3], s), (int)at_most(count, 4));
}

INLINE void pool(const int variant, const tile_t *t) {
  const geometry_t g = *t->geometry;
  const scaling_t s = scaling_of(variant, &g);
  const channel_t scale = {g.multiplier[0], g.offset, 0, 0, 0};
  const uint32_t words = (t->out_c + 3u) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * words);
  if (units.first == units.end) return;
  uint32_t pixel = quotient(units.first, words), word = units.first - pixel * words;
  int32_t y = (int32_t)quotient(pixel, t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  for (uint32_t count = units.end - units.first; count;) {
    pool_window_t w = pool_window(t, y, x);
    const uint32_t taps = w.rows * w.columns;
    if (w.row == (int32_t)w.columns * w.column) { /* rows follow each other without a gap */
      w.columns = taps;
      w.rows = taps != 0;
    }
    uint8_t *out = t->out + pixel * t->out_c;
    while (word < words && count) {
      uint32_t sum[8];
      const uint32_t channel = word * 4;
      if (count >= 2 && word + 1 < words && taps) {
        if (taps >= LEAST_TAPS && taps <= MOST_TAPS) {
          sums_of_many(&w, channel, sum);
        } else {
          sums_of_8(&w, channel, sum);
        }
        finish_word(variant, sum, scale, &s, out + channel, 4);
        finish_word(variant, sum + 4, scale, &s, out + channel + 4, t->out_c - channel - 4);
        word += 2;
        count -= 2;
      } else {
        sums_of_4(&w, channel, sum);
        finish_word(variant, sum, scale, &s, out + channel, t->out_c - channel);
        word++;
        count--;
      }
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
