/* The inner loop of convolutions: 4 output channels x 4 pixels, from inputs to outputs.
 *
 * Constants, as packed at deployment, are one stream of blocks of 4 output channels: head and tail as in requantize.h, and between
 * them weights, for every step of 4 inputs 4 words, one for each output channel:
 *
 *     head | step 0: | ch0: w0 w1 w2 w3 | ch1: w0 w1 w2 w3 | ch2 .. | ch3 .. | step 1: | ch0: w4 w5 w6 w7 | ... | tail
 *
 * Inputs are read where they are. A table says where, and where outputs go:
 *
 *     words: segments | steps, pixel 0, pixel 1, pixel 2, pixel 3 | steps, pixel 0, ... | .. | finish_t
 *
 * Each segment is a run of `steps` words (1 or more) for each of the 4 pixels; segments follow each other in the weights.
 *
 * Inner loop: 8 loads + 16 dot products = 24 instructions for 64 MAC, no stall: 2.67 MAC/cycle, 21.3 on 8 cores. Around it a
 * block of SHIFT_32 costs 112 cycles (16 to begin the sums, 9 for a table of one segment, 56 to requantize, 16 to pack and
 * store 16 outputs, 15 for the loop), one of CLAMPED 110, one of REFINED 150; a further segment 6. A block is one asm statement because
 * it takes all registers that a compiler may use: 16 sums, 4 addresses, 6 operands, table and stream. */
#ifndef MARLIN_MATMUL_H
#define MARLIN_MATMUL_H

#include "requantize.h"
#include "xpulp.h"

/* How a block becomes outputs: the end of the table. */
typedef struct {
  uint32_t shift;
  int32_t max;
  uint32_t min4;
  uint32_t step[3]; /* bytes from one pixel's outputs to the next one's; 0: the next pixel is the same again */
  uint8_t *out;     /* of the first pixel; goes on by 4 channels with every block */
  const uint32_t *table;
  const uint8_t *end; /* of the blocks' constants */
} finish_t;

/* Where a table of one segment ends. */
enum { ONE_SEGMENT_BYTES = 4 * (1 + 5) + sizeof(finish_t) };

#define SDOT4(row, w)                                                                                \
  X_SDOTUSP("%[" row "0]", "%[x0]", w) X_SDOTUSP("%[" row "1]", "%[x1]", w)                          \
  X_SDOTUSP("%[" row "2]", "%[x2]", w) X_SDOTUSP("%[" row "3]", "%[x3]", w)

/* Sums of a channel begin: at 0, or at the next word of the stream. Stages, so that no load is used right away. */
#define ZERO4(row) "li %[" row "0], 0\nli %[" row "1], 0\nli %[" row "2], 0\nli %[" row "3], 0\n"
#define START_0 ZERO4("a") ZERO4("b") ZERO4("c") ZERO4("d")
#define COPY3(row) "mv %[" row "1], %[" row "0]\nmv %[" row "2], %[" row "0]\nmv %[" row "3], %[" row "0]\n"
#define START_HEAD                                                                                   \
  X_LW_POST("%[a0]", "4", "%[stream]") X_LW_POST("%[b0]", "4", "%[stream]")                          \
  X_LW_POST("%[c0]", "4", "%[stream]") X_LW_POST("%[d0]", "4", "%[stream]")                          \
  COPY3("a") COPY3("b") COPY3("c") COPY3("d")

