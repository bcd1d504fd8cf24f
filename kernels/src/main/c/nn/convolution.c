/* Convolution: dense or grouped, any kernel, stride, dilation and padding; pointwise is the case of one tap.
 *
 * Input and output are HWC. Nothing is copied: for 4 pixels at a time a table of addresses says where their inputs lie, tap
 * by tap (matmul.h); a tap in the padding points to zeros. Taps that follow each other in memory are one segment: where
 * all 4 pixels see only input and channels are a multiple of 4, a segment is a whole row of the kernel.
 *
 * Constants: blocks of 4 output channels, the last filled up with zeros:
 *
 *     [ grouped: first input channel, 4 bytes ] weights: taps x steps x 4 channels x 4 inputs | scaling (requantize.h)
 *
 * with steps = inputs of a tap / 4, rounded up (zero weights). Grouped: a block's inputs are those of all the groups that
 * any 4 consecutive output channels can touch, `span` channels; weights outside a channel's own group are zero.
 *
 * Working memory: zeros (4 x steps bytes, each geometry_t.zero; only if the layer is padded), then a table for each core, of as many segments as the
 * kernel has taps.
 *
 * Work: units of 4 pixels x 4 channels, pixels in the outer loop, each core an equal run of units; so no core idles on
 * small images. Bound: 24 cycles for 64 MAC = 21.3 MAC/cycle on 8 cores; of SHIFT_32 a unit costs
 * 122 cycles more with 128 inputs and 132 with 32 (zeroing 16, requantizing 76, its share of the table), a segment 6. */
#include "matmul.h"
#include "requantize.h"
#include "share.h"

/* Where the cores' share stands. */
typedef struct {
  const tile_t *tile;
  const uint8_t *zeros;
  uint32_t *table;
  uint32_t steps;  /* words of one tap */
  uint32_t merge;  /* segments may be rows of the kernel */
  int32_t y, x;    /* output coordinates of the first of the 4 pixels */
  uint32_t pixels; /* how many of the 4 there are */
} place_t;

/* Fills the table for the 4 pixels at `at`; pixels beyond the last repeat it. Returns the number of its segments. */
static __attribute__((noinline)) uint32_t point_at(const place_t *at, uint32_t channel) {
  const tile_t *t = at->tile;
  const geometry_t *g = t->geometry;
  const int32_t in_c = t->in_c, in_w = t->in_w, in_h = t->in_h;
  const int32_t reach_h = (g->kernel_h - 1) * g->dilation_h, reach_w = (g->kernel_w - 1) * g->dilation_w;
  int32_t iy[4], ix[4];
  const uint8_t *from[4];
  int32_t y = at->y, x = at->x;
  uint32_t inside = 1;
  for (uint32_t i = 0; i < 4; i++) {
    iy[i] = y * g->stride_h - t->pad_top;
    ix[i] = x * g->stride_w - t->pad_left;
    from[i] = t->in + (iy[i] * in_w + ix[i]) * in_c + channel;
    inside &= iy[i] >= 0 && ix[i] >= 0 && iy[i] + reach_h < in_h && ix[i] + reach_w < in_w;
    if (i + 1 < at->pixels && ++x == t->out_w) {
      x = 0;
      y++;
    }
  }
  uint32_t *entry = at->table + 1;
  const int32_t row = g->dilation_h * in_w * in_c, column = g->dilation_w * in_c;
  if (inside && at->merge) {
    at->table[0] = g->kernel_h;
    const uint32_t steps = at->steps * g->kernel_w;
    for (uint32_t ky = 0; ky < g->kernel_h; ky++) {
      entry[0] = steps;
      for (int i = 0; i < 4; i++) {
        entry[1 + i] = table_address(from[i]);
        from[i] += row;
      }
      entry += 5;
    }
    return at->table[0];
  }
  at->table[0] = (uint32_t)g->kernel_h * g->kernel_w;
  for (int32_t ky = 0; ky <= reach_h; ky += g->dilation_h) {
    for (int32_t kx = 0, offset = 0; kx <= reach_w; kx += g->dilation_w, offset += column) {
      entry[0] = at->steps;
      for (int i = 0; i < 4; i++) {
        int in = (uint32_t)(iy[i] + ky) < (uint32_t)in_h && (uint32_t)(ix[i] + kx) < (uint32_t)in_w;
        entry[1 + i] = table_address(in ? from[i] + offset : at->zeros);
      }
      entry += 5;
    }
    for (int i = 0; i < 4; i++) from[i] += row;
  }
  return at->table[0];
}

