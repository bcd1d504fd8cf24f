/* Depthwise convolution 3x3, stride 1 or 2 on both axes, dilation 1, any padding.
 *
 * HWC holds 4 channels in a word, but a dot product wants taps of one channel. A unit of work is 4 channels of a strip: 2 output
 * rows, up to STRIP output columns. First the strip's input is transposed in the core's working memory, column by column:
 *
 *     stride 1: 4 input rows:   column 0: | ch0: row 0 1 2 3 | ch1: .. | ch2: .. | ch3: .. |  column 1: ...
 *     stride 2: 5 input rows:   column 0: | ch0: row 0 1 2 3 | ch1 .. ch3 | ch0: row 2 3 4 . | ch1 .. ch3 |  column 1: ...
 *
 * with zeros in the padding. Then every channel slides along its columns, weights in registers: a column kernel of 3 taps
 * is a word (row 0 1 2 and a zero; shifted by a byte for the second output row of stride 1).
 *
 * Constants: blocks of 4 channels, the last filled up with zeros:
 *
 *     weights: 4 channels x 3 kernel columns x (row 0, row 1, row 2, 0) = 48 bytes | scaling (requantize.h)
 *
 * Working memory, for each core: a zero word, a word that nobody reads, STRIP columns' inputs: (STRIP x stride + 3 - stride) x 16 x
 * stride bytes with STRIP = 32 / stride.
 *
 * Bound, stride 1: transposing 18 instructions a column for 8 outputs; sliding 2 loads + 12 dot products + 16 to requantize and
 * store + 2 moves = 32 for 4 outputs: 10.25 an output, 7.0 MAC/cycle on 8 cores. Stride 2: 27 a column, two columns for 8 outputs;
 * 20 for 2 outputs: 16.75, 4.3 MAC/cycle. */
#include "requantize.h"
#include "share.h"
#include "transpose.h"

/* What a unit of work is: strip and channels. */
typedef struct {
  const tile_t *tile;
  uint32_t *columns; /* transposed input; before it a word that nobody reads, before that a zero word */
  int32_t y, x;      /* first output row and column */
  uint32_t width;    /* output columns */
  uint32_t channel;  /* the first of 4 */
} strip_t;

INLINE void transpose(const int stride, const strip_t *s) {
  const tile_t *t = s->tile;
  enum { MOST_ROWS = 5 };
  const int rows = stride == 1 ? 4 : 5;
  const int32_t in_c = t->in_c, in_w = t->in_w;
  const int32_t columns = ((int32_t)s->width - 1) * stride + 3;
  const int32_t iy = s->y * stride - t->pad_top, ix = s->x * stride - t->pad_left;
  const int32_t before = ix < 0 ? -ix : 0; /* columns in the padding */
  int32_t end = in_w - ix;                 /* first column behind the input */
  if (end > columns) end = columns;
  uint32_t *to = s->columns;
  for (int32_t i = 0; i < 4 * stride * x_min(before, columns); i++) *to++ = s->columns[-2];
  if (end > before) {
    const uint8_t *from[MOST_ROWS];
    int32_t step[MOST_ROWS];
    for (int i = 0; i < rows; i++) {
      const int in = (uint32_t)(iy + i) < t->in_h;
      from[i] = in ? t->in + ((iy + i) * in_w + ix + before) * in_c + s->channel : (const uint8_t *)(s->columns - 2);
      step[i] = in ? in_c : 0;
    }
    for (int32_t i = end - before; i; i--) {
      uint32_t r[MOST_ROWS];
      for (int j = 0; j < rows; j++) r[j] = load_word_step(&from[j], step[j]);
      pair_t rows01 = interleave(r[0], r[1]), rows23 = interleave(r[2], r[3]);
      join(rows01, rows23, to);
      if (stride == 2) join(rows23, (pair_t){x_shuffle(r[4], 0x01010000), x_shuffle(r[4], 0x03030202)}, to + 4);
      to += 4 * stride;
    }
  } else {
    end = x_min(before, columns);
  }
  for (int32_t i = 0; i < 4 * stride * (columns - end); i++) *to++ = s->columns[-2];
}

INLINE void put(const int variant, uint8_t **to, int32_t value, int32_t step, int32_t min) {
  if (variant == RAW) {
    *(int32_t *)*to = value;
    *to += step;
  } else {
    store_byte_step(to, (uint32_t)x_max(value, min), step);
  }
}