/* The sums over all segments. `x0` then holds the word behind them, which `table` has passed. */
#define SUMS                                                                                         \
  X_LOOP("x1", "%[x1]", "30")                                                                        \
  X_LW_POST("%[p0]", "4", "%[table]")                                                                \
  X_LW_POST("%[p1]", "4", "%[table]")                                                                \
  X_LW_POST("%[p2]", "4", "%[table]")                                                                \
  X_LW_POST("%[p3]", "4", "%[table]")                                                                \
  X_LOOP("x0", "%[x0]", "24")                                                                        \
  X_LW_POST("%[v]", "4", "%[stream]")                                                                \
  X_LW_POST("%[x0]", "4", "%[p0]")                                                                   \
  X_LW_POST("%[x1]", "4", "%[p1]")                                                                   \
  X_LW_POST("%[x2]", "4", "%[p2]")                                                                   \
  X_LW_POST("%[x3]", "4", "%[p3]")                                                                   \
  X_LW_POST("%[w]", "4", "%[stream]")                                                                \
  SDOT4("a", "%[v]")                                                                                 \
  X_LW_POST("%[v]", "4", "%[stream]")                                                                \
  SDOT4("b", "%[w]")                                                                                 \
  X_LW_POST("%[w]", "4", "%[stream]")                                                                \
  SDOT4("c", "%[v]")                                                                                 \
  SDOT4("d", "%[w]")                                                                                 \
  X_LW_POST("%[x0]", "4", "%[table]")

/* Each instruction for the 4 pixels of a channel, so that no product is used right away. */
#define SHIFT_32_ROW(row)                                                                            \
  X_LW_POST("%[v]", "4", "%[stream]")                                                                \
  X_LW_POST("%[w]", "4", "%[stream]")                                                                \
  "mul %[" row "0], %[" row "0], %[v]\n"                                                             \
  "mul %[" row "1], %[" row "1], %[v]\n"                                                             \
  "mul %[" row "2], %[" row "2], %[v]\n"                                                             \
  "mul %[" row "3], %[" row "3], %[v]\n"                                                             \
  X_ADDNR("%[" row "0]", "%[w]", "%[x0]") X_ADDNR("%[" row "1]", "%[w]", "%[x0]")                    \
  X_ADDNR("%[" row "2]", "%[w]", "%[x0]") X_ADDNR("%[" row "3]", "%[w]", "%[x0]")                    \
  X_CLIPUR("%[" row "0]", "%[" row "0]", "%[x1]") X_CLIPUR("%[" row "1]", "%[" row "1]", "%[x1]")    \
  X_CLIPUR("%[" row "2]", "%[" row "2]", "%[x1]") X_CLIPUR("%[" row "3]", "%[" row "3]", "%[x1]")

#define CLAMP4(row, reach)                                                                           \
  X_CLIPR("%[" row "0]", "%[" row "0]", reach) X_CLIPR("%[" row "1]", "%[" row "1]", reach)          \
  X_CLIPR("%[" row "2]", "%[" row "2]", reach) X_CLIPR("%[" row "3]", "%[" row "3]", reach)

#define CLAMPED_ROW(row)                                                                             \
  X_LW_POST("%[x1]", "4", "%[stream]")                                                               \
  X_LW_POST("%[v]", "4", "%[stream]")                                                                \
  X_LW_POST("%[w]", "4", "%[stream]")                                                                \
  CLAMP4(row, "%[x1]")                                                                               \
  "mul %[" row "0], %[" row "0], %[v]\n"                                                             \
  "mul %[" row "1], %[" row "1], %[v]\n"                                                             \
  "mul %[" row "2], %[" row "2], %[v]\n"                                                             \
  "mul %[" row "3], %[" row "3], %[v]\n"                                                             \
  X_ADDUN_24("%[" row "0]", "%[" row "0]", "%[w]") X_ADDUN_24("%[" row "1]", "%[" row "1]", "%[w]")  \
  X_ADDUN_24("%[" row "2]", "%[" row "2]", "%[w]") X_ADDUN_24("%[" row "3]", "%[" row "3]", "%[w]")

