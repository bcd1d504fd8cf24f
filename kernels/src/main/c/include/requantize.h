/* From a 32-bit sum to an unsigned byte: y = clip(floor((multiplier * sum + offset) / divisor), clip_min, clip_max).
 *
 * Every kernel is compiled in several variants, each a function of its own, from one inline body with `variant` constant:
 *   RAW       no requantization: y = sum + offset, 32 bits
 *   ADD       the same, added to what the output holds: a further step of input channels
 *   SHIFT_32  division by 2^shift; multiplier, offset, product and sum fit int32 (proved at deployment)   4 instructions
 *   SHIFT_64  the same in 64 bits                                                                       ~20 instructions
 *   EXACT_32  any divisor; numerator fits int32                                                         ~20 cycles
 *   EXACT_64  any divisor, 64-bit numerator                                                             ~60 cycles
 *
 * Kernels with a multiplier for each channel keep them in blocks of 4 channels:
 *   RAW, ADD             int32 offset[4]                               16 bytes
 *   SHIFT_32, EXACT_32   int32 multiplier[4], int32 offset[4]          32 bytes
 *   SHIFT_64, EXACT_64   int64 multiplier[4], int64 offset[4]          64 bytes
 * The Java side packs the same: dev.marlin.kernels.Scaling. */
#ifndef MARLIN_REQUANTIZE_H
#define MARLIN_REQUANTIZE_H

#include "tile.h"
#include "xpulp.h"

enum { RAW, ADD, SHIFT_32, SHIFT_64, EXACT_32, EXACT_64 };

/* Whether the outputs are 32-bit sums. */
INLINE int is_raw(const int variant) { return variant == RAW || variant == ADD; }

INLINE uint32_t scaling_bytes(const int variant) {
  return is_raw(variant) ? 16 : variant == SHIFT_32 || variant == EXACT_32 ? 32 : 64;
}

INLINE uint32_t output_bytes(const int variant) { return is_raw(variant) ? 4 : 1; }

/* What all channels share, ready for use. */
typedef struct {
  uint32_t shift;
  int32_t max;    /* clip_max, within 0 .. 255 */
  uint32_t min4;  /* clip_min, within 0 .. 255, in each lane */
  uint32_t divisor;
} scaling_t;

INLINE scaling_t scaling_of(const int variant, const geometry_t *g) {
  scaling_t s = {g->shift, x_clipur(g->clip_max, 255), (uint32_t)x_clipur(g->clip_min, 255) * 0x01010101u, g->divisor};
  if (variant == SHIFT_32 && s.shift > 31) s.shift = 31; /* an int32 has only its sign left */
  OPAQUE(s.shift);
  OPAQUE(s.max);
  OPAQUE(s.min4);
  return s;
}

/* acc * multiplier modulo 2^64. */
INLINE int64_t multiply_64(int32_t acc, int64_t multiplier) {
  uint32_t low = (uint32_t)multiplier;
  int32_t high = (int32_t)(multiplier >> 32);
  return (int64_t)((uint64_t)((int64_t)acc * low) + ((uint64_t)((uint32_t)acc * (uint32_t)high) << 32));
}

/* clip(n >> shift) to 0 .. max. */
INLINE int32_t shift_64(int64_t n, uint32_t shift, int32_t max) {
  uint32_t low = (uint32_t)n;
  int32_t high = (int32_t)(n >> 32);
  if (shift >= 32) {
    low = (uint32_t)(high >> (shift - 32));
    high >>= 31;
  } else {
    low = low >> shift | (uint32_t)high << 1 << (31 - shift);
    high >>= shift;
  }
  if (high != 0) return high < 0 ? 0 : max;
  return low > (uint32_t)max ? max : (int32_t)low;
}

/* clip(floor(n / divisor)) to 0 .. max: clipped first, so the quotient has 8 bits. */
INLINE int32_t divide_64(int64_t n, uint32_t divisor, int32_t max) {
  if (n < 0) return 0;
  uint32_t high = (uint32_t)((uint64_t)n >> 32), low = (uint32_t)n;
  if (high == 0) { /* one hardware division */
    uint32_t q = low / divisor;
    return q > (uint32_t)max ? max : (int32_t)q;
  }
  if (high >= 256) return max; /* divisor < 2^32 */
  /* divisor' = (divisor >> 8) + 1 is greater than divisor / 256, so q is never too great, and too small by few. */
  if ((uint64_t)n >= (uint64_t)divisor << 8) return max;
  uint32_t q = (high << 24 | low >> 8) / ((divisor >> 8) + 1);
  uint64_t rest = (uint64_t)n - (uint64_t)q * divisor;
  while (rest >= divisor) {
    rest -= divisor;
    q++;
  }
  return q > (uint32_t)max ? max : (int32_t)q;
}

