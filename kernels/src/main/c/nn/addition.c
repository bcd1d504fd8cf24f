/* Addition of two tensors: y = clip(floor((a * multiplier[0] + b * multiplier[1] + offset) / divisor)).
 *
 * Constants: none (the numbers stand in geometry_t). Working memory: none.
 *
 * Work: quads of 4 elements, each core an equal run; the last 1 to 3 elements belong to the last core. Inner loop of SHIFT_32,
 * 4 elements: 8 byte loads + 4 x (multiply, multiply-add, add and shift, clip) + 4 to pack and raise to clip_min + 1 store = 29
 * instructions: 1.10 outputs/cycle on 8 cores. No way of computing the same needs fewer than 18 (a multiplication of two bytes at
 * once, multipliers of 7 bits): the core multiplies no lanes, so that each output or pair of outputs costs its own product, shift
 * and clip. */
#include "requantize.h"
#include "share.h"

INLINE int32_t add_one(const int variant, int32_t a, int32_t b, const geometry_t *g, const scaling_t *s) {
  if (variant == SHIFT_32 || variant == EXACT_32) {
    const int32_t n = x_mac(a * (int32_t)g->multiplier[0], b, (int32_t)g->multiplier[1]);
    return requantize_32(variant, 1, n, (int32_t)g->offset, s);
  }
  int64_t n = (int64_t)a * g->multiplier[0] + (int64_t)b * g->multiplier[1];
  return requantize_64(variant, 1, n, g->offset, s);
}

INLINE void add(const int variant, const tile_t *t) {
  const geometry_t g = *t->geometry;
  const scaling_t s = scaling_of(variant, &g);
  const uint32_t elements = (uint32_t)t->out_h * t->out_w * t->out_c;
  const share_t words = share_of(elements / 4);
  const uint8_t *a = t->in + 4 * words.first, *b = t->in2 + 4 * words.first;
  uint8_t *out = t->out + 4 * words.first;
  for (uint32_t i = words.end - words.first; i; i--) {
    int32_t x[4], y[4], r[4];
    for (int j = 0; j < 4; j++) x[j] = load_byte_next(&a);
    for (int j = 0; j < 4; j++) y[j] = load_byte_next(&b);
    for (int j = 0; j < 4; j++) r[j] = add_one(variant, x[j], y[j], &g, &s);
    store_word(out, pack_bytes(variant, r[0], r[1], r[2], r[3], &s));
    out += 4;
  }
  if (core_id() == NUM_CORES - 1) {
    for (uint32_t i = elements & ~3u; i < elements; i++) {
      t->out[i] = (uint8_t)x_max(add_one(variant, t->in[i], t->in2[i], &g, &s), (int32_t)(s.min4 & 255));
    }
  }
}

void addition_shift_32(const tile_t *tile) { add(SHIFT_32, tile); }
void addition_shift_64(const tile_t *tile) { add(SHIFT_64, tile); }
void addition_exact_32(const tile_t *tile) { add(EXACT_32, tile); }
void addition_exact_64(const tile_t *tile) { add(EXACT_64, tile); }