/* One channel of a strip. `out0` and `out1`: its outputs in the two rows, which lie `step0` and `step1` bytes apart. */
INLINE void slide(const int variant, const int stride, const uint32_t *column, uint32_t width, const uint32_t *weights, channel_t c,
                  const scaling_t *s, uint8_t *out0, int32_t step0, uint8_t *out1, int32_t step1) {
  const uint32_t w0 = weights[0], w1 = weights[1], w2 = weights[2];
  const int32_t min = (int32_t)(s->min4 & 255);
  if (stride == 1) {
    const uint32_t v0 = w0 << 8, v1 = w1 << 8, v2 = w2 << 8;
    uint32_t t0 = column[0], t1 = column[4];
    column += 8;
    for (uint32_t i = 0; i < width; i++) {
      uint32_t t2 = *column;
      int32_t a = x_sdotusp(x_sdotusp(x_dotusp(t0, w0), t1, w1), t2, w2);
      int32_t b = x_sdotusp(x_sdotusp(x_dotusp(t0, v0), t1, v1), t2, v2);
      put(variant, &out0, requantize(variant, a, c, s), step0, min);
      put(variant, &out1, requantize(variant, b, c, s), step1, min);
      t0 = t1;
      t1 = t2;
      column += 4;
    }
  } else {
    uint32_t t0 = column[0], u0 = column[4];
    column += 8;
    for (uint32_t i = 0; i < width; i++) {
      uint32_t t1 = column[0], u1 = column[4], t2 = column[8], u2 = column[12];
      int32_t a = x_sdotusp(x_sdotusp(x_dotusp(t0, w0), t1, w1), t2, w2);
      int32_t b = x_sdotusp(x_sdotusp(x_dotusp(u0, w0), u1, w1), u2, w2);
      put(variant, &out0, requantize(variant, a, c, s), step0, min);
      put(variant, &out1, requantize(variant, b, c, s), step1, min);
      t0 = t2;
      u0 = u2;
      column += 16;
    }
  }
}

INLINE void filter(const int variant, const int stride, const tile_t *t) {
  enum { MOST_STRIP = 32 };
  const uint32_t strip = MOST_STRIP / stride;
  const scaling_t scaling = scaling_of(variant, t->geometry);
  const uint32_t words = (strip * stride + 3 - stride) * 4 * stride + 2;
  uint32_t *scratch = (uint32_t *)t->scratch + (uint32_t)core_id() * words;
  scratch[0] = t->geometry->zero * 0x01010101u;

  const uint32_t strips = (t->out_w + strip - 1) / strip, width = (t->out_w + strips - 1) / strips;
  const uint32_t pairs = (t->out_h + 1u) / 2, blocks = (t->out_c + 3u) / 4;
  const uint32_t out_row = (uint32_t)t->out_w * t->out_c * output_bytes(variant);
  const int32_t step = (int32_t)(t->out_c * output_bytes(variant));
  const share_t units = share_of(strips * pairs * blocks);
  for (uint32_t u = units.first; u < units.end; u++) {
    const uint32_t block = u / (strips * pairs), rest = u - block * strips * pairs;
    const uint32_t pair = rest / strips, first = (rest - pair * strips) * width;
    if (first >= t->out_w) continue;
    const strip_t s = {t, scratch + 2, (int32_t)pair * 2, (int32_t)first, at_most(t->out_w - first, width), block * 4};
    transpose(stride, &s);
    const uint8_t *constants = t->constants + block * (48 + scaling_bytes(variant));
    uint8_t *out = t->out + pair * 2 * out_row + first * (uint32_t)step + block * 4 * output_bytes(variant);
    const int two = pair * 2 + 1 < t->out_h;
    const uint32_t channels = at_most(t->out_c - block * 4, 4);
    for (uint32_t i = 0; i < channels; i++) {
      slide(variant, stride, s.columns + i, s.width, (const uint32_t *)constants + 3 * i,
            channel_scaling(variant, constants + 48, (int)i), &scaling, out, step, two ? out + out_row : (uint8_t *)(scratch + 1),
            two ? step : 0);
      out += output_bytes(variant);
    }
  }
}

void depthwise_3x3_raw(const tile_t *tile) { filter(RAW, 1, tile); }
void depthwise_3x3_shift_32(const tile_t *tile) { filter(SHIFT_32, 1, tile); }
void depthwise_3x3_shift_64(const tile_t *tile) { filter(SHIFT_64, 1, tile); }
void depthwise_3x3_exact_32(const tile_t *tile) { filter(EXACT_32, 1, tile); }
void depthwise_3x3_exact_64(const tile_t *tile) { filter(EXACT_64, 1, tile); }

void depthwise_3x3_stride_2_raw(const tile_t *tile) { filter(RAW, 2, tile); }
void depthwise_3x3_stride_2_shift_32(const tile_t *tile) { filter(SHIFT_32, 2, tile); }
void depthwise_3x3_stride_2_shift_64(const tile_t *tile) { filter(SHIFT_64, 2, tile); }
void depthwise_3x3_stride_2_exact_32(const tile_t *tile) { filter(EXACT_32, 2, tile); }
void depthwise_3x3_stride_2_exact_64(const tile_t *tile) { filter(EXACT_64, 2, tile); }
