/* Depthwise convolution 3x3, stride 1 or 2 on both axes, dilation 1, any padding.
 *
 * HWC holds 4 channels in a word, but a dot product wants taps of one channel. So the input of a strip, 4 channels and up to 32 / stride
 * output columns, is transposed in the core's working memory, column by column, for 4 (stride 1) or 2 (stride 2) output rows at once:
 *
 *     stride 1, 6 input rows:  | ch0: row 0 1 2 3 | ch1: .. | ch2: .. | ch3: .. | ch0: row 2 3 4 5 | ch1: .. | ch2: .. | ch3: .. |
 *     stride 2, 5 input rows:  | ch0: row 0 1 2 . | ch1: row 0 1 . 2 | ch2 as 0 | ch3 as 1 | ch0: row 3 4 2 . | ch1: row 3 4 . 2 | .. |
 *
 * with zeros in the padding, anything in the places marked by a point. (Row 2 of stride 2 comes unshuffled: two of its channels fill
 * a half word.) Then every channel slides along its columns, two output rows at once, weights in registers: a column of the kernel is
 * a word, zero where the input has anything, shuffled for the second output row.
 *
 * Constants: blocks of 4 channels, the last filled up with zeros; all that belongs to a channel lies together:
 *
 *     channel 0: [ its word of the head ] 3 kernel columns x 4 bytes, as the first output row needs them [ its words of the tail ] | channel 1: ...
 *
 * with head and tail as in requantize.h.
 *
 * Working memory, for each core: a word of padding, then the columns of a strip, 32 bytes each. Two words more keep the cores out of
 * each other's banks.
 *
 * Work: units of two output rows of a strip, those of a strip one after the other; each core takes an equal run.
 *
 * Bound of SHIFT_32 (CLAMPED takes one instruction an output more, REFINED three), stride 1: transposing 31 instructions a column for 16
 * outputs; sliding 2 loads + 12 dot products + 12 to requantize + 4 stores + 2 moves = 32 for 4 outputs: 9.94 an output, 7.2
 * MAC/cycle on 8 cores. Stride 2: 27 a column, two columns for 8 outputs; 18 for 2 outputs: 15.75, 4.6 MAC/cycle. A channel of a unit
 * costs 14 more, a unit about 70, of stride 1 about 50; columns go in pairs, the last pair of an odd width computes one again. */
#include "requantize.h"
#include "share.h"
#include "transpose_columns.h"

/* ------------------------------------------------------------------------------------------------- sliding */

/* Stride 2: weights of the first row in the order of the second, of channels 0 and 2, of channels 1 and 3; of all four, two bits
 * further up for each (a shuffle looks at the lowest two bits of a byte). */
#define EVEN_SECOND 0x03000201u
#define ODD_SECOND 0x00020301u
#define EACH_SECOND "0x3388ee55"

/* One channel of a strip. */
typedef struct {
  const uint32_t *column; /* its word of the first column */
  uint32_t w[3], v[3];    /* columns of the kernel, for the first and for the second output row */
  channel_t scale;
  int32_t start;
  uint8_t *out0, *out1; /* outputs in the two rows, */
  int32_t step;         /* so many bytes apart */
} lane_t;

INLINE void put(const int variant, uint8_t **to, int32_t value, int32_t step, int32_t min) {
  if (variant == RAW) {
    *(int32_t *)*to = value;
    *to += step;
  } else {
    store_byte_step(to, (uint32_t)(leaves_min(variant) ? x_max(value, min) : value), step);
  }
}

/* `width` outputs in each row, by any variant. */
INLINE void slide(const int variant, const int stride, lane_t *l, uint32_t width, const scaling_t *s) {
  const int32_t min = (int32_t)(s->min4 & 255);
  for (; width; width--) {
    const uint32_t *p = l->column, *q = stride == 1 ? p : p + 4;
    int32_t a = l->start, b = l->start;
    for (int i = 0; i < 3; i++) {
      a = x_sdotusp(a, *p, l->w[i]);
      b = x_sdotusp(b, *q, l->v[i]);
      p += COLUMN_WORDS;
      q += COLUMN_WORDS;
    }
    put(variant, &l->out1, requantize(variant, b, l->scale, s), l->step, min);
    put(variant, &l->out0, requantize(variant, a, l->scale, s), l->step, min);
    l->column += COLUMN_WORDS * stride;
  }
}

