/* Transposes columns of an HWC tile: from words of 4 channels of one pixel to words of 4 rows of one channel, as the 3x3 depthwise
 * convolution slides along them. */
#ifndef MARLIN_TRANSPOSE_COLUMNS_H
#define MARLIN_TRANSPOSE_COLUMNS_H

#include "transpose.h"

enum { MOST_ROWS = 6, COLUMN_WORDS = 8 };

/* What is transposed: rows of a strip of 4 channels. The assembly knows the places of these words. */
typedef struct {
  const uint8_t *from[MOST_ROWS]; /* the first column inside the input, */
  int32_t step[MOST_ROWS];        /* bytes from column to column: 0 in rows of padding */
  uint32_t *to;
  uint32_t columns;   /* inside the input; 0: all is padding */
  const uint8_t *row; /* the first of the rows, if all lie inside the input: then `from` and `step` do not count */
  int32_t in_row, in_c;
} source_t;

/* Bytes 0 and 2, 1 and 3 of two words in turn. */
#define INTERLEAVE_EVEN 0x06020400u
#define INTERLEAVE_ODD 0x07030501u

/* One column of 6 rows: 31 instructions. */
INLINE void transpose_columns_1(const source_t *source, int inside) {
  uint32_t r0, r1, r2, r3, r4, r5, c0, c2, c4;
  uint32_t f0, f1, f2, f3, f4, f5, s0, s1, s2, s3, s4, s5, to;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      "lw %[to], 48(%[source])\n"
      "lw %[r0], 52(%[source])\n"
      "beqz %[inside], 1f\n"
      "lw %[f0], 56(%[source])\n"
      "lw %[s0], 60(%[source])\n"
      "lw %[s1], 64(%[source])\n"
      "add %[f1], %[f0], %[s0]\n"
      "add %[f2], %[f1], %[s0]\n"
      "add %[f3], %[f2], %[s0]\n"
      "add %[f4], %[f3], %[s0]\n"
      "add %[f5], %[f4], %[s0]\n"
      "mv %[s0], %[s1]\n"
      "mv %[s2], %[s1]\n"
      "mv %[s3], %[s1]\n"
      "mv %[s4], %[s1]\n"
      "mv %[s5], %[s1]\n"
      "j 2f\n"
      "1:\n"
      "lw %[f0], 0(%[source])\n"
      "lw %[f1], 4(%[source])\n"
      "lw %[f2], 8(%[source])\n"
      "lw %[f3], 12(%[source])\n"
      "lw %[f4], 16(%[source])\n"
      "lw %[f5], 20(%[source])\n"
      "lw %[s0], 24(%[source])\n"
      "lw %[s1], 28(%[source])\n"
      "lw %[s2], 32(%[source])\n"
      "lw %[s3], 36(%[source])\n"
      "lw %[s4], 40(%[source])\n"
      "lw %[s5], 44(%[source])\n"
      "2:\n"
      X_LOOP("x0", "%[r0]", "31")
      X_LW_STEP("%[r0]", "%[s0]", "%[f0]")
      X_LW_STEP("%[r1]", "%[s1]", "%[f1]")
      X_LW_STEP("%[r2]", "%[s2]", "%[f2]")
      X_LW_STEP("%[r3]", "%[s3]", "%[f3]")
      X_LW_STEP("%[r4]", "%[s4]", "%[f4]")
      X_LW_STEP("%[r5]", "%[s5]", "%[f5]")
      "mv %[c0], %[r0]\n"
      "mv %[c2], %[r2]\n"
      "mv %[c4], %[r4]\n"
      X_SHUFFLE2("%[c0]", "%[r1]", "%[low]")
      X_SHUFFLE2("%[c2]", "%[r3]", "%[low]")
      X_SHUFFLE2("%[c4]", "%[r5]", "%[low]")
      X_SHUFFLE2("%[r0]", "%[r1]", "%[high]")
      X_SHUFFLE2("%[r2]", "%[r3]", "%[high]")
      X_SHUFFLE2("%[r4]", "%[r5]", "%[high]")
      X_PACK("%[r1]", "%[c2]", "%[c0]")
      X_PACK_HIGH("%[r3]", "%[c2]", "%[c0]")
      X_PACK("%[r5]", "%[r2]", "%[r0]")
      X_PACK_HIGH("%[c0]", "%[r2]", "%[r0]")
      X_SW_POST("%[r1]", "4", "%[to]")
      X_SW_POST("%[r3]", "4", "%[to]")
      X_SW_POST("%[r5]", "4", "%[to]")
      X_SW_POST("%[c0]", "4", "%[to]")
      X_PACK("%[r1]", "%[c4]", "%[c2]")
      X_PACK_HIGH("%[r3]", "%[c4]", "%[c2]")
      X_PACK("%[r5]", "%[r4]", "%[r2]")
      X_PACK_HIGH("%[c0]", "%[r4]", "%[r2]")
      X_SW_POST("%[r1]", "4", "%[to]")
      X_SW_POST("%[r3]", "4", "%[to]")
      X_SW_POST("%[r5]", "4", "%[to]")
      X_SW_POST("%[c0]", "4", "%[to]")
      ".option pop\n"
      : [f0] "=&r"(f0), [f1] "=&r"(f1), [f2] "=&r"(f2), [f3] "=&r"(f3), [f4] "=&r"(f4), [f5] "=&r"(f5), [s0] "=&r"(s0),
        [s1] "=&r"(s1), [s2] "=&r"(s2), [s3] "=&r"(s3), [s4] "=&r"(s4), [s5] "=&r"(s5), [to] "=&r"(to), [r0] "=&r"(r0),
        [r1] "=&r"(r1), [r2] "=&r"(r2), [r3] "=&r"(r3), [r4] "=&r"(r4), [r5] "=&r"(r5), [c0] "=&r"(c0), [c2] "=&r"(c2),
        [c4] "=&r"(c4)
      : [source] "r"(source), [inside] "r"(inside), [low] "r"(INTERLEAVE_LOW), [high] "r"(INTERLEAVE_HIGH)
      : "memory");
}