#define REFINED_ROW(row)                                                                             \
  X_LW_POST("%[x1]", "4", "%[stream]")                                                               \
  X_LW_POST("%[v]", "4", "%[stream]")                                                                \
  X_LW_POST("%[w]", "4", "%[stream]")                                                                \
  CLAMP4(row, "%[x1]")                                                                               \
  "mul %[p0], %[" row "0], %[v]\n"                                                                   \
  "mul %[p1], %[" row "1], %[v]\n"                                                                   \
  "mul %[p2], %[" row "2], %[v]\n"                                                                   \
  "mul %[p3], %[" row "3], %[v]\n"                                                                   \
  X_LW_POST("%[v]", "4", "%[stream]")                                                                \
  X_ADDNR("%[p0]", "%[w]", "%[x0]") X_ADDNR("%[p1]", "%[w]", "%[x0]")                                \
  X_ADDNR("%[p2]", "%[w]", "%[x0]") X_ADDNR("%[p3]", "%[w]", "%[x0]")                                \
  X_LW_POST("%[w]", "4", "%[stream]")                                                                \
  X_MAC("%[p0]", "%[" row "0]", "%[v]") X_MAC("%[p1]", "%[" row "1]", "%[v]")                        \
  X_MAC("%[p2]", "%[" row "2]", "%[v]") X_MAC("%[p3]", "%[" row "3]", "%[v]")                        \
  X_ADDUN_24("%[" row "0]", "%[p0]", "%[w]") X_ADDUN_24("%[" row "1]", "%[p1]", "%[w]")              \
  X_ADDUN_24("%[" row "2]", "%[p2]", "%[w]") X_ADDUN_24("%[" row "3]", "%[p3]", "%[w]")

#define SHIFT_32_ALL "lw %[x1], 0(%[table])\n" SHIFT_32_ROW("a") SHIFT_32_ROW("b") SHIFT_32_ROW("c") SHIFT_32_ROW("d")
#define CLAMPED_ALL CLAMPED_ROW("a") CLAMPED_ROW("b") CLAMPED_ROW("c") CLAMPED_ROW("d")
#define REFINED_ALL REFINED_ROW("a") REFINED_ROW("b") REFINED_ROW("c") REFINED_ROW("d")

/* The bytes of pixel `i`, channel 0 lowest. */
#define PACK(i)                                                                                      \
  X_PACKLO("%[a" i "]", "%[b" i "]", "%[a" i "]") X_PACKHI("%[a" i "]", "%[d" i "]", "%[c" i "]")
#define RAISE4                                                                                       \
  X_MAXU_B("%[a0]", "%[a0]", "%[p1]") X_MAXU_B("%[a1]", "%[a1]", "%[p1]")                            \
  X_MAXU_B("%[a2]", "%[a2]", "%[p1]") X_MAXU_B("%[a3]", "%[a3]", "%[p1]")

/* min4 in p1, steps in x1 x2 x3, out in p0, which has gone on in the table by `bytes`. `table` is one word into finish_t. */
#define FINISH(bytes)                                                                                \
  "lw %[p0], 20(%[table])\n"                                                                         \
  "lw %[p1], 4(%[table])\n"                                                                          \
  "addi %[v], %[p0], " bytes "\n"                                                                    \
  "sw %[v], 20(%[table])\n"                                                                          \
  "lw %[x1], 8(%[table])\n"                                                                          \
  "lw %[x2], 12(%[table])\n"                                                                         \
  "lw %[x3], 16(%[table])\n"

#define STORE_BYTES(raise)                                                                           \
  FINISH("4") PACK("0") PACK("1") PACK("2") PACK("3") raise                                          \
  X_SW_STEP("%[a0]", "%[x1]", "%[p0]") X_SW_STEP("%[a1]", "%[x2]", "%[p0]")                          \
  X_SW_STEP("%[a2]", "%[x3]", "%[p0]") "sw %[a3], 0(%[p0])\n"

#define STORE_WORDS(i)                                                                               \
  "sw %[a" i "], 0(%[p0])\nsw %[b" i "], 4(%[p0])\nsw %[c" i "], 8(%[p0])\nsw %[d" i "], 12(%[p0])\n"
#define STORE_RAW                                                                                    \
  FINISH("16") STORE_WORDS("0") "add %[p0], %[p0], %[x1]\n" STORE_WORDS("1") "add %[p0], %[p0], %[x2]\n" \
  STORE_WORDS("2") "add %[p0], %[p0], %[x3]\n" STORE_WORDS("3")

