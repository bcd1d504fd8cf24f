/* Max pooling: the greatest of a window cropped at the borders, then requantization if it is not the identity. A window
 * that lies in the padding altogether gives the requantized 0.
 *
 * Constants: none. Working memory: none.
 *
 * Work: units of one output pixel x 4 channels (one word), channels in the inner loop, each core an equal run; so global
 * pooling keeps all cores busy too.
 *
 * Tiles of windows of 2x2 that lie inside the input go row by row: for a word of 4 channels 4 loads + 3 maxima + 1 store = 8
 * instructions, 4.0 outputs/cycle on 8 cores. No way takes fewer: windows do not overlap, so each of the 4 words must be loaded, 4
 * words have 3 maxima between them, and the result must be stored. A pixel costs 2 more, a row 15, and about 1 access in 15 meets
 * another core's in its bank, since all cores walk through equal rows.
 *
 * All others go 16 channels at a time: for each tap 4 loads + 4 maxima, no stall; for each row of taps 3 more, for each 16
 * outputs 12: windows of 3x3 take 93 cycles for 16 outputs, 1.4 outputs/cycle. */
#include "requantize.h"
#include "share.h"
#include "window.h"

/* The greatest of each channel of one word. */
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

/* The greatest of each channel of four words go to `out`; the window is not empty. */
INLINE void greatest_16(const pool_window_t *w, uint32_t channel, uint8_t *out) {
  const uint8_t *row = w->first + channel, *from;
  uint32_t a, b, c, d, m0, m1, m2, m3;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      "li %[m0], 0\n"
      "li %[m1], 0\n"
      "li %[m2], 0\n"
      "li %[m3], 0\n"
      X_LOOP("x1", "%[rows]", "11")
      "mv %[from], %[row]\n"
      X_LOOP("x0", "%[columns]", "8")
      X_LW_POST("%[a]", "4", "%[from]")
      X_LW_POST("%[b]", "4", "%[from]")
      X_LW_POST("%[c]", "4", "%[from]")
      X_LW_STEP("%[d]", "%[step]", "%[from]")
      X_MAXU_B("%[m0]", "%[m0]", "%[a]")
      X_MAXU_B("%[m1]", "%[m1]", "%[b]")
      X_MAXU_B("%[m2]", "%[m2]", "%[c]")
      X_MAXU_B("%[m3]", "%[m3]", "%[d]")
      "add %[row], %[row], %[down]\n"
      ".option pop\n"
      : [row] "+r"(row), [from] "=&r"(from), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d), [m0] "=&r"(m0),
        [m1] "=&r"(m1), [m2] "=&r"(m2), [m3] "=&r"(m3)
      : [rows] "r"(w->rows), [columns] "r"(w->columns), [step] "r"(w->column - 12), [down] "r"(w->row)
      : "memory");
  store_word(out, m0);
  store_word(out + 4, m1);
  store_word(out + 8, m2);
  store_word(out + 12, m3);
}

/* Windows of 2x2 along a row, from the next one on. */
typedef struct {
  const uint8_t *from;
  uint8_t *out;
  int32_t right, below; /* bytes from tap to tap */
  int32_t stride;       /* bytes from window to window */
} run_2x2_t;

/* The greatest of `words` words of each of `pixels` windows (both 1 or more); `from` and `out` go on to the next. */
INLINE void greatest_2x2(run_2x2_t *w, uint32_t pixels, uint32_t words) {
  uint32_t a, b, c, d;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x1", "%[pixels]", "10")
      X_LOOP("x0", "%[words]", "8")
      X_LW_AT("%[b]", "%[right]", "%[from]")
      X_LW_AT("%[c]", "%[below]", "%[from]")
      X_LW_AT("%[d]", "%[across]", "%[from]")
      X_LW_POST("%[a]", "4", "%[from]")
      X_MAXU_B("%[b]", "%[b]", "%[d]")
      X_MAXU_B("%[a]", "%[a]", "%[c]")
      X_MAXU_B("%[a]", "%[a]", "%[b]")
      X_SW_POST("%[a]", "4", "%[out]")
      "add %[from], %[from], %[skip]\n"
      ".option pop\n"
      : [from] "+r"(w->from), [out] "+r"(w->out), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
      : [pixels] "r"(pixels), [words] "r"(words), [skip] "r"(w->stride - 4 * (int32_t)words), [right] "r"(w->right),
        [below] "r"(w->below), [across] "r"(w->right + w->below)
      : "memory");
}

