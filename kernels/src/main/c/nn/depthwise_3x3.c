/* Depthwise convolution 3x3, stride 1 or 2 on both axes, dilation 1, any padding.
 *
 * HWC holds 4 channels in a word, but a dot product wants taps of one channel. A unit of work is 4 channels of a strip: 2 output
 * rows, up to STRIP output columns. First the strip's input is transposed in the core's working memory, column by column:
 *
 *     stride 1, 4 input rows:  | ch0: row 0 1 2 3 | ch1: .. | ch2: .. | ch3: .. |
 *     stride 2, 5 input rows:  | ch0: row 0 1 2 . | ch1: row 0 1 . 2 | ch2 as 0 | ch3 as 1 |
 *                              | ch0: row 3 4 2 . | ch1: row 3 4 . 2 | ch2 as 0 | ch3 as 1 |
 *
 * with zeros in the padding, anything in the places marked by a point. (Row 2 comes unshuffled: two of its channels fill a half word.) Then
 * every channel slides along its columns, weights in registers: a column of the kernel is a word, zero where the input
 * has anything, shuffled for the second output row.
 *
 * Constants: blocks of 4 channels, the last filled up with zeros; all that belongs to a channel lies together:
 *
 *     channel 0: [ its word of the head ] 3 kernel columns x 4 bytes, as the first output row needs them [ its words of the tail ] | channel 1: ...
 *
 * with head and tail as in requantize.h.
 *
 * Working memory, for each core: a word of padding, a word that nobody reads, STRIP columns' inputs: (STRIP x stride + 3 - stride) x 16 x
 * stride bytes with STRIP = 32 / stride.
 *
 * Bound of SHIFT_32 (CLAMPED takes one instruction an output more, REFINED three), stride 1: transposing 18 instructions a column for 8
 * outputs; sliding 2 loads + 12 dot products + 12 to requantize + 4 stores + 2 moves = 32 for 4 outputs: 10.25 an output, 7.0
 * MAC/cycle on 8 cores. Stride 2: 27 a column, two columns for 8 outputs; 18 for 2 outputs: 15.75, 4.6 MAC/cycle. A channel of a unit
 * costs 25 (stride 1) to 32 more, a unit about 120; columns go in pairs, the last pair of an odd width computes one again. */
#include "requantize.h"
#include "share.h"
#include "transpose.h"

enum { MOST_STRIP = 32, MOST_ROWS = 5 };

/* What a unit of work is: strip and channels. */
typedef struct {
  const tile_t *tile;
  uint32_t *columns; /* transposed input; before it a word that nobody reads, before that a word of padding */
  int32_t y, x;      /* first output row and column */
  uint32_t width;    /* output columns */
  uint32_t channel;  /* the first of 4 */
} strip_t;

/* ------------------------------------------------------------------------------------------- transposition */

/* Bytes 0 and 2, 1 and 3 of two words in turn. */
#define INTERLEAVE_EVEN 0x06020400u
#define INTERLEAVE_ODD 0x07030501u

/* Stride 2: weights of the first row in the order of the second, of channels 0 and 2, of channels 1 and 3. */
#define EVEN_SECOND 0x03000201u
#define ODD_SECOND 0x00020301u

/* One column of 4 rows: 18 instructions. */
INLINE uint32_t *transpose_columns_1(const uint8_t *from[MOST_ROWS], const int32_t step[MOST_ROWS], int32_t columns, uint32_t *to) {
  uint32_t r0, r1, r2, r3, c0, c2;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x0", "%[columns]", "18")
      X_LW_STEP("%[r0]", "%[s0]", "%[f0]")
      X_LW_STEP("%[r1]", "%[s1]", "%[f1]")
      X_LW_STEP("%[r2]", "%[s2]", "%[f2]")
      X_LW_STEP("%[r3]", "%[s3]", "%[f3]")
      "mv %[c0], %[r0]\n"
      "mv %[c2], %[r2]\n"
      X_SHUFFLE2("%[c0]", "%[r1]", "%[low]")
      X_SHUFFLE2("%[c2]", "%[r3]", "%[low]")
      X_SHUFFLE2("%[r0]", "%[r1]", "%[high]")
      X_SHUFFLE2("%[r2]", "%[r3]", "%[high]")
      X_PACK("%[r1]", "%[c2]", "%[c0]")
      X_PACK_HIGH("%[r3]", "%[c2]", "%[c0]")
      X_PACK("%[c0]", "%[r2]", "%[r0]")
      X_PACK_HIGH("%[c2]", "%[r2]", "%[r0]")
      X_SW_POST("%[r1]", "4", "%[to]")
      X_SW_POST("%[r3]", "4", "%[to]")
      X_SW_POST("%[c0]", "4", "%[to]")
      X_SW_POST("%[c2]", "4", "%[to]")
      ".option pop\n"
      : [f0] "+r"(from[0]), [f1] "+r"(from[1]), [f2] "+r"(from[2]), [f3] "+r"(from[3]), [to] "+r"(to), [r0] "=&r"(r0),
        [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3), [c0] "=&r"(c0), [c2] "=&r"(c2)
      : [s0] "r"(step[0]), [s1] "r"(step[1]), [s2] "r"(step[2]), [s3] "r"(step[3]), [columns] "r"(columns),
        [low] "r"(INTERLEAVE_LOW), [high] "r"(INTERLEAVE_HIGH)
      : "memory");
  return to;
}

