/* From a 32-bit sum to an unsigned byte: y = clip(floor((multiplier * sum + offset) / divisor), clip_min, clip_max).
 *
 * Every kernel is compiled in several variants, each a function of its own, from one inline body with `variant` constant:
 *   RAW       no requantization: y = sum + offset, 32 bits
 *   ADD       the same, added to what the output holds: a further step of input channels
 *   SHIFT_32  division by 2^shift; multiplier, offset, product and sum fit int32 (proved at deployment)   3 instructions
 *   CLAMPED   any divisor, 32 bits, any width of product                                                 3 instructions
 *   REFINED   the same, with a multiplier of more digits                                                 5 instructions
 *   SHIFT_64  division by 2^shift in 64 bits                                                           ~20 instructions
 *   EXACT_32  any divisor; numerator fits int32                                                         ~20 cycles
 *   EXACT_64  any divisor, 64-bit numerator                                                             ~60 cycles
 *
 * CLAMPED: y is a staircase in the sum of at most 256 steps, flat where it saturates. So nothing is lost by clamping the sum to
 * the piece between the two flats, and there the staircase is that of another line, whose divisor is 2^24: the result is the
 * highest byte of 32 bits, which clipping the sum has already kept between clip_min and clip_max. The sum starts at `start`
 * instead of 0, so that the piece lies around 0 and one p.clipr clamps it:
 *
 *     s = clamp(start + sum, -reach - 1, reach)           y = (multiplier * s + offset) >> 24, unsigned
 *
 * REFINED, for staircases that need more than 24 digits behind the point of the multiplier:
 *
 *     y = (multiplier * s + ((fine_multiplier * s + fine_offset) >> shift) + offset) >> 24
 *
 * dev.marlin.kernels.Staircase finds the numbers and proves that every step is where it was.
 *
 * Kernels with a multiplier for each channel keep them in blocks of 4 channels: a head before the weights, and behind them, for
 * each channel, the numbers that belong together:
 *                        head                  tail
 *   RAW, ADD             int32 offset[4]       -
 *   SHIFT_32, EXACT_32   -                     int32 {multiplier, offset}[4]
 *   CLAMPED              int32 start[4]        int32 {reach, multiplier, offset}[4]
 *   REFINED              int32 start[4]        int32 {reach, fine_multiplier, fine_offset, multiplier, offset}[4]
 *   SHIFT_64, EXACT_64   -                     int64 {multiplier, offset}[4]
 * The Java side packs the same: dev.marlin.kernels.Scaling. */
#ifndef MARLIN_REQUANTIZE_H
#define MARLIN_REQUANTIZE_H

#include "tile.h"
#include "xpulp.h"

enum { RAW, ADD, SHIFT_32, SHIFT_64, EXACT_32, EXACT_64, CLAMPED, REFINED };

/* Whether the outputs are 32-bit sums. */
INLINE int is_raw(const int variant) { return variant == RAW || variant == ADD; }

/* Whether sums start at the numbers of the head. */
INLINE int has_head(const int variant) { return is_raw(variant) || variant == CLAMPED || variant == REFINED; }

INLINE uint32_t head_bytes(const int variant) { return has_head(variant) ? 16 : 0; }

INLINE uint32_t tail_bytes(const int variant) {
  return is_raw(variant)                               ? 0
         : variant == SHIFT_32 || variant == EXACT_32 ? 32
         : variant == CLAMPED                         ? 48
         : variant == REFINED                         ? 80
                                                      : 64;
}

/* Whether clip_min is left to whoever packs the bytes. */
INLINE int leaves_min(const int variant) { return !is_raw(variant) && variant != CLAMPED && variant != REFINED; }

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

/* SHIFT_32 and EXACT_32, without clip_min. */
INLINE int32_t requantize_32(const int variant, int32_t acc, int32_t multiplier, int32_t offset, const scaling_t *s) {
  if (variant == SHIFT_32) return x_clipur(x_addnr(acc * multiplier, offset, s->shift), s->max);
  int32_t n = x_max(acc * multiplier + offset, 0);
  uint32_t q = (uint32_t)n / s->divisor;
  return q > (uint32_t)s->max ? s->max : (int32_t)q;
}

