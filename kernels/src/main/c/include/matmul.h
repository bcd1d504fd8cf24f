/* The inner loop of convolutions: 4 output channels x 4 pixels.
 *
 * Weights, as packed at deployment, are one stream: for every step of 4 inputs, 4 words, one for each output channel:
 *
 *     step 0: | ch0: w0 w1 w2 w3 | ch1: w0 w1 w2 w3 | ch2 .. | ch3 .. |   step 1: | ch0: w4 w5 w6 w7 | ...
 *
 * Inputs are read where they are. A table says where:
 *
 *     words: segments | steps, pixel 0, pixel 1, pixel 2, pixel 3 | steps, pixel 0, ... | .. | one word more, not used
 *
 * Each segment is a run of `steps` words (1 or more) for each of the 4 pixels; segments follow each other in the weights.
 *
 * Inner loop: 8 loads + 16 dot products = 24 instructions for 64 MAC, no stall: 2.67 MAC/cycle, 21.3 on 8 cores. A segment
 * costs 6 more, the call 19. */
#ifndef MARLIN_MATMUL_H
#define MARLIN_MATMUL_H

#include "xpulp.h"

/* What a table of `segments` segments takes. */
#define TABLE_BYTES(segments) (4u * (5u * (segments) + 2u))

#define SDOT4(row, w)                                                                                \
  X_SDOTUSP("%[" row "0]", "%[x0]", w) X_SDOTUSP("%[" row "1]", "%[x1]", w)                          \
  X_SDOTUSP("%[" row "2]", "%[x2]", w) X_SDOTUSP("%[" row "3]", "%[x3]", w)

#define ZERO4(row) "li %[" row "0], 0\nli %[" row "1], 0\nli %[" row "2], 0\nli %[" row "3], 0\n"

/* acc[channel][pixel] = sums over all segments; *weights goes on to what follows them. */
INLINE void matmul_4x4(const uint32_t *table, const uint8_t **weights, int32_t acc[4][4]) {
  uint32_t p0, p1, p2, p3, x0, x1, x2, x3, v, w;
  const uint8_t *stream = *weights;
  int32_t a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LW_POST("%[x1]", "4", "%[table]")
      X_LW_POST("%[x0]", "4", "%[table]")
      ZERO4("a") ZERO4("b") ZERO4("c") ZERO4("d")
      X_LOOP("x1", "%[x1]", "30")
      X_LW_POST("%[p0]", "4", "%[table]")
      X_LW_POST("%[p1]", "4", "%[table]")
      X_LW_POST("%[p2]", "4", "%[table]")
      X_LW_POST("%[p3]", "4", "%[table]")
      X_LOOP("x0", "%[x0]", "24")
      X_LW_POST("%[v]", "4", "%[stream]")
      X_LW_POST("%[x0]", "4", "%[p0]")
      X_LW_POST("%[x1]", "4", "%[p1]")
      X_LW_POST("%[x2]", "4", "%[p2]")
      X_LW_POST("%[x3]", "4", "%[p3]")
      X_LW_POST("%[w]", "4", "%[stream]")
      SDOT4("a", "%[v]")
      X_LW_POST("%[v]", "4", "%[stream]")
      SDOT4("b", "%[w]")
      X_LW_POST("%[w]", "4", "%[stream]")
      SDOT4("c", "%[v]")
      SDOT4("d", "%[w]")
      X_LW_POST("%[x0]", "4", "%[table]")
      ".option pop\n"
      : [table] "+r"(table), [stream] "+r"(stream), [p0] "=&r"(p0), [p1] "=&r"(p1), [p2] "=&r"(p2), [p3] "=&r"(p3),
        [x0] "=&r"(x0), [x1] "=&r"(x1), [x2] "=&r"(x2), [x3] "=&r"(x3), [v] "=&r"(v), [w] "=&r"(w), [a0] "=&r"(a0),
        [a1] "=&r"(a1), [a2] "=&r"(a2), [a3] "=&r"(a3), [b0] "=&r"(b0), [b1] "=&r"(b1), [b2] "=&r"(b2), [b3] "=&r"(b3),
        [c0] "=&r"(c0), [c1] "=&r"(c1), [c2] "=&r"(c2), [c3] "=&r"(c3), [d0] "=&r"(d0), [d1] "=&r"(d1), [d2] "=&r"(d2),
        [d3] "=&r"(d3)
      :
      : "memory");
  *weights = stream;
  acc[0][0] = a0, acc[0][1] = a1, acc[0][2] = a2, acc[0][3] = a3;
  acc[1][0] = b0, acc[1][1] = b1, acc[1][2] = b2, acc[1][3] = b3;
  acc[2][0] = c0, acc[2][1] = c1, acc[2][2] = c2, acc[2][3] = c3;
  acc[3][0] = d0, acc[3][1] = d1, acc[3][2] = d2, acc[3][3] = d3;
}

#undef SDOT4
#undef ZERO4

/* An address as a word of the table. */
INLINE uint32_t table_address(const void *address) { return (uint32_t)address; }

#endif