/* One column of 5 rows: 27 instructions. */
INLINE uint32_t *transpose_columns_2(const uint8_t *from[MOST_ROWS], const int32_t step[MOST_ROWS], int32_t columns, uint32_t *to) {
  uint32_t r0, r1, r2, r3, r4, c0, c3;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x0", "%[columns]", "27")
      X_LW_STEP("%[r0]", "%[s0]", "%[f0]")
      X_LW_STEP("%[r1]", "%[s1]", "%[f1]")
      X_LW_STEP("%[r2]", "%[s2]", "%[f2]")
      X_LW_STEP("%[r3]", "%[s3]", "%[f3]")
      X_LW_STEP("%[r4]", "%[s4]", "%[f4]")
      "mv %[c0], %[r0]\n"
      "mv %[c3], %[r3]\n"
      X_SHUFFLE2("%[c0]", "%[r1]", "%[even]")
      X_SHUFFLE2("%[c3]", "%[r4]", "%[even]")
      X_SHUFFLE2("%[r0]", "%[r1]", "%[odd]")
      X_SHUFFLE2("%[r3]", "%[r4]", "%[odd]")
      X_PACK("%[r1]", "%[r2]", "%[c0]")
      X_PACK_HIGH("%[c0]", "%[r2]", "%[c0]")
      X_PACK("%[r4]", "%[r2]", "%[r0]")
      X_PACK_HIGH("%[r0]", "%[r2]", "%[r0]")
      X_SW_POST("%[r1]", "4", "%[to]")
      X_SW_POST("%[r4]", "4", "%[to]")
      X_SW_POST("%[c0]", "4", "%[to]")
      X_SW_POST("%[r0]", "4", "%[to]")
      X_PACK("%[r1]", "%[r2]", "%[c3]")
      X_PACK("%[r4]", "%[r2]", "%[r3]")
      X_PACK_HIGH("%[c3]", "%[r2]", "%[c3]")
      X_PACK_HIGH("%[r3]", "%[r2]", "%[r3]")
      X_SW_POST("%[r1]", "4", "%[to]")
      X_SW_POST("%[r4]", "4", "%[to]")
      X_SW_POST("%[c3]", "4", "%[to]")
      X_SW_POST("%[r3]", "4", "%[to]")
      ".option pop\n"
      : [f0] "+r"(from[0]), [f1] "+r"(from[1]), [f2] "+r"(from[2]), [f3] "+r"(from[3]), [f4] "+r"(from[4]), [to] "+r"(to),
        [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3), [r4] "=&r"(r4), [c0] "=&r"(c0), [c3] "=&r"(c3)
      : [s0] "r"(step[0]), [s1] "r"(step[1]), [s2] "r"(step[2]), [s3] "r"(step[3]), [s4] "r"(step[4]), [columns] "r"(columns),
        [even] "r"(INTERLEAVE_EVEN), [odd] "r"(INTERLEAVE_ODD)
      : "memory");
  return to;
}

INLINE uint32_t *pad_column(uint32_t *to, uint32_t padding) {
  for (int i = 0; i < 4; i++) to[i] = padding;
  return to + 4;
}