#define ADD_WORDS(i)                                                                                 \
  "lw %[v], 0(%[p0])\nlw %[w], 4(%[p0])\nlw %[p2], 8(%[p0])\nlw %[p3], 12(%[p0])\n"                   \
  "add %[a" i "], %[a" i "], %[v]\nadd %[b" i "], %[b" i "], %[w]\n"                                 \
  "add %[c" i "], %[c" i "], %[p2]\nadd %[d" i "], %[d" i "], %[p3]\n" STORE_WORDS(i)
#define STORE_ADD                                                                                    \
  FINISH("16") ADD_WORDS("0") "add %[p0], %[p0], %[x1]\n" ADD_WORDS("1") "add %[p0], %[p0], %[x2]\n" \
  ADD_WORDS("2") "add %[p0], %[p0], %[x3]\n" ADD_WORDS("3")

#define BLOCKS(start, requantize, store)                                                             \
  __asm__ volatile(                                                                                  \
      ".balign 4\n"                                                                                  \
      ".option push\n"                                                                               \
      ".option norvc\n"                                                                              \
      "1:\n"                                                                                         \
      X_LW_POST("%[x1]", "4", "%[table]")                                                            \
      X_LW_POST("%[x0]", "4", "%[table]")                                                            \
      start SUMS requantize store                                                                    \
      "lw %[v], 28(%[table])\n"                                                                      \
      "lw %[table], 24(%[table])\n"                                                                  \
      "bne %[stream], %[v], 1b\n"                                                                    \
      ".option pop\n"                                                                                \
      : [table] "+r"(table), [stream] "+r"(stream), [p0] "=&r"(p0), [p1] "=&r"(p1), [p2] "=&r"(p2),  \
        [p3] "=&r"(p3), [x0] "=&r"(x0), [x1] "=&r"(x1), [x2] "=&r"(x2), [x3] "=&r"(x3),              \
        [v] "=&r"(v), [w] "=&r"(w), [a0] "=&r"(a0), [a1] "=&r"(a1), [a2] "=&r"(a2), [a3] "=&r"(a3),  \
        [b0] "=&r"(b0), [b1] "=&r"(b1), [b2] "=&r"(b2), [b3] "=&r"(b3), [c0] "=&r"(c0),              \
        [c1] "=&r"(c1), [c2] "=&r"(c2), [c3] "=&r"(c3), [d0] "=&r"(d0), [d1] "=&r"(d1),              \
        [d2] "=&r"(d2), [d3] "=&r"(d3)                                                               \
      :                                                                                              \
      : "memory")

/* Whether blocks_4x4() knows a variant. A pixel that stands for others is written several times, but must be added once. */
INLINE int makes_blocks(const int variant, uint32_t pixels) {
  return variant == RAW || variant == SHIFT_32 || variant == CLAMPED || variant == REFINED || (variant == ADD && pixels == 4);
}

/* Blocks from `stream` to finish_t.end, 1 or more, for the 4 pixels of a table: all 4 channels of each are outputs. */
INLINE void blocks_4x4(const int variant, const uint32_t *table, const uint8_t *stream) {
  uint32_t p0, p1, p2, p3, x0, x1, x2, x3, v, w;
  uint32_t a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3;
  if (variant == RAW) BLOCKS(START_HEAD, "", STORE_RAW);
  if (variant == ADD) BLOCKS(START_HEAD, "", STORE_ADD);
  if (variant == SHIFT_32) BLOCKS(START_0, SHIFT_32_ALL, STORE_BYTES(RAISE4));
  if (variant == CLAMPED) BLOCKS(START_HEAD, CLAMPED_ALL, STORE_BYTES(""));
  if (variant == REFINED) BLOCKS(START_HEAD, REFINED_ALL, STORE_BYTES(""));
}

