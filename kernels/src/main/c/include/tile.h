/* What a kernel of nn/ is given: one tile whose operands all lie in L1.
 *
 * Activations are HWC, unsigned 8 bit (signed ones are kept as value + 128, which constants and clip bounds take into
 * account) unless the layer says otherwise; tiles are dense (no gap between rows) and start
 * at an address that is a multiple of 4. Every core of the cluster calls the kernel with the same tile; the kernel
 * splits the work by core_id() and returns without a barrier (the caller has one). A kernel reads nothing outside the
 * operands but up to TILE_SLACK bytes behind `in`, and writes nothing outside `out` and `scratch`. */
#ifndef MARLIN_TILE_H
#define MARLIN_TILE_H

#include <stdint.h>

#include "runtime.h"

/* Bytes behind every L1 buffer that belong to nobody: word loads may read into them. */
#define TILE_SLACK 8

/* What is the same for all tiles of a layer. */
typedef struct {
  uint8_t kernel_h, kernel_w;
  uint8_t stride_h, stride_w;
  uint8_t dilation_h, dilation_w;
  uint8_t shift;         /* requantization: y = clip((multiplier * acc + offset) >> shift, clip_min, clip_max) */
  uint32_t divisor;      /* 0, or the exact divisor of y = clip(floor((multiplier * acc + offset) / divisor), ...) */
  int32_t clip_min, clip_max;
  uint32_t core_scratch; /* bytes of the working memory that belong to each core */
  int64_t multiplier[2]; /* pooling: [0]; addition: one for each input. Convolutions hold theirs per channel in `constants` */
  int64_t offset;        /* of pooling and addition; like the multipliers within int32 where the kernel's variant has 32 bits */
  uint8_t zero; /* the byte that stands for 0: what a convolution sees in the padding; 0, or 128 where activations are signed */
} geometry_t;

typedef struct {
  const uint8_t *in;        /* in_h x in_w x in_c */
  const uint8_t *in2;       /* addition: the second input, same shape as `in`; concatenation: its other channels; else NULL */
  const uint8_t *constants; /* weights, multipliers and offsets of this tile's output channels, as the kernel packs them */
  uint8_t *out;             /* out_h x out_w x out_c, of 1 or 4 bytes */
  uint8_t *scratch;         /* working memory as large as the kernel's Java side says: a part for each core, core 0 first, then what they share */
  uint16_t in_h, in_w, in_c;
  uint16_t out_h, out_w, out_c;
  uint8_t pad_top, pad_left; /* rows and columns of zeros before this tile; those behind it follow from the sizes */
  const geometry_t *geometry;
} tile_t;

/* What a core has of the working memory, and what all share. */
static inline uint8_t *own_scratch(const tile_t *t) { return t->scratch + (uint32_t)core_id() * t->geometry->core_scratch; }
static inline uint8_t *shared_scratch(const tile_t *t) { return t->scratch + NUM_CORES * t->geometry->core_scratch; }

typedef void kernel_t(const tile_t *tile);

#endif