#define BEGIN_0(acc, x, w) X_DOTUSP(acc, x, w)
#define BEGIN_HEAD(acc, x, w) "mv " acc ", %[start]\n" X_SDOTUSP(acc, x, w)

/* Two sums become bytes; t and u are free. */
#define SHIFT_32_PAIR(a, b, t, u)                                                                    \
  "mul " a ", " a ", %[m]\n"                                                                         \
  "mul " b ", " b ", %[m]\n"                                                                         \
  X_ADDNR(a, "%[o]", "%[shift]") X_ADDNR(b, "%[o]", "%[shift]")                                      \
  X_CLIPUR(a, a, "%[max]") X_CLIPUR(b, b, "%[max]")
#define CLAMPED_PAIR(a, b, t, u)                                                                     \
  X_CLIPR(a, a, "%[reach]") X_CLIPR(b, b, "%[reach]")                                                \
  "mul " a ", " a ", %[m]\n"                                                                         \
  "mul " b ", " b ", %[m]\n"                                                                         \
  X_ADDUN_24(a, a, "%[o]") X_ADDUN_24(b, b, "%[o]")
#define REFINED_PAIR(a, b, t, u)                                                                     \
  X_CLIPR(a, a, "%[reach]") X_CLIPR(b, b, "%[reach]")                                                \
  "mul " t ", " a ", %[fm]\n"                                                                        \
  "mul " u ", " b ", %[fm]\n"                                                                        \
  X_ADDNR(t, "%[fo]", "%[shift]") X_ADDNR(u, "%[fo]", "%[shift]")                                    \
  X_MAC(t, a, "%[m]") X_MAC(u, b, "%[m]")                                                            \
  X_ADDUN_24(a, t, "%[o]") X_ADDUN_24(b, u, "%[o]")

#define STORE(value, row) X_SB_STEP(value, "%[step]", "%[out" row "]")

/* Pairs of output columns in all channels of a strip; the assembly knows the places of these words. */
typedef struct {
  uint32_t channels, pairs;
  const uint8_t *stream;  /* constants of the first channel, */
  const uint32_t *column; /* its transposed input, */
  uint8_t *out0, *out1;   /* its outputs in the first and in the second row: the same if there is no second, which is written before */
  int32_t next_column;    /* from behind a channel's columns to the next channel's first */
  int32_t next_out;       /* the same in both output rows */
  int32_t step;           /* bytes from one output of a row to the next */
  uint32_t shift;         /* as in scaling_t */
  int32_t max;
} job_t;

#define LOAD(number) X_LW_POST("%[" number "]", "4", "%[stream]")
#define LOAD_WEIGHTS LOAD("w0") LOAD("w1") LOAD("w2")
#define SECOND_1 "slli %[v0], %[w0], 8\nslli %[v1], %[w1], 8\nslli %[v2], %[w2], 8\n"
#define SECOND_2                                                                                     \
  X_SHUFFLE("%[v0]", "%[w0]", "%[second]") X_SHUFFLE("%[v1]", "%[w1]", "%[second]") X_SHUFFLE("%[v2]", "%[w2]", "%[second]") \
  "srli %[second], %[second], 2\n"
/* From channel to channel. REFINED has no registers left: pairs and steps come from memory. */
#define NEXT_CHANNEL(column_step, out_step)                                                          \
  "add %[column], %[column], " column_step "\n"                                                      \
  "add %[out0], %[out0], " out_step "\n"                                                             \
  "add %[out1], %[out1], " out_step "\n"
#define INTO_KEPT                                                                                    \
  "lw %[pairs], 4(%[job])\n"                                                                         \
  "lw %[next_column], 24(%[job])\n"                                                                  \
  "lw %[next_out], 28(%[job])\n"
#define COUNT_KEPT
#define PAIRS_KEPT "%[pairs]"
#define NEXT_KEPT NEXT_CHANNEL("%[next_column]", "%[next_out]")
#define INTO_LOADED
#define COUNT_LOADED "lw %[a], 4(%[job])\n"
#define PAIRS_LOADED "%[a]"
#define NEXT_LOADED                                                                                  \
  "lw %[a], 24(%[job])\n"                                                                            \
  "lw %[b], 28(%[job])\n"                                                                            \
  NEXT_CHANNEL("%[a]", "%[b]")