/* A tile of windows of 2x2 that all lie within the input, whole words of channels, no requantization. */
static __attribute__((noinline)) void pool_2x2(const tile_t *t) {
  const uint32_t words = t->out_c / 4u, out_w = t->out_w;
  const share_t units = share_of(t->out_h * out_w * words);
  const geometry_t *g = t->geometry;
  const int32_t in_c = t->in_c;
  run_2x2_t w = {t->in, t->out + 4 * units.first, in_c, t->in_w * in_c, g->stride_w * in_c};
  const uint32_t first = quotient(units.first, words), y = quotient(first, out_w);
  const uint32_t word = units.first - first * words;
  uint32_t x = first - y * out_w;
  w.from += (int32_t)y * g->stride_h * w.below + (int32_t)x * w.stride + 4 * (int32_t)word;
  const int32_t next_row = g->stride_h * w.below - (int32_t)out_w * w.stride; /* from the end of one */
  uint32_t left = units.end - units.first;
  if (word) { /* the rest of a pixel that another core has begun */
    const uint32_t here = at_most(words - word, left);
    greatest_2x2(&w, 1, here);
    w.from -= 4 * word;
    left -= here;
    if (++x == out_w) {
      x = 0;
      w.from += next_row;
    }
  }
  while (left >= words) {
    const uint32_t pixels = at_most(out_w - x, left >= words * out_w ? out_w : quotient(left, words));
    greatest_2x2(&w, pixels, words);
    left -= pixels * words;
    x += pixels;
    if (x == out_w) {
      x = 0;
      w.from += next_row;
    }
  }
  if (left) greatest_2x2(&w, 1, left);
}

/* Whether outputs are inputs: no requantization, no clipping. */
INLINE int is_identity(const int variant, const geometry_t *g) {
  const int divides = variant == EXACT_32 || variant == EXACT_64 ? g->divisor != 1 : g->shift != 0;
  return g->multiplier[0] == 1 && g->offset == 0 && !divides && g->clip_max >= 255 && g->clip_min <= 0;
}

INLINE void pool(const int variant, const tile_t *t) {
  const geometry_t *g = t->geometry;
  const scaling_t s = scaling_of(variant, g);
  const channel_t scale = {g->multiplier[0], g->offset, 0, 0, 0};
  const int identity = is_identity(variant, g);
  const uint32_t words = (t->out_c + 3u) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * words);
  if (units.first == units.end) return;
  uint32_t pixel = quotient(units.first, words), word = units.first - pixel * words;
  int32_t y = (int32_t)quotient(pixel, t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  for (uint32_t count = units.end - units.first; count;) {
    const pool_window_t w = pool_window(t, y, x);
    uint8_t *out = t->out + pixel * t->out_c;
    if (identity && w.rows) {
      for (; count >= 4 && word * 4 + 16 <= t->out_c; word += 4, count -= 4) greatest_16(&w, word * 4, out + word * 4);
    }
    for (; word < words && count; word++, count--) {
      uint32_t most = greatest(&w, word * 4);
      if (!identity) {
        int32_t r[4];
        for (int i = 0; i < 4; i++) r[i] = requantize(variant, (int32_t)(most >> 8 * i & 255), scale, &s);
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

static __attribute__((noinline)) void pool_any(const tile_t *tile) { pool(SHIFT_32, tile); }

void max_pooling_shift_32(const tile_t *t) {
  const geometry_t *g = t->geometry;
  const int other = (g->kernel_h ^ 2) | (g->kernel_w ^ 2) | (g->dilation_h ^ 1) | (g->dilation_w ^ 1) | (t->out_c & 3) | t->pad_top | t->pad_left;
  const int inside = (t->out_h - 1) * g->stride_h + 2 <= t->in_h && (t->out_w - 1) * g->stride_w + 2 <= t->in_w;
  if (!other && inside && is_identity(SHIFT_32, g)) {
    pool_2x2(t);
  } else {
    pool_any(t);
  }
}
void max_pooling_shift_64(const tile_t *tile) { pool(SHIFT_64, tile); }
void max_pooling_exact_32(const tile_t *tile) { pool(EXACT_32, tile); }
void max_pooling_exact_64(const tile_t *tile) { pool(EXACT_64, tile); }