/* Any variant but RAW and ADD, without clip_min. */
INLINE int32_t requantize_32(const int variant, int32_t acc, int32_t multiplier, int32_t offset, const scaling_t *s) {
  if (variant == SHIFT_32) return x_clipur(x_addnr(acc * multiplier, offset, s->shift), s->max);
  int32_t n = x_max(acc * multiplier + offset, 0);
  uint32_t q = (uint32_t)n / s->divisor;
  return q > (uint32_t)s->max ? s->max : (int32_t)q;
}

INLINE int32_t requantize_64(const int variant, int32_t acc, int64_t multiplier, int64_t offset, const scaling_t *s) {
  int64_t n = (int64_t)((uint64_t)multiply_64(acc, multiplier) + (uint64_t)offset);
  return variant == SHIFT_64 ? shift_64(n, s->shift, s->max) : divide_64(n, s->divisor, s->max);
}

/* Multiplier and offset of one channel, in registers. */
typedef struct {
  int64_t multiplier, offset;
} channel_t;

/* Of lane `i` of the block of 4 channels at `block`. */
INLINE channel_t channel_scaling(const int variant, const void *block, int i) {
  channel_t c = {0, 0};
  if (is_raw(variant)) {
    c.offset = ((const int32_t *)block)[i];
  } else if (variant == SHIFT_32 || variant == EXACT_32) {
    c.multiplier = ((const int32_t *)block)[i];
    c.offset = ((const int32_t *)block)[4 + i];
  } else {
    c.multiplier = ((const int64_t *)block)[i];
    c.offset = ((const int64_t *)block)[4 + i];
  }
  return c;
}

/* RAW, ADD: the sum with its offset; else the byte, without clip_min. */
INLINE int32_t requantize(const int variant, int32_t acc, channel_t c, const scaling_t *s) {
  if (is_raw(variant)) return acc + (int32_t)c.offset;
  if (variant == SHIFT_32 || variant == EXACT_32) return requantize_32(variant, acc, (int32_t)c.multiplier, (int32_t)c.offset, s);
  return requantize_64(variant, acc, c.multiplier, c.offset, s);
}

/* Four bytes of consecutive channels in one word, clip_min applied. */
INLINE uint32_t pack_bytes(int32_t b0, int32_t b1, int32_t b2, int32_t b3, const scaling_t *s) {
  uint32_t word = x_packlo((uint32_t)b0, (uint32_t)b1, (uint32_t)b0);
  return x_maxu_b(x_packhi(word, (uint32_t)b3, (uint32_t)b2), s->min4);
}

/* The first `count` (1 .. 4) bytes of a word. */
INLINE void store_bytes(uint8_t *to, uint32_t word, int count) {
  if (count == 4) {
    store_word(to, word);
  } else {
    do {
      *to++ = (uint8_t)word;
      word >>= 8;
    } while (--count);
  }
}

/* Four sums of consecutive channels become outputs at `to`, of which `count` are wanted. */
INLINE void finish_channels(const int variant, const int32_t acc[4], const void *block, const scaling_t *s, uint8_t *to,
                            int count) {
  int32_t y[4];
  for (int i = 0; i < 4; i++) y[i] = requantize(variant, acc[i], channel_scaling(variant, block, i), s);
  if (variant == RAW) {
    for (int i = 0; i < count; i++) ((int32_t *)to)[i] = y[i];
  } else if (variant == ADD) {
    for (int i = 0; i < count; i++) ((int32_t *)to)[i] += y[i];
  } else {
    store_bytes(to, pack_bytes(y[0], y[1], y[2], y[3], s), count);
  }
}

/* The sums of 4 channels x 4 pixels become outputs; pixels lie `pixel_bytes` apart; `pixels` x `channels` are wanted. */
INLINE void finish_block(const int variant, int32_t acc[4][4], const void *block, const scaling_t *s, uint8_t *to,
                         uint32_t pixel_bytes, uint32_t pixels, uint32_t channels) {
  if (variant == SHIFT_32 && pixels == 4 && channels == 4) {
    /* The common case, straight: 4 products at a time, so that none is used right away. */
    const int32_t *k = (const int32_t *)block;
    for (int c = 0; c < 4; c++) {
      const int32_t multiplier = k[c], offset = k[4 + c];
      for (int p = 0; p < 4; p++) acc[c][p] *= multiplier;
      for (int p = 0; p < 4; p++) acc[c][p] = x_clipur(x_addnr(acc[c][p], offset, s->shift), s->max);
    }
    for (int p = 0; p < 4; p++) {
      store_word(to, pack_bytes(acc[0][p], acc[1][p], acc[2][p], acc[3][p], s));
      to += pixel_bytes;
    }
    return;
  }
  int32_t sums[4][4]; /* in memory, unlike acc */
  for (int c = 0; c < 4; c++) {
    for (int p = 0; p < 4; p++) sums[p][c] = acc[c][p];
  }
  for (uint32_t p = 0; p < pixels; p++) {
    finish_channels(variant, sums[p], block, s, to, (int)channels);
    to += pixel_bytes;
  }
}

#endif