/* For every channel its numbers, then pairs of output columns in `length` instructions; `rest`: what a channel takes besides. */
#define SLIDE_1(rest, length, SHARING, INTO, HEAD, TAIL, BEGIN, PAIR, ...)                           \
  __asm__ volatile(                                                                                  \
      ".balign 4\n"                                                                                  \
      ".option push\n"                                                                               \
      ".option norvc\n"                                                                              \
      "lw %[a], 0(%[job])\n"                                                                         \
      "lw %[stream], 8(%[job])\n"                                                                    \
      "lw %[column], 12(%[job])\n"                                                                   \
      "lw %[out0], 16(%[job])\n"                                                                     \
      "lw %[out1], 20(%[job])\n"                                                                     \
      "lw %[step], 32(%[job])\n"                                                                     \
      INTO_##SHARING INTO                                                                            \
      X_LOOP("x1", "%[a]", rest "+" length)                                                          \
      HEAD LOAD_WEIGHTS TAIL SECOND_1                                                                \
      COUNT_##SHARING                                                                                \
      X_LW_POST("%[t0]", "32", "%[column]")                                                          \
      X_LW_POST("%[t1]", "32", "%[column]")                                                          \
      X_LOOP("x0", PAIRS_##SHARING, length)                                                          \
      X_LW_POST("%[t2]", "32", "%[column]")                                                          \
      X_LW_POST("%[t3]", "32", "%[column]")                                                          \
      BEGIN("%[a]", "%[t0]", "%[w0]") BEGIN("%[b]", "%[t0]", "%[v0]")                                \
      BEGIN("%[c]", "%[t1]", "%[w0]") BEGIN("%[d]", "%[t1]", "%[v0]")                                \
      X_SDOTUSP("%[a]", "%[t1]", "%[w1]") X_SDOTUSP("%[b]", "%[t1]", "%[v1]")                        \
      X_SDOTUSP("%[c]", "%[t2]", "%[w1]") X_SDOTUSP("%[d]", "%[t2]", "%[v1]")                        \
      X_SDOTUSP("%[a]", "%[t2]", "%[w2]") X_SDOTUSP("%[b]", "%[t2]", "%[v2]")                        \
      X_SDOTUSP("%[c]", "%[t3]", "%[w2]") X_SDOTUSP("%[d]", "%[t3]", "%[v2]")                        \
      "mv %[t0], %[t2]\n"                                                                            \
      "mv %[t1], %[t3]\n"                                                                            \
      PAIR("%[a]", "%[b]", "%[t2]", "%[t3]")                                                         \
      PAIR("%[c]", "%[d]", "%[t2]", "%[t3]")                                                         \
      STORE("%[b]", "1") STORE("%[d]", "1") STORE("%[a]", "0") STORE("%[c]", "0")                    \
      NEXT_##SHARING                                                                                 \
      ".option pop\n"                                                                                \
      : [column] "=&r"(column), [out0] "=&r"(out0), [out1] "=&r"(out1), [stream] "=&r"(stream), [t0] "=&r"(t0), [t1] "=&r"(t1), \
        [t2] "=&r"(t2), [t3] "=&r"(t3), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d),      \
        [w0] "=&r"(w0), [w1] "=&r"(w1), [w2] "=&r"(w2), [v0] "=&r"(v0), [v1] "=&r"(v1), [v2] "=&r"(v2), \
        [m] "=&r"(multiplier), __VA_ARGS__                                                           \
      : "memory")

