/* Fully connected: every output is a weighted sum of the whole input, seen as 1 x 1 x in_c.
 *
 * Constants: blocks of 4 outputs, the last filled up with zeros, as convolution.c has them for one tap:
 *
 *     head | weights: steps x 4 outputs x 4 inputs | tail (requantize.h)          steps = in_c / 4, rounded up
 *
 * Work: the blocks' steps are numbered through, and each core takes an equal run of steps, wherever it begins and ends; so
 * even 2 outputs keep all cores busy. A block that is cut is finished by the core that began it, from the sums that the
 * others left in the working memory:
 *
 *     working memory: for each core, the 4 sums of the block in which its run begins, 16 bytes
 *
 * Inner loop: 5 loads + 4 dot products = 9 instructions for 16 MAC, no stall: 1.78 MAC/cycle, 14.2 on 8 cores. */
#include "requantize.h"
#include "share.h"

/* acc[i] += sum over `steps` (1 or more) words; both streams go on. */
INLINE void dot_4x1(const uint8_t **in, const uint8_t **weights, uint32_t steps, int32_t acc[4]) {
  uint32_t x, w0, w1, w2, w3;
  const uint8_t *input = *in, *stream = *weights;
  int32_t a0 = acc[0], a1 = acc[1], a2 = acc[2], a3 = acc[3];
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x0", "%[steps]", "9")
      X_LW_POST("%[w0]", "4", "%[stream]")
      X_LW_POST("%[x]", "4", "%[input]")
      X_LW_POST("%[w1]", "4", "%[stream]")
      X_LW_POST("%[w2]", "4", "%[stream]")
      X_LW_POST("%[w3]", "4", "%[stream]")
      X_SDOTUSP("%[a0]", "%[x]", "%[w0]")
      X_SDOTUSP("%[a1]", "%[x]", "%[w1]")
      X_SDOTUSP("%[a2]", "%[x]", "%[w2]")
      X_SDOTUSP("%[a3]", "%[x]", "%[w3]")
      ".option pop\n"
      : [input] "+r"(input), [stream] "+r"(stream), [x] "=&r"(x), [w0] "=&r"(w0), [w1] "=&r"(w1), [w2] "=&r"(w2),
        [w3] "=&r"(w3), [a0] "+r"(a0), [a1] "+r"(a1), [a2] "+r"(a2), [a3] "+r"(a3)
      : [steps] "r"(steps)
      : "memory");
  *in = input;
  *weights = stream;
  acc[0] = a0, acc[1] = a1, acc[2] = a2, acc[3] = a3;
}

INLINE void connect(const int variant, const tile_t *t) {
  const scaling_t scaling = scaling_of(variant, t->geometry);
  const uint32_t steps = (t->in_c + 3u) / 4, all = (t->out_c + 3u) / 4 * steps;
  const uint32_t head = head_bytes(variant), block_bytes = head + steps * 16 + tail_bytes(variant);
  const share_t mine = share_of(all);
  uint32_t block = mine.first / steps, from = mine.first - block * steps;
  const uint8_t *constants = t->constants + block * block_bytes;

  uint32_t left = mine.end - mine.first;
  int32_t acc[4];
  int open = 0; /* a block that begins here ends with another core */
  while (left) {
    const uint32_t run = at_most(steps - from, left);
    const uint8_t *in = t->in + from * 4, *weights = constants + head + from * 16;
    for (int i = 0; i < 4; i++) acc[i] = from == 0 ? sum_start(variant, constants, i) : 0;
    dot_4x1(&in, &weights, run, acc);
    left -= run;
    if (from != 0) {
      int32_t *sums = (int32_t *)own_scratch(t);
      for (int i = 0; i < 4; i++) sums[i] = acc[i];
    } else if (run < steps) {
      open = 1;
      break;
    } else {
      finish_channels(variant, acc, weights, &scaling, t->out + block * 4 * output_bytes(variant),
                      (int)at_most(t->out_c - block * 4, 4));
    }
    if (from + run == steps) {
      constants += block_bytes;
      block++;
    }
    from = 0;
  }
  cluster_barrier();
  if (open) {
    uint32_t reached = mine.end; /* steps of this block that are in `acc` */
    for (uint32_t core = (uint32_t)core_id() + 1; reached < (block + 1) * steps; core++) {
      const uint32_t end = (core + 1) * all / NUM_CORES;
      if (end > reached) {
        const int32_t *sums = (const int32_t *)(t->scratch + core * t->geometry->core_scratch);
        for (int i = 0; i < 4; i++) acc[i] += sums[i];
        reached = end;
      }
    }
    finish_channels(variant, acc, constants + head + steps * 16, &scaling, t->out + block * 4 * output_bytes(variant),
                    (int)at_most(t->out_c - block * 4, 4));
  }
}

void fully_connected_raw(const tile_t *tile) { connect(RAW, tile); }
void fully_connected_add(const tile_t *tile) { connect(ADD, tile); }
void fully_connected_shift_32(const tile_t *tile) { connect(SHIFT_32, tile); }
void fully_connected_clamped(const tile_t *tile) { connect(CLAMPED, tile); }
void fully_connected_refined(const tile_t *tile) { connect(REFINED, tile); }
void fully_connected_shift_64(const tile_t *tile) { connect(SHIFT_64, tile); }
void fully_connected_exact_32(const tile_t *tile) { connect(EXACT_32, tile); }
void fully_connected_exact_64(const tile_t *tile) { connect(EXACT_64, tile); }