INLINE void transpose(const int stride, const strip_t *s) {
  const tile_t *t = s->tile;
  const int rows = stride == 1 ? 4 : 5;
  const int32_t in_c = t->in_c, in_w = t->in_w;
  const int32_t columns = ((int32_t)s->width - 1) * stride + 3;
  const int32_t iy = s->y * stride - t->pad_top, ix = s->x * stride - t->pad_left;
  const int32_t before = x_min(x_max(-ix, 0), columns);            /* columns in the padding */
  const int32_t end = x_max(before, x_min(in_w - ix, columns));    /* first column behind the input */
  const uint32_t padding = s->columns[-2];
  uint32_t *to = s->columns;
  for (int32_t i = stride * before; i; i--) to = pad_column(to, padding);
  if (end > before) {
    const uint8_t *from[MOST_ROWS];
    int32_t step[MOST_ROWS];
    for (int i = 0; i < rows; i++) {
      const int in = (uint32_t)(iy + i) < t->in_h;
      from[i] = in ? t->in + ((iy + i) * in_w + ix + before) * in_c + s->channel : (const uint8_t *)(s->columns - 2);
      step[i] = in ? in_c : 0;
    }
    to = stride == 1 ? transpose_columns_1(from, step, end - before, to) : transpose_columns_2(from, step, end - before, to);
  }
  for (int32_t i = stride * (columns - end); i; i--) to = pad_column(to, padding);
}

/* ------------------------------------------------------------------------------------------------- sliding */

