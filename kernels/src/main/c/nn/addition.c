/* Addition of two tensors: y = clip(floor((a * multiplier[0] + b * multiplier[1] + offset) / divisor)).
 *
 * Constants: none (the numbers stand in geometry_t). Working memory: none.
 *
 * Work: words of 4 elements, each core an equal run; the last 1 to 3 elements belong to the last core. */
#include "requantize.h"
#include "share.h"

INLINE int32_t add_one(const int variant, int32_t a, int32_t b, const geometry_t *g, const scaling_t *s) {
  if (variant == SHIFT_32) return x_clipur(x_addnr(x_mac(a * g->multiplier[0], b, g->multiplier[1]), g->offset, s->shift), s->max);
  if (variant == EXACT_32) return requantize_32(variant, 1, x_mac(a * g->multiplier[0], b, g->multiplier[1]), g->offset, s);
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
  for (uint32_t i = words.first; i < words.end; i++) {
    uint32_t x = load_word(a), y = load_word(b);
    int32_t r[4];
    for (int j = 0; j < 4; j++) r[j] = add_one(variant, (int32_t)(x >> 8 * j & 255), (int32_t)(y >> 8 * j & 255), &g, &s);
    store_word(out, pack_bytes(variant, r[0], r[1], r[2], r[3], &s));
    a += 4;
    b += 4;
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