/* SHIFT_64 and EXACT_64, without clip_min. */
INLINE int32_t requantize_64(const int variant, int32_t acc, int64_t multiplier, int64_t offset, const scaling_t *s) {
  int64_t n = (int64_t)((uint64_t)multiply_64(acc, multiplier) + (uint64_t)offset);
  return variant == SHIFT_64 ? shift_64(n, s->shift, s->max) : divide_64(n, s->divisor, s->max);
}

/* The numbers of one channel, in registers. */
typedef struct {
  int64_t multiplier, offset;
  int32_t reach, fine_multiplier, fine_offset;
} channel_t;

/* Of lane `i` of a block of 4 channels, whose tail is given. */
INLINE channel_t channel_scaling(const int variant, const void *tail, int i) {
  channel_t c = {0, 0, 0, 0, 0};
  const int32_t *words = (const int32_t *)tail;
  if (variant == SHIFT_32 || variant == EXACT_32) {
    c.multiplier = words[2 * i];
    c.offset = words[2 * i + 1];
  } else if (variant == CLAMPED) {
    c.reach = words[3 * i];
    c.multiplier = words[3 * i + 1];
    c.offset = words[3 * i + 2];
  } else if (variant == REFINED) {
    c.reach = words[5 * i];
    c.fine_multiplier = words[5 * i + 1];
    c.fine_offset = words[5 * i + 2];
    c.multiplier = words[5 * i + 3];
    c.offset = words[5 * i + 4];
  } else if (!is_raw(variant)) {
    c.multiplier = ((const int64_t *)tail)[2 * i];
    c.offset = ((const int64_t *)tail)[2 * i + 1];
  }
  return c;
}

/* Where the sum of lane `i` of a block starts. */
INLINE int32_t sum_start(const int variant, const void *head, int i) {
  return has_head(variant) ? ((const int32_t *)head)[i] : 0;
}

/* Of a sum that began at sum_start(). RAW, ADD: the sum; else the byte, without clip_min if the variant leaves_min(). */
INLINE int32_t requantize(const int variant, int32_t acc, channel_t c, const scaling_t *s) {
  if (is_raw(variant)) return acc;
  if (variant == SHIFT_32 || variant == EXACT_32) return requantize_32(variant, acc, (int32_t)c.multiplier, (int32_t)c.offset, s);
  if (variant == SHIFT_64 || variant == EXACT_64) return requantize_64(variant, acc, c.multiplier, c.offset, s);
  const int32_t clamped = x_clipr(acc, c.reach);
  int32_t n = clamped * (int32_t)c.multiplier;
  if (variant == REFINED) n = x_mac(x_addnr(clamped * c.fine_multiplier, c.fine_offset, s->shift), clamped, (int32_t)c.multiplier);
  return x_addun_24(n, (int32_t)c.offset);
}

/* Four bytes of consecutive channels in one word, clip_min applied. */
INLINE uint32_t pack_bytes(const int variant, int32_t b0, int32_t b1, int32_t b2, int32_t b3, const scaling_t *s) {
  const uint32_t word = x_packhi(x_packlo((uint32_t)b0, (uint32_t)b1, (uint32_t)b0), (uint32_t)b3, (uint32_t)b2);
  return leaves_min(variant) ? x_maxu_b(word, s->min4) : word;
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

/* Four sums of consecutive channels, which began at sum_start(), become outputs at `to`, of which `count` are wanted. */
INLINE void finish_channels(const int variant, const int32_t acc[4], const void *tail, const scaling_t *s, uint8_t *to,
                            int count) {
  int32_t y[4];
  for (int i = 0; i < 4; i++) y[i] = requantize(variant, acc[i], channel_scaling(variant, tail, i), s);
  if (variant == RAW) {
    for (int i = 0; i < count; i++) ((int32_t *)to)[i] = y[i];
  } else if (variant == ADD) {
    for (int i = 0; i < count; i++) ((int32_t *)to)[i] += y[i];
  } else {
    store_bytes(to, pack_bytes(variant, y[0], y[1], y[2], y[3], s), count);
  }
}

#endif