/* acc[channel][pixel] = sums over all segments, beginning at 0; returns what follows in the stream. */
INLINE const uint8_t *sums_4x4(const uint32_t *table, const uint8_t *stream, int32_t acc[4][4]) {
  uint32_t p0, p1, p2, p3, x0, x1, x2, x3, v, w;
  int32_t a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LW_POST("%[x1]", "4", "%[table]")
      X_LW_POST("%[x0]", "4", "%[table]")
      START_0 SUMS
      ".option pop\n"
      : [table] "+r"(table), [stream] "+r"(stream), [p0] "=&r"(p0), [p1] "=&r"(p1), [p2] "=&r"(p2), [p3] "=&r"(p3),
        [x0] "=&r"(x0), [x1] "=&r"(x1), [x2] "=&r"(x2), [x3] "=&r"(x3), [v] "=&r"(v), [w] "=&r"(w), [a0] "=&r"(a0),
        [a1] "=&r"(a1), [a2] "=&r"(a2), [a3] "=&r"(a3), [b0] "=&r"(b0), [b1] "=&r"(b1), [b2] "=&r"(b2), [b3] "=&r"(b3),
        [c0] "=&r"(c0), [c1] "=&r"(c1), [c2] "=&r"(c2), [c3] "=&r"(c3), [d0] "=&r"(d0), [d1] "=&r"(d1), [d2] "=&r"(d2),
        [d3] "=&r"(d3)
      :
      : "memory");
  acc[0][0] = a0, acc[0][1] = a1, acc[0][2] = a2, acc[0][3] = a3;
  acc[1][0] = b0, acc[1][1] = b1, acc[1][2] = b2, acc[1][3] = b3;
  acc[2][0] = c0, acc[2][1] = c1, acc[2][2] = c2, acc[2][3] = c3;
  acc[3][0] = d0, acc[3][1] = d1, acc[3][2] = d2, acc[3][3] = d3;
  return stream;
}

#undef SDOT4
#undef ZERO4

/* An address as a word of the table. */
INLINE uint32_t table_address(const void *address) { return (uint32_t)address; }

/* Where a core's outputs go: `blocks` of 4 channels for up to 4 pixels, pixel_bytes apart. */
typedef struct {
  const geometry_t *geometry;
  const scaling_t *scaling;
  uint32_t *table;
  uint32_t block_bytes; /* of constants, from one block to the next */
  uint32_t pixel_bytes;
} blocks_t;

/* Computes blocks for the 4 pixels of the table, of which `pixels` there are. `constants`: of the first block, behind any header.
 * `channels`: of all blocks together; all blocks but the last have 4. `segments`: of the table. */
INLINE void run_blocks(const int variant, const blocks_t *b, uint32_t segments, const uint8_t *constants, uint8_t *out,
                       uint32_t pixels, uint32_t channels) {
  const scaling_t *s = b->scaling;
  uint32_t *table = b->table;
  const uint32_t whole = channels / 4;
  if (makes_blocks(variant, pixels) && whole) {
    finish_t *finish = (finish_t *)(table + 1 + 5 * segments);
    const uint8_t *end = constants + whole * b->block_bytes;
    *finish = (finish_t){s->shift, s->max, s->min4, {0, 0, 0}, out, table, end};
    for (uint32_t i = 0; i + 1 < pixels; i++) finish->step[i] = b->pixel_bytes;
    blocks_4x4(variant, table, constants);
    constants = end;
    out += whole * 4 * output_bytes(variant);
    channels -= whole * 4;
  }
  while (channels) {
    const uint32_t count = channels < 4 ? channels : 4;
    int32_t acc[4][4];
    const uint8_t *tail = sums_4x4(table, constants + head_bytes(variant), acc);
    int32_t sums[4][4]; /* in memory, unlike acc */
    for (int c = 0; c < 4; c++) {
      const int32_t start = sum_start(variant, constants, c);
      for (int p = 0; p < 4; p++) sums[p][c] = acc[c][p] + start;
    }
    uint8_t *to = out;
    for (uint32_t p = 0; p < pixels; p++) {
      finish_channels(variant, sums[p], tail, s, to, (int)count);
      to += b->pixel_bytes;
    }
    constants += b->block_bytes;
    out += 4 * output_bytes(variant);
    channels -= count;
  }
}

#endif
