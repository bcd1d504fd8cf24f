/* From 32-bit sums to bytes, behind the last step of a layer whose input channels come in steps.
 *
 * Input: out_h x out_w x out_c int32. Constants: blocks of 4 output channels, the last filled up with zeros:
 *
 *     head | tail (requantize.h)
 *
 * Working memory: none. Work: units of one pixel x 4 channels, channels in the inner loop, each core an equal run. */
#include "requantize.h"
#include "share.h"

INLINE void finish(const int variant, const tile_t *t) {
  const scaling_t scaling = scaling_of(variant, t->geometry);
  const uint32_t blocks = (t->out_c + 3u) / 4;
  const share_t units = share_of((uint32_t)t->out_h * t->out_w * blocks);
  if (units.first == units.end) return;
  uint32_t pixel = units.first / blocks, block = units.first - pixel * blocks;
  for (uint32_t count = units.end - units.first; count; count--) {
    const uint32_t at = pixel * t->out_c + block * 4;
    const int channels = (int)at_most(t->out_c - block * 4, 4);
    const int32_t *sums = (const int32_t *)t->in + at;
    const uint8_t *head = t->constants + block * (head_bytes(variant) + tail_bytes(variant));
    int32_t acc[4];
    for (int i = 0; i < 4; i++) acc[i] = sum_start(variant, head, i) + (i < channels ? sums[i] : 0);
    finish_channels(variant, acc, head + head_bytes(variant), &scaling, t->out + at, channels);
    if (++block == blocks) {
      block = 0;
      pixel++;
    }
  }
}

void finish_shift_32(const tile_t *tile) { finish(SHIFT_32, tile); }
void finish_clamped(const tile_t *tile) { finish(CLAMPED, tile); }
void finish_refined(const tile_t *tile) { finish(REFINED, tile); }
void finish_shift_64(const tile_t *tile) { finish(SHIFT_64, tile); }
void finish_exact_32(const tile_t *tile) { finish(EXACT_32, tile); }
void finish_exact_64(const tile_t *tile) { finish(EXACT_64, tile); }