/* One column of 5 rows: 27 instructions. */
INLINE void transpose_columns_2(const source_t *source, int inside) {
  uint32_t r0, r1, r2, r3, r4, c0, c3;
  uint32_t f0, f1, f2, f3, f4, s0, s1, s2, s3, s4, to;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      "lw %[to], 48(%[source])\n"
      "lw %[r0], 52(%[source])\n"
      "beqz %[inside], 1f\n"
      "lw %[f0], 56(%[source])\n"
      "lw %[s0], 60(%[source])\n"
      "lw %[s1], 64(%[source])\n"
      "add %[f1], %[f0], %[s0]\n"
      "add %[f2], %[f1], %[s0]\n"
      "add %[f3], %[f2], %[s0]\n"
      "add %[f4], %[f3], %[s0]\n"
      "mv %[s0], %[s1]\n"
      "mv %[s2], %[s1]\n"
      "mv %[s3], %[s1]\n"
      "mv %[s4], %[s1]\n"
      "j 2f\n"
      "1:\n"
      "lw %[f0], 0(%[source])\n"
      "lw %[f1], 4(%[source])\n"
      "lw %[f2], 8(%[source])\n"
      "lw %[f3], 12(%[source])\n"
      "lw %[f4], 16(%[source])\n"
      "lw %[s0], 24(%[source])\n"
      "lw %[s1], 28(%[source])\n"
      "lw %[s2], 32(%[source])\n"
      "lw %[s3], 36(%[source])\n"
      "lw %[s4], 40(%[source])\n"
      "2:\n"
      X_LOOP("x0", "%[r0]", "27")
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
      : [f0] "=&r"(f0), [f1] "=&r"(f1), [f2] "=&r"(f2), [f3] "=&r"(f3), [f4] "=&r"(f4), [s0] "=&r"(s0), [s1] "=&r"(s1),
        [s2] "=&r"(s2), [s3] "=&r"(s3), [s4] "=&r"(s4), [to] "=&r"(to), [r0] "=&r"(r0), [r1] "=&r"(r1), [r2] "=&r"(r2),
        [r3] "=&r"(r3), [r4] "=&r"(r4), [c0] "=&r"(c0), [c3] "=&r"(c3)
      : [source] "r"(source), [inside] "r"(inside), [even] "r"(INTERLEAVE_EVEN), [odd] "r"(INTERLEAVE_ODD)
      : "memory");
}

#endif