#define SLIDE_2(rest, length, SHARING, INTO, HEAD, TAIL, BEGIN, PAIR, ...)                           \
  __asm__ volatile(                                                                                  \
      ".balign 4\n"                                                                                  \
      ".option push\n"                                                                               \
      ".option norvc\n"                                                                              \
      "lw %[a], 0(%[job])\n"                                                                         \
      "lw %[stream], 8(%[job])\n"                                                                    \
      "lw %[column], 12(%[job])\n"                                                                   \
      "lw %[out0], 16(%[job])\n"                                                                     \
      "lw %[out1], 20(%[job])\n"                                                                     \
      "li %[second], " EACH_SECOND "\n"                                                              \
      "lw %[step], 32(%[job])\n"                                                                     \
      INTO_##SHARING INTO                                                                            \
      X_LOOP("x1", "%[a]", rest "+" length)                                                          \
      HEAD LOAD_WEIGHTS TAIL SECOND_2                                                                \
      COUNT_##SHARING                                                                                \
      X_LW_POST("%[t0]", "16", "%[column]")                                                          \
      X_LW_POST("%[u0]", "16", "%[column]")                                                          \
      X_LOOP("x0", PAIRS_##SHARING, length)                                                          \
      X_LW_POST("%[t1]", "16", "%[column]")                                                          \
      X_LW_POST("%[u1]", "16", "%[column]")                                                          \
      X_LW_POST("%[t2]", "16", "%[column]")                                                          \
      X_LW_POST("%[u2]", "16", "%[column]")                                                          \
      BEGIN("%[a]", "%[t0]", "%[w0]") BEGIN("%[b]", "%[u0]", "%[v0]")                                \
      X_SDOTUSP("%[a]", "%[t1]", "%[w1]") X_SDOTUSP("%[b]", "%[u1]", "%[v1]")                        \
      X_SDOTUSP("%[a]", "%[t2]", "%[w2]") X_SDOTUSP("%[b]", "%[u2]", "%[v2]")                        \
      PAIR("%[a]", "%[b]", "%[t1]", "%[u1]")                                                         \
      STORE("%[b]", "1") STORE("%[a]", "0")                                                          \
      X_LW_POST("%[t1]", "16", "%[column]")                                                          \
      X_LW_POST("%[u1]", "16", "%[column]")                                                          \
      X_LW_POST("%[t0]", "16", "%[column]")                                                          \
      X_LW_POST("%[u0]", "16", "%[column]")                                                          \
      BEGIN("%[a]", "%[t2]", "%[w0]") BEGIN("%[b]", "%[u2]", "%[v0]")                                \
      X_SDOTUSP("%[a]", "%[t1]", "%[w1]") X_SDOTUSP("%[b]", "%[u1]", "%[v1]")                        \
      X_SDOTUSP("%[a]", "%[t0]", "%[w2]") X_SDOTUSP("%[b]", "%[u0]", "%[v2]")                        \
      PAIR("%[a]", "%[b]", "%[t1]", "%[u1]")                                                         \
      STORE("%[b]", "1") STORE("%[a]", "0")                                                          \
      NEXT_##SHARING                                                                                 \
      ".option pop\n"                                                                                \
      : [column] "=&r"(column), [out0] "=&r"(out0), [out1] "=&r"(out1), [stream] "=&r"(stream), [t0] "=&r"(t0), [t1] "=&r"(t1), \
        [t2] "=&r"(t2), [u0] "=&r"(u0), [u1] "=&r"(u1), [u2] "=&r"(u2), [a] "=&r"(a), [b] "=&r"(b),  \
        [w0] "=&r"(w0), [w1] "=&r"(w1), [w2] "=&r"(w2), [v0] "=&r"(v0), [v1] "=&r"(v1), [v2] "=&r"(v2), \
        [m] "=&r"(multiplier), [second] "=&r"(second), __VA_ARGS__                                   \
      : "memory")

#define INTO_SHIFT "lw %[shift], 36(%[job])\n"
#define INTO_SHIFT_MAX INTO_SHIFT "lw %[max], 40(%[job])\n"
#define INTO_NONE
#define REGISTERS_KEPT [step] "=&r"(step), [pairs] "=&r"(pairs), [next_column] "=&r"(next_column), [next_out] "=&r"(next_out)
/* The head, the tail, and their registers. */
#define HEAD_NONE
#define HEAD_START LOAD("start")
#define TAIL_SHIFT_32 LOAD("m") LOAD("o")
#define TAIL_CLAMPED LOAD("reach") LOAD("m") LOAD("o")
#define TAIL_REFINED LOAD("reach") LOAD("fm") LOAD("fo") LOAD("m") LOAD("o")
#define OF_SHIFT_32 [o] "=&r"(offset), [shift] "=&r"(shift), [max] "=&r"(max), REGISTERS_KEPT : [job] "r"(job)
#define OF_CLAMPED [o] "=&r"(offset), [reach] "=&r"(reach), [start] "=&r"(start), REGISTERS_KEPT : [job] "r"(job)
#define OF_REFINED                                                                                   \
  [o] "=&r"(offset), [reach] "=&r"(reach), [start] "=&r"(start), [fm] "=&r"(fine_multiplier), [fo] "=&r"(fine_offset), \
  [shift] "=&r"(shift), [step] "=&r"(step) : [job] "r"(job)

/* Whether slide_pairs() knows a variant: bytes, and nothing left to do for clip_min. */
INLINE int makes_pairs(const int variant, const scaling_t *s) {
  return variant == CLAMPED || variant == REFINED || (variant == SHIFT_32 && s->min4 == 0);
}

/* Pairs of outputs in two rows; outputs of a row lie `step` bytes apart. */
INLINE void slide_pairs(const int variant, const int stride, const job_t *job) {
  int32_t a, b;
  uint32_t w0, w1, w2, v0, v1, v2;
  int32_t multiplier, offset, reach, start, fine_multiplier, fine_offset, max, step, next_column, next_out;
  uint32_t shift, pairs;
  const uint32_t *column;
  uint8_t *out0, *out1;
  const uint8_t *stream;
  if (stride == 1) {
    uint32_t t0, t1, t2, t3;
    int32_t c, d;
    if (variant == SHIFT_32) SLIDE_1("14", "32", KEPT, INTO_SHIFT_MAX, HEAD_NONE, TAIL_SHIFT_32, BEGIN_0, SHIFT_32_PAIR, OF_SHIFT_32);
    if (variant == CLAMPED) SLIDE_1("16", "36", KEPT, INTO_NONE, HEAD_START, TAIL_CLAMPED, BEGIN_HEAD, CLAMPED_PAIR, OF_CLAMPED);
    if (variant == REFINED) SLIDE_1("21", "44", LOADED, INTO_SHIFT, HEAD_START, TAIL_REFINED, BEGIN_HEAD, REFINED_PAIR, OF_REFINED);
  } else {
    uint32_t t0, t1, t2, u0, u1, u2, second;
    if (variant == SHIFT_32) SLIDE_2("15", "36", KEPT, INTO_SHIFT_MAX, HEAD_NONE, TAIL_SHIFT_32, BEGIN_0, SHIFT_32_PAIR, OF_SHIFT_32);
    if (variant == CLAMPED) SLIDE_2("17", "40", KEPT, INTO_NONE, HEAD_START, TAIL_CLAMPED, BEGIN_HEAD, CLAMPED_PAIR, OF_CLAMPED);
    if (variant == REFINED) SLIDE_2("22", "48", LOADED, INTO_SHIFT, HEAD_START, TAIL_REFINED, BEGIN_HEAD, REFINED_PAIR, OF_REFINED);
  }
}

/* Output columns of a strip, at most. */
INLINE uint32_t strip_columns(const int stride) { return 32 / (uint32_t)stride; }

INLINE uint32_t channel_bytes(const int variant) { return (head_bytes(variant) + 48 + tail_bytes(variant)) / 4; }

/* What a core works at: a strip of output columns in 4 channels. */
typedef struct {
  const tile_t *tile;
  uint32_t *scratch;
  const uint8_t *in;             /* its first column inside the input, row 0 */
  uint8_t *out;                  /* its first output in the next row */
  uint32_t width, odd;           /* output columns; 1 if that is odd */
  int32_t out_row, step;         /* bytes of an output row, from one output to the next */
  int32_t iy;                    /* input row that is transposed first */
  uint32_t inside;               /* so many rows it may be for all that are transposed to lie inside the input */
  uint32_t left;                 /* output rows from `out` on */
  source_t source;
  job_t whole, last;             /* all pairs of columns; of an odd width the last column, with the one before it */
} strip_t;

/* Turns to output columns `first` .. first + width - 1. What lies in the padding on both sides is the same for all rows and channels. */
static __attribute__((noinline)) void begin_strip(strip_t *s, uint32_t stride, uint32_t first, uint32_t width, int makes_pairs) {
  const tile_t *t = s->tile;
  const int32_t count = ((int32_t)width - 1) * (int32_t)stride + 3, ix = (int32_t)(first * stride) - t->pad_left;
  const int32_t before = x_min(x_max(-ix, 0), count);            /* columns in the padding */
  const int32_t end = x_max(before, x_min(t->in_w - ix, count)); /* first column behind the input */
  s->in = t->in + (ix + before) * t->in_c;
  s->width = width;
  s->odd = width & 1;
  s->source.to = s->scratch + 1 + before * COLUMN_WORDS;
  s->source.columns = (uint32_t)(end - before);
  const int32_t outputs = (int32_t)(width & ~1u), behind = stride == 1 ? 2 : 1;
  s->whole.pairs = makes_pairs ? width / 2 : 0;
  s->whole.next_column = 4 - 4 * COLUMN_WORDS * (outputs * (int32_t)stride + behind);
  s->whole.next_out = 1 - outputs * s->step;
  s->whole.step = s->last.step = s->step;
  s->last.pairs = 1;
  s->last.next_column = 4 - 4 * COLUMN_WORDS * (2 * (int32_t)stride + behind);
  s->last.next_out = 1 - 2 * s->step;
  const uint32_t padding = s->scratch[0];
  uint32_t *to = s->scratch + 1;
  for (int32_t i = before * COLUMN_WORDS; i; i--) *to++ = padding;
  to += (end - before) * COLUMN_WORDS;
  for (int32_t i = (count - end) * COLUMN_WORDS; i; i--) *to++ = padding;
}

/* Of the input rows that are transposed, `row` .. end - 1 lie in the padding: each is one word, again and again. */
INLINE void pad_rows(strip_t *s, int32_t row, int32_t end) {
  for (; row < end; row++) {
    s->source.from[row] = (const uint8_t *)s->scratch;
    s->source.step[row] = 0;
  }
}

/* The columns of the input rows from `iy` on, of which the first begins at source.row. */
INLINE void transpose(const int stride, strip_t *s) {
  const int rows = stride == 1 ? 6 : 5;
  if (s->source.columns == 0) return;
  const int32_t iy = s->iy;
  const int inside = (uint32_t)iy < s->inside;
  if (!inside) {
    const int32_t step = s->source.in_c, in_row = s->source.in_row, below = iy + rows - s->tile->in_h;
    const uint8_t *row = s->source.row;
    for (int i = 0; i < rows; i++) {
      s->source.from[i] = row;
      s->source.step[i] = step;
      row += in_row;
    }
    if (iy < 0) pad_rows(s, 0, x_min(-iy, rows));
    if (below > 0) pad_rows(s, x_max(rows - below, 0), rows);
  }
  if (stride == 1) {
    transpose_columns_1(&s->source, inside);
  } else {
    transpose_columns_2(&s->source, inside);
  }
}

/* The two output rows at `out`, whose transposed input lies at `columns`; of a single row out1 is out0. */
INLINE void slide_rows(const int variant, const int stride, strip_t *s, const uint32_t *columns, const scaling_t *scaling) {
  uint8_t *out0 = s->out, *out1 = out0;
  if (s->left > 1) out1 += s->out_row;
  s->out = out0 + 2 * s->out_row;
  s->left -= 2;
  s->whole.column = columns;
  s->whole.out0 = out0;
  s->whole.out1 = out1;
  if ((variant == SHIFT_32 || variant == CLAMPED || variant == REFINED) && s->whole.pairs) {
    for (job_t *job = &s->whole;; job = &s->last) {
      slide_pairs(variant, stride, job);
      if (!s->odd || job == &s->last) return;
      const int32_t last = (int32_t)s->width - 2;
      s->last.column = columns + last * stride * COLUMN_WORDS;
      s->last.out0 = out0 + last * s->step;
      s->last.out1 = out1 + last * s->step;
    }
  }
  const uint8_t *constants = s->whole.stream;
  for (uint32_t i = 0; i < s->whole.channels; i++) {
    const uint32_t *weights = (const uint32_t *)(constants + head_bytes(variant) / 4);
    const uint32_t second = i & 1 ? ODD_SECOND : EVEN_SECOND;
    lane_t lane = {columns + i, {0, 0, 0}, {0, 0, 0}, channel_scaling(variant, weights + 3, 0), sum_start(variant, constants, 0),
                   out0, out1, s->step};
    for (int k = 0; k < 3; k++) {
      lane.w[k] = weights[k];
      lane.v[k] = stride == 1 ? weights[k] << 8 : x_shuffle(weights[k], second);
    }
    slide(variant, stride, &lane, s->width, scaling);
    constants += channel_bytes(variant);
    out0 += output_bytes(variant);
    out1 += output_bytes(variant);
  }
}

INLINE void filter(const int variant, const int stride, const tile_t *t) {
  const uint32_t most = strip_columns(stride);
  const scaling_t scaling = scaling_of(variant, t->geometry);
  const uint32_t strips = (t->out_w + most - 1) / most, width = quotient(t->out_w + strips - 1, strips);
  const uint32_t pairs = (t->out_h + 1u) / 2, blocks = (t->out_c + 3u) / 4;
  const share_t units = share_of(blocks * strips * pairs);
  uint32_t count = units.end - units.first;
  if (count == 0) return;
  uint32_t place = quotient(units.first, pairs), pair = units.first - place * pairs;
  uint32_t block = quotient(place, strips), strip = place - block * strips;
  strip_t s;
  s.tile = t;
  s.scratch = (uint32_t *)own_scratch(t);
  s.scratch[0] = t->geometry->zero * 0x01010101u;
  s.source.in_row = t->in_w * t->in_c;
  s.source.in_c = t->in_c;
  s.inside = (uint32_t)x_max(t->in_h + 1 - (stride == 1 ? 6 : 5), 0);
  s.step = (int32_t)(t->out_c * output_bytes(variant));
  s.out_row = t->out_w * s.step;
  s.whole.shift = s.last.shift = scaling.shift;
  s.whole.max = s.last.max = scaling.max;
  uint32_t known = strips; /* the strip that begin_strip() has turned to */
  for (;;) {
    const uint32_t first = strip * width;
    if (strip != known) {
      begin_strip(&s, (uint32_t)stride, first, at_most(t->out_w - first, width), makes_pairs(variant, &scaling));
      s.in += block * 4;
      known = strip;
    }
    s.whole.stream = s.last.stream = t->constants + block * 4 * channel_bytes(variant);
    s.whole.channels = s.last.channels = at_most(t->out_c - block * 4, 4);
    s.out = t->out + (int32_t)pair * 2 * s.out_row + (int32_t)first * s.step + block * 4 * output_bytes(variant);
    s.iy = (int32_t)pair * 2 * stride - t->pad_top;
    s.source.row = s.in + s.iy * s.source.in_row;
    s.left = t->out_h - pair * 2;
    uint32_t here = at_most(pairs - pair, count);
    count -= here;
    for (;;) {
      transpose(stride, &s);
      for (uint32_t *columns = s.scratch + 1;; columns += 4) {
        slide_rows(variant, stride, &s, columns, &scaling);
        if (--here == 0 || stride == 2 || columns != s.scratch + 1) break;
      }
      if (here == 0) break;
      s.iy += 4;
      s.source.row += 4 * s.source.in_row;
    }
    if (count == 0) return;
    pair = 0;
    if (++strip == strips) {
      strip = 0;
      block++;
      s.in += 4;
    }
  }
}

void depthwise_3x3_raw(const tile_t *tile) { filter(RAW, 1, tile); }
void depthwise_3x3_shift_32(const tile_t *tile) { filter(SHIFT_32, 1, tile); }
void depthwise_3x3_clamped(const tile_t *tile) { filter(CLAMPED, 1, tile); }
void depthwise_3x3_refined(const tile_t *tile) { filter(REFINED, 1, tile); }
void depthwise_3x3_shift_64(const tile_t *tile) { filter(SHIFT_64, 1, tile); }
void depthwise_3x3_exact_32(const tile_t *tile) { filter(EXACT_32, 1, tile); }
void depthwise_3x3_exact_64(const tile_t *tile) { filter(EXACT_64, 1, tile); }

void depthwise_3x3_stride_2_raw(const tile_t *tile) { filter(RAW, 2, tile); }
void depthwise_3x3_stride_2_shift_32(const tile_t *tile) { filter(SHIFT_32, 2, tile); }
void depthwise_3x3_stride_2_clamped(const tile_t *tile) { filter(CLAMPED, 2, tile); }
void depthwise_3x3_stride_2_refined(const tile_t *tile) { filter(REFINED, 2, tile); }
void depthwise_3x3_stride_2_shift_64(const tile_t *tile) { filter(SHIFT_64, 2, tile); }
void depthwise_3x3_stride_2_exact_32(const tile_t *tile) { filter(EXACT_32, 2, tile); }
void depthwise_3x3_stride_2_exact_64(const tile_t *tile) { filter(EXACT_64, 2, tile); }
