/* Max pooling: the greatest of a window cropped at the borders, then requantization if it is not the identity. A window
 * that lies in the padding altogether gives the requantized 0.
 *
 * Constants: none. Working memory: none.
 *
 * Work: units of one output pixel x 4 channels (one word), channels in the inner loop, each core an equal run; so global
 * pooling keeps all cores busy too.
 *
 * Windows of 2x2 inside the input go pixel by pixel along a row: for a word of 4 channels 4 loads + 3 maxima + 1 store = 8
 * instructions, 4.0 outputs/cycle on 8 cores. No way takes fewer: windows do not overlap, so each of the 4 words must be loaded, 4
 * words have 3 maxima between them, and the result must be stored. A pixel costs 2 more.
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

/* `pixels` (1 or more) windows of 2x2 along a row, `words` words each; windows lie `step` bytes apart. */
INLINE void pool_2x2(const pool_window_t *w, uint32_t pixels, uint32_t words, int32_t step, uint8_t *out) {
  const uint8_t *from = w->first;
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
      : [from] "+r"(from), [out] "+r"(out), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
      : [pixels] "r"(pixels), [words] "r"(words), [skip] "r"(step - 4 * (int32_t)words), [right] "r"(w->column), [below] "r"(w->row),
        [across] "r"(w->column + w->row)
      : "memory");
}

/* Output columns x0 .. x1 - 1 whose windows of 2x2 lie within the input's columns. */
typedef struct {
  int32_t x0, x1;
} columns_t;

static __attribute__((noinline)) columns_t inside_columns(const tile_t *t) {
  const int32_t stride = t->geometry->stride_w, pad = t->pad_left, fitting = t->in_w - 2 + pad;
  columns_t c = {(int32_t)quotient((uint32_t)(pad + stride - 1), (uint32_t)stride), 0};
  if (fitting >= 0) c.x1 = x_min((int32_t)quotient((uint32_t)fitting, (uint32_t)stride) + 1, t->out_w);
  return c;
}

/* How many of `most` windows of 2x2 that follow (y, x) in its row lie inside of the input. */
static inline uint32_t inside_row(const tile_t *t, columns_t c, int32_t y, int32_t x, uint32_t most) {
  const int32_t iy = y * t->geometry->stride_h - t->pad_top;
  if (iy < 0 || iy + 1 >= t->in_h || x < c.x0 || x >= c.x1) return 0;
  return at_most((uint32_t)(c.x1 - x), most);
}

INLINE void pool(const int variant, const tile_t *t) {
  const geometry_t g = *t->geometry;
  const scaling_t s = scaling_of(variant, &g);
  const int divides = variant == EXACT_32 || variant == EXACT_64 ? g.divisor != 1 : g.shift != 0;
  const int identity = g.multiplier[0] == 1 && g.offset == 0 && !divides && s.max == 255 && s.min4 == 0;
  const int pairs = identity && g.kernel_h == 2 && g.kernel_w == 2 && g.dilation_h == 1 && g.dilation_w == 1 && t->out_c % 4 == 0;
  const columns_t columns = pairs ? inside_columns(t) : (columns_t){0, 0};
  const uint32_t words = (t->out_c + 3u) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * words);
  if (units.first == units.end) return;
  uint32_t pixel = quotient(units.first, words), word = units.first - pixel * words;
  int32_t y = (int32_t)quotient(pixel, t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  const uint32_t end = quotient(units.end, words); /* pixels before are whole */
  for (uint32_t count = units.end - units.first; count;) {
    const pool_window_t w = pool_window(t, y, x);
    uint8_t *out = t->out + pixel * t->out_c;
    uint32_t done = 1;
    if (pairs && word == 0 && pixel < end && (done = inside_row(t, columns, y, x, end - pixel)) != 0) {
      pool_2x2(&w, done, words, g.stride_w * t->in_c, out);
      count -= done * words;
    } else {
      done = 1;
      if (identity && w.rows) {
        for (; count >= 4 && word * 4 + 16 <= t->out_c; word += 4, count -= 4) greatest_16(&w, word * 4, out + word * 4);
      }
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
    }
    word = 0;
    pixel += done;
    x += (int32_t)done;
    if (x == t->out_w) {
      x = 0;
      y++;
    }
  }
}

void max_pooling_shift_32(const tile_t *tile) { pool(SHIFT_32, tile); }
void max_pooling_shift_64(const tile_t *tile) { pool(SHIFT_64, tile); }
void max_pooling_exact_32(const tile_t *tile) { pool(EXACT_32, tile); }
void max_pooling_exact_64(const tile_t *tile) { pool(EXACT_64, tile); }
