/* Average pooling: the sum of a window cropped at the borders, then y = clip(floor((sum * multiplier + offset) / divisor)).
 *
 * Constants: none. Working memory: none.
 *
 * Work: units of one output pixel x 4 channels (one word), channels in the inner loop, each core an equal run; so global
 * pooling keeps all cores busy from 32 channels on. Two words go at once, so that no load is used right away.
 *
 * A word w holds channels 0 to 3 of a tap, lowest first. Its four sums S0 .. S3 grow in two registers:
 *
 *     all += w                            S0 + 2^8 S1 + 2^16 S2 + 2^24 S3 modulo 2^32
 *     odd += w >> 8 (both half words)     S1 + 2^16 S3
 *
 * all - 2^8 odd is S0 + 2^16 S2; all this is exact as long as no sum exceeds 16 bits, that is up to 257 taps. So 1 load + 3 = 4
 * instructions for 4 inputs: 8.0 inputs/cycle on 8 cores. For each word 5 more take the sums apart, 16 requantize, pack and store, 8 go
 * round the loop: 7x7 take 225 cycles a word, 7.0 inputs/cycle.
 *
 * Three instructions would be a load and two accumulations in 32 bits. Only dot products of bytes tell the bytes of a half word apart, and
 * one of n taps is at most 4 x 255 x 255 n, so that both together take less than 2^32 x 2^18 n values; four sums of up to 255 n take
 * (255 n)^4. So it could do for 64 taps at the very most; and the sums would have to be taken apart by division. */
#include "requantize.h"
#include "share.h"
#include "window.h"

enum { MOST_TAPS = 257 };

/* Words of which the taps are added up. */
typedef struct {
  const uint8_t *first;   /* two words, of the first tap */
  uint32_t rows, columns; /* 1 or more, at most MOST_TAPS together */
  int32_t row, column;    /* bytes from tap to tap */
} taps_of_words_t;

/* The sums of the 8 channels of two words. */
INLINE void sums_of_8(taps_of_words_t w, uint32_t sum[8]) {
  const uint8_t *from;
  uint32_t x, y, all0 = 0, odd0 = 0, all1 = 0, odd1 = 0;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x1", "%[rows]", "11")
      "mv %[from], %[row]\n"
      X_LOOP("x0", "%[columns]", "8")
      X_LW_POST("%[x]", "4", "%[from]")
      X_LW_STEP("%[y]", "%[step]", "%[from]")
      "add %[all0], %[all0], %[x]\n"
      X_SRL_SC_H("%[x]", "%[x]", "%[eight]")
      "add %[all1], %[all1], %[y]\n"
      X_SRL_SC_H("%[y]", "%[y]", "%[eight]")
      "add %[odd0], %[odd0], %[x]\n"
      "add %[odd1], %[odd1], %[y]\n"
      "add %[row], %[row], %[down]\n"
      ".option pop\n"
      : [row] "+r"(w.first), [from] "=&r"(from), [x] "=&r"(x), [y] "=&r"(y), [all0] "+r"(all0), [odd0] "+r"(odd0), [all1] "+r"(all1),
        [odd1] "+r"(odd1)
      : [rows] "r"(w.rows), [columns] "r"(w.columns), [step] "r"(w.column - 4), [down] "r"(w.row), [eight] "r"(8)
      : "memory");
  const uint32_t even0 = (uint32_t)x_mac((int32_t)all0, (int32_t)odd0, -256), even1 = (uint32_t)x_mac((int32_t)all1, (int32_t)odd1, -256);
  sum[0] = even0 & 0xffff, sum[1] = odd0 & 0xffff, sum[2] = even0 >> 16, sum[3] = odd0 >> 16;
  sum[4] = even1 & 0xffff, sum[5] = odd1 & 0xffff, sum[6] = even1 >> 16, sum[7] = odd1 >> 16;
}

/* The same of any number of taps, none included, some rows at a time. */
static __attribute__((noinline)) void sums_of_any(const pool_window_t *w, uint32_t channel, uint32_t sum[8]) {
  for (int i = 0; i < 8; i++) sum[i] = 0;
  if (w->rows == 0) return;
  const uint32_t most = MOST_TAPS / w->columns; /* a window has at most 255 columns */
  for (uint32_t row = 0; row < w->rows; row += most) {
    uint32_t part[8];
    const uint32_t rows = at_most(w->rows - row, most);
    sums_of_8((taps_of_words_t){w->first + channel + (int32_t)row * w->row, rows, w->columns, w->row, w->column}, part);
    for (int i = 0; i < 8; i++) sum[i] += part[i];
  }
}

/* The outputs of a word. */
INLINE uint32_t outputs_of_4(const int variant, const uint32_t sum[4], channel_t scale, const scaling_t *s) {
  int32_t r[4];
  for (int i = 0; i < 4; i++) r[i] = requantize(variant, (int32_t)sum[i], scale, s);
  return pack_bytes(variant, r[0], r[1], r[2], r[3], s);
}

INLINE void pool(const int variant, const tile_t *t) {
  const uint32_t out_c = t->out_c, words = (out_c + 3) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * words);
  if (units.first == units.end) return;
  const geometry_t *g = t->geometry;
  const scaling_t s = scaling_of(variant, g);
  const channel_t scale = {g->multiplier[0], g->offset, 0, 0, 0};
  uint32_t pixel = quotient(units.first, words), channel = 4 * (units.first - pixel * words);
  int32_t y = (int32_t)quotient(pixel, t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  uint8_t *out = t->out + pixel * out_c + channel;
  for (uint32_t count = units.end - units.first; count;) {
    const pool_window_t w = pool_window(t, y, x);
    if (w.rows * w.columns - 1 < MOST_TAPS) { /* but not none */
      taps_of_words_t taps = {w.first + channel, w.rows, w.columns, w.row, w.column};
      if (w.row == (int32_t)w.columns * w.column) { /* rows follow each other without a gap */
        taps.columns *= w.rows;
        taps.rows = 1;
      }
      const uint32_t pairs = at_most(count / 2, (out_c - channel) / 8);
      channel += 8 * pairs;
      count -= 2 * pairs;
      for (const uint8_t *end = taps.first + 8 * pairs; taps.first != end; taps.first += 8) {
        uint32_t sum[8];
        sums_of_8(taps, sum);
        store_word(out, outputs_of_4(variant, sum, scale, &s));
        store_word(out + 4, outputs_of_4(variant, sum + 4, scale, &s));
        out += 8;
      }
    }
    for (; count && channel < out_c; count--) {
      uint32_t sum[8];
      sums_of_any(&w, channel, sum); /* of the second word nothing is wanted; it may lie behind the input */
      const uint32_t here = at_most(out_c - channel, 4);
      store_bytes(out, outputs_of_4(variant, sum, scale, &s), (int)here);
      channel += here;
      out += here;
    }
    channel = 0;
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