/* Whether any output sees padding. */
static int sees_padding(const tile_t *t) {
  const geometry_t *g = t->geometry;
  return t->pad_top || t->pad_left ||
         (t->out_h - 1) * g->stride_h - t->pad_top + (g->kernel_h - 1) * g->dilation_h >= t->in_h ||
         (t->out_w - 1) * g->stride_w - t->pad_left + (g->kernel_w - 1) * g->dilation_w >= t->in_w;
}

INLINE void convolve(const int variant, const int grouped, const tile_t *t) {
  const geometry_t *g = t->geometry;
  const scaling_t scaling = scaling_of(variant, g);
  const uint32_t taps = (uint32_t)g->kernel_h * g->kernel_w;
  const uint32_t row_blocks = (t->out_c + 3u) / 4, out_pixels = (uint32_t)t->out_h * t->out_w;
  /* The words of a tap: a grouped layer's first block says how many. */
  const uint32_t steps = grouped ? ((const uint16_t *)t->constants)[1] : (t->in_c + 3u) / 4;

  uint32_t *zeros = (uint32_t *)shared_scratch(t);
  if (sees_padding(t)) {
    const share_t words = share_of(steps);
    for (uint32_t i = words.first; i < words.end; i++) zeros[i] = g->zero * 0x01010101u;
    cluster_barrier();
  }

  const share_t units = share_of((out_pixels + 3) / 4 * row_blocks);
  if (units.first == units.end) return;
  const uint32_t quad = units.first / row_blocks;
  uint32_t block = units.first - quad * row_blocks, count = units.end - units.first;
  place_t at = {t,
                (const uint8_t *)zeros,
                (uint32_t *)own_scratch(t),
                steps,
                !grouped && t->in_c % 4 == 0 && g->dilation_w == 1,
                (int32_t)(quad * 4 / t->out_w),
                0,
                0};
  at.x = (int32_t)(quad * 4 - (uint32_t)at.y * t->out_w);
  const uint32_t header = grouped ? 4 : 0;
  const blocks_t blocks = {g, &scaling, at.table, head_bytes(variant) + taps * steps * 16 + tail_bytes(variant),
                           t->out_c * output_bytes(variant)};
  uint32_t left = out_pixels - quad * 4; /* pixels from here to the end */
  uint8_t *out = t->out + quad * 4 * blocks.pixel_bytes;
  for (;;) {
    at.pixels = at_most(left, 4);
    const uint32_t here = at_most(row_blocks - block, count), last = block + here;
    const uint8_t *constants = t->constants + block * (header + blocks.block_bytes);
    if (grouped) {
      uint32_t channel = 0, segments = 0;
      for (; block < last; block++) {
        if (segments == 0 || *(const uint16_t *)constants != channel) {
          channel = *(const uint16_t *)constants;
          segments = point_at(&at, channel);
        }
        run_blocks(variant, &blocks, segments, constants + header, out + block * 4 * output_bytes(variant), at.pixels,
                   at_most(t->out_c - block * 4, 4));
        constants += header + blocks.block_bytes;
      }
    } else {
      run_blocks(variant, &blocks, point_at(&at, 0), constants, out + block * 4 * output_bytes(variant), at.pixels,
                 at_most(t->out_c, last * 4) - block * 4);
    }
    count -= here;
    if (count == 0) return;
    block = 0;
    out += 4 * blocks.pixel_bytes;
    left -= 4;
    at.x += 4;
    while (at.x >= t->out_w) {
      at.x -= t->out_w;
      at.y++;
    }
  }
}

void convolution_raw(const tile_t *tile) { convolve(RAW, 0, tile); }
void convolution_add(const tile_t *tile) { convolve(ADD, 0, tile); }
void convolution_shift_32(const tile_t *tile) { convolve(SHIFT_32, 0, tile); }
void convolution_clamped(const tile_t *tile) { convolve(CLAMPED, 0, tile); }
void convolution_refined(const tile_t *tile) { convolve(REFINED, 0, tile); }
void convolution_shift_64(const tile_t *tile) { convolve(SHIFT_64, 0, tile); }
void convolution_exact_32(const tile_t *tile) { convolve(EXACT_32, 0, tile); }
void convolution_exact_64(const tile_t *tile) { convolve(EXACT_64, 0, tile); }

void grouped_raw(const tile_t *tile) { convolve(RAW, 1, tile); }
void grouped_shift_32(const tile_t *tile) { convolve(SHIFT_32, 1, tile); }
void grouped_clamped(const tile_t *tile) { convolve(CLAMPED, 1, tile); }
void grouped_refined(const tile_t *tile) { convolve(REFINED, 1, tile); }
void grouped_shift_64(const tile_t *tile) { convolve(SHIFT_64, 1, tile); }
void grouped_exact_32(const tile_t *tile) { convolve(EXACT_32, 1, tile); }
void grouped_exact_64(const tile_t *tile) { convolve(EXACT_64, 1, tile); }