/* One channel of a strip. */
typedef struct {
  const uint32_t *column; /* its word of the first column */
  uint32_t w[3], v[3];    /* columns of the kernel, for the first and for the second output row */
  channel_t scale;
  int32_t start;
  uint8_t *out0, *out1; /* outputs in the two rows, */
  int32_t step0, step1; /* which lie so many bytes apart */
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
static inline void slide(const int variant, const int stride, lane_t *l, uint32_t width, const scaling_t *s) {
  const int32_t min = (int32_t)(s->min4 & 255);
  for (; width; width--) {
    const uint32_t *p = l->column, *q = stride == 1 ? p : p + 4;
    int32_t a = l->start, b = l->start;
    for (int i = 0; i < 3; i++) {
      a = x_sdotusp(a, *p, l->w[i]);
      b = x_sdotusp(b, *q, l->v[i]);
      p += 4 * stride;
      q += 4 * stride;
    }
    put(variant, &l->out0, requantize(variant, a, l->scale, s), l->step0, min);
    put(variant, &l->out1, requantize(variant, b, l->scale, s), l->step1, min);
    l->column += stride == 1 ? 4 : 16;
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

#define STORE(value, row) X_SB_STEP(value, "%[step" row "]", "%[out" row "]")

/* What all channels of a unit share. */
typedef struct {
  uint32_t pairs;                        /* of output columns, 1 or more */
  int32_t next_column;                   /* from behind a channel's columns to the next channel's first */
  int32_t next0, next1;                  /* the same in the two output rows */
  uint32_t second, other;                /* stride 2: selects the second row's weights of this channel; changes it for the next one */
  uint32_t channels;
  const uint32_t *column; /* of the first channel: transposed input, */
  uint8_t *out0, *out1;   /* outputs, */
  const uint8_t *stream;  /* constants */
} job_t;

#define LOAD(number) X_LW_POST("%[" number "]", "4", "%[stream]")
#define LOAD_WEIGHTS LOAD("w0") LOAD("w1") LOAD("w2")
#define SECOND_1 "slli %[v0], %[w0], 8\nslli %[v1], %[w1], 8\nslli %[v2], %[w2], 8\n"
#define SECOND_2                                                                                     \
  "lw %[a], 16(%[job])\n"                                                                            \
  "lw %[b], 20(%[job])\n"                                                                            \
  X_SHUFFLE("%[v0]", "%[w0]", "%[a]") X_SHUFFLE("%[v1]", "%[w1]", "%[a]") X_SHUFFLE("%[v2]", "%[w2]", "%[a]") \
  "xor %[a], %[a], %[b]\n"                                                                           \
  "sw %[a], 16(%[job])\n"
#define NEXT_CHANNEL                                                                                 \
  "lw %[a], 4(%[job])\n"                                                                             \
  "lw %[b], 8(%[job])\n"                                                                             \
  "lw %[w0], 12(%[job])\n"                                                                           \
  "add %[column], %[column], %[a]\n"                                                                 \
  "add %[out0], %[out0], %[b]\n"                                                                     \
  "add %[out1], %[out1], %[w0]\n"

/* For every channel its numbers (`numbers` instructions with their weights), then pairs of output columns in `length` instructions. */
#define SLIDE_1(numbers, length, HEAD, TAIL, BEGIN, PAIR, ...)                                                  \
  __asm__ volatile(                                                                                  \
      ".balign 4\n"                                                                                  \
      ".option push\n"                                                                               \
      ".option norvc\n"                                                                              \
      "lw %[a], 24(%[job])\n"                                                                         \
      "lw %[column], 28(%[job])\n"                                                                    \
      "lw %[out0], 32(%[job])\n"                                                                      \
      "lw %[out1], 36(%[job])\n"                                                                      \
      "lw %[stream], 40(%[job])\n"                                                                    \
      X_LOOP("x1", "%[a]", numbers "+3+4+" length "+6")                                                  \
      HEAD LOAD_WEIGHTS TAIL SECOND_1                                                                \
      "lw %[a], 0(%[job])\n"                                                                         \
      X_LW_POST("%[t0]", "16", "%[column]")                                                          \
      X_LW_POST("%[t1]", "16", "%[column]")                                                          \
      X_LOOP("x0", "%[a]", length)                                                                        \
      X_LW_POST("%[t2]", "16", "%[column]")                                                          \
      X_LW_POST("%[t3]", "16", "%[column]")                                                          \
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
      STORE("%[a]", "0") STORE("%[b]", "1") STORE("%[c]", "0") STORE("%[d]", "1")                    \
      NEXT_CHANNEL                                                                                   \
      ".option pop\n"                                                                                \
      : [column] "=&r"(column), [out0] "=&r"(out0), [out1] "=&r"(out1), [stream] "=&r"(stream), [t0] "=&r"(t0), [t1] "=&r"(t1), \
        [t2] "=&r"(t2), [t3] "=&r"(t3), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d),      \
        [w0] "=&r"(w0), [w1] "=&r"(w1), [w2] "=&r"(w2), [v0] "=&r"(v0), [v1] "=&r"(v1), [v2] "=&r"(v2), \
        [m] "=&r"(multiplier), [o] "=&r"(offset), __VA_ARGS__                                        \
      : "memory")

#define SLIDE_2(numbers, length, HEAD, TAIL, BEGIN, PAIR, ...)                                                  \
  __asm__ volatile(                                                                                  \
      ".balign 4\n"                                                                                  \
      ".option push\n"                                                                               \
      ".option norvc\n"                                                                              \
      "lw %[a], 24(%[job])\n"                                                                         \
      "lw %[column], 28(%[job])\n"                                                                    \
      "lw %[out0], 32(%[job])\n"                                                                      \
      "lw %[out1], 36(%[job])\n"                                                                      \
      "lw %[stream], 40(%[job])\n"                                                                    \
      X_LOOP("x1", "%[a]", numbers "+7+4+" length "+6")                                                  \
      HEAD LOAD_WEIGHTS TAIL SECOND_2                                                                \
      "lw %[a], 0(%[job])\n"                                                                         \
      X_LW_POST("%[t0]", "16", "%[column]")                                                          \
      X_LW_POST("%[u0]", "16", "%[column]")                                                          \
      X_LOOP("x0", "%[a]", length)                                                                        \
      X_LW_POST("%[t1]", "16", "%[column]")                                                          \
      X_LW_POST("%[u1]", "16", "%[column]")                                                          \
      X_LW_POST("%[t2]", "16", "%[column]")                                                          \
      X_LW_POST("%[u2]", "16", "%[column]")                                                          \
      BEGIN("%[a]", "%[t0]", "%[w0]") BEGIN("%[b]", "%[u0]", "%[v0]")                                \
      X_SDOTUSP("%[a]", "%[t1]", "%[w1]") X_SDOTUSP("%[b]", "%[u1]", "%[v1]")                        \
      X_SDOTUSP("%[a]", "%[t2]", "%[w2]") X_SDOTUSP("%[b]", "%[u2]", "%[v2]")                        \
      PAIR("%[a]", "%[b]", "%[t1]", "%[u1]")                                                         \
      STORE("%[a]", "0") STORE("%[b]", "1")                                                          \
      X_LW_POST("%[t1]", "16", "%[column]")                                                          \
      X_LW_POST("%[u1]", "16", "%[column]")                                                          \
      X_LW_POST("%[t0]", "16", "%[column]")                                                          \
      X_LW_POST("%[u0]", "16", "%[column]")                                                          \
      BEGIN("%[a]", "%[t2]", "%[w0]") BEGIN("%[b]", "%[u2]", "%[v0]")                                \
      X_SDOTUSP("%[a]", "%[t1]", "%[w1]") X_SDOTUSP("%[b]", "%[u1]", "%[v1]")                        \
      X_SDOTUSP("%[a]", "%[t0]", "%[w2]") X_SDOTUSP("%[b]", "%[u0]", "%[v2]")                        \
      PAIR("%[a]", "%[b]", "%[t1]", "%[u1]")                                                         \
      STORE("%[a]", "0") STORE("%[b]", "1")                                                          \
      NEXT_CHANNEL                                                                                   \
      ".option pop\n"                                                                                \
      : [column] "=&r"(column), [out0] "=&r"(out0), [out1] "=&r"(out1), [stream] "=&r"(stream), [t0] "=&r"(t0), [t1] "=&r"(t1), \
        [t2] "=&r"(t2), [u0] "=&r"(u0), [u1] "=&r"(u1), [u2] "=&r"(u2), [a] "=&r"(a), [b] "=&r"(b),  \
        [w0] "=&r"(w0), [w1] "=&r"(w1), [w2] "=&r"(w2), [v0] "=&r"(v0), [v1] "=&r"(v1), [v2] "=&r"(v2), \
        [m] "=&r"(multiplier), [o] "=&r"(offset), __VA_ARGS__                                        \
      : "memory")

#define SHARED [job] "r"(job), [step0] "r"(step0), [step1] "r"(step1)
/* The head, the tail, and their registers: 5, 7 and 9 instructions with the weights. */
#define HEAD_NONE
#define HEAD_START LOAD("start")
#define TAIL_SHIFT_32 LOAD("m") LOAD("o")
#define TAIL_CLAMPED LOAD("reach") LOAD("m") LOAD("o")
#define TAIL_REFINED LOAD("reach") LOAD("fm") LOAD("fo") LOAD("m") LOAD("o")
#define OF_SHIFT_32 [reach] "=&r"(reach) : [shift] "r"(s->shift), [max] "r"(s->max), SHARED
#define OF_CLAMPED [reach] "=&r"(reach), [start] "=&r"(start) : SHARED
#define OF_REFINED                                                                                   \
  [reach] "=&r"(reach), [start] "=&r"(start), [fm] "=&r"(fine_multiplier), [fo] "=&r"(fine_offset) : [shift] "r"(s->shift), SHARED

/* Whether slide_pairs() knows a variant: bytes, and nothing left to do for clip_min. */
INLINE int makes_pairs(const int variant, const scaling_t *s) {
  return variant == CLAMPED || variant == REFINED || (variant == SHIFT_32 && s->min4 == 0);
}

/* `pairs` pairs of outputs in each row for each of the channels whose constants begin at `stream`. */
INLINE void slide_pairs(const int variant, const int stride, const uint32_t *column, const uint8_t *stream, uint32_t channels,
                        uint32_t pairs, const scaling_t *s, uint8_t *out0, int32_t step0, uint8_t *out1, int32_t step1) {
  job_t local = {pairs, 4 - 16 * stride * (int32_t)(2 * pairs * (uint32_t)stride + (stride == 1 ? 2 : 1)),
                       1 - step0 * 2 * (int32_t)pairs, step1 == 0 ? 0 : 1 - step1 * 2 * (int32_t)pairs, EVEN_SECOND,
                       EVEN_SECOND ^ ODD_SECOND, channels, column, out0, out1, stream};
  job_t *job = &local;
  int32_t a, b;
  uint32_t w0, w1, w2, v0, v1, v2;
  int32_t multiplier, offset, reach, start, fine_multiplier, fine_offset;
  if (stride == 1) {
    uint32_t t0, t1, t2, t3;
    int32_t c, d;
    if (variant == SHIFT_32) SLIDE_1("5", "32", HEAD_NONE, TAIL_SHIFT_32, BEGIN_0, SHIFT_32_PAIR, OF_SHIFT_32);
    if (variant == CLAMPED) SLIDE_1("7", "36", HEAD_START, TAIL_CLAMPED, BEGIN_HEAD, CLAMPED_PAIR, OF_CLAMPED);
    if (variant == REFINED) SLIDE_1("9", "44", HEAD_START, TAIL_REFINED, BEGIN_HEAD, REFINED_PAIR, OF_REFINED);
  } else {
    uint32_t t0, t1, t2, u0, u1, u2;
    if (variant == SHIFT_32) SLIDE_2("5", "36", HEAD_NONE, TAIL_SHIFT_32, BEGIN_0, SHIFT_32_PAIR, OF_SHIFT_32);
    if (variant == CLAMPED) SLIDE_2("7", "40", HEAD_START, TAIL_CLAMPED, BEGIN_HEAD, CLAMPED_PAIR, OF_CLAMPED);
    if (variant == REFINED) SLIDE_2("9", "48", HEAD_START, TAIL_REFINED, BEGIN_HEAD, REFINED_PAIR, OF_REFINED);
  }
}

INLINE void filter(const int variant, const int stride, const tile_t *t) {
  const uint32_t strip = MOST_STRIP / stride;
  const scaling_t scaling = scaling_of(variant, t->geometry);
  const uint32_t words = (strip * stride + 3 - stride) * 4 * stride + 2;
  uint32_t *scratch = (uint32_t *)t->scratch + (uint32_t)core_id() * words;
  scratch[0] = t->geometry->zero * 0x01010101u;

  const uint32_t strips = (t->out_w + strip - 1) / strip, width = quotient(t->out_w + strips - 1, strips);
  const uint32_t pairs = (t->out_h + 1u) / 2, blocks = (t->out_c + 3u) / 4;
  const uint32_t out_row = (uint32_t)t->out_w * t->out_c * output_bytes(variant);
  const int32_t step = (int32_t)(t->out_c * output_bytes(variant));
  const uint32_t channel_bytes = (head_bytes(variant) + 48 + tail_bytes(variant)) / 4;
  const share_t units = share_of(strips * pairs * blocks);
  if (units.first == units.end) return;
  uint32_t block = quotient(units.first, strips * pairs);
  uint32_t pair = quotient(units.first - block * strips * pairs, strips);
  uint32_t next = units.first - (block * pairs + pair) * strips; /* strip */
  for (uint32_t count = units.end - units.first; count; count--) {
    if (next == strips) {
      next = 0;
      if (++pair == pairs) {
        pair = 0;
        block++;
      }
    }
    const uint32_t first = next++ * width;
    if (first >= t->out_w) continue;
    const strip_t s = {t, scratch + 2, (int32_t)pair * 2, (int32_t)first, at_most(t->out_w - first, width), block * 4};
    transpose(stride, &s);
    const uint8_t *constants = t->constants + block * 4 * channel_bytes;
    const int two = pair * 2 + 1 < t->out_h;
    const int32_t step1 = two ? step : 0;
    const uint32_t channels = at_most(t->out_c - block * 4, 4);
    uint8_t *out0 = t->out + pair * 2 * out_row + first * (uint32_t)step + block * 4 * output_bytes(variant);
    uint8_t *out1 = two ? out0 + out_row : (uint8_t *)(scratch + 1);
    if (makes_pairs(variant, &scaling) && s.width > 1) {
      slide_pairs(variant, stride, s.columns, constants, channels, s.width / 2, &scaling, out0, step, out1, step1);
      if (s.width & 1) {
        const uint32_t last = s.width - 2;
        slide_pairs(variant, stride, s.columns + last * 4 * (uint32_t)(stride * stride), constants, channels, 1, &scaling,
                    out0 + (int32_t)last * step, step, out1 + (int32_t)last * step1, step1);
      }
      continue;
    }
    for (uint32_t i = 0; i < channels; i++) {
      const uint32_t *weights = (const uint32_t *)(constants + head_bytes(variant) / 4);
      const uint32_t second = i & 1 ? ODD_SECOND : EVEN_SECOND;
      lane_t lane = {s.columns + i, {0, 0, 0}, {0, 0, 0}, channel_scaling(variant, weights + 3, 0),
                     sum_start(variant, constants, 0), out0, out1, step, step1};
      for (int k = 0; k < 3; k++) {
        lane.w[k] = weights[k];
        lane.v[k] = stride == 1 ? weights[k] << 8 : x_shuffle(weights[k], second);
      }
      slide(variant, stride, &lane, s.width, &scaling);
      constants += channel_bytes;
      out0 += output_bytes(variant);
      out1 += two ? output_bytes(variant) : 0;
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
