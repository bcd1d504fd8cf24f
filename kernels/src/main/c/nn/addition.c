/* Addition of two tensors: y = clip(floor((a * multiplier[0] + b * multiplier[1] + offset) / divisor)).
 *
 * Constants: none (the numbers stand in geometry_t). Working memory: none.
 *
 * Work: words of 4 elements, each core an equal run that begins at a bank of its own; the last 1 to 3 elements belong to the last core. What the numbers allow decides
 * once a tile how SHIFT_32 runs; inner loops of 8 elements, instructions for 4:
 *
 *     both multipliers 2^shift, bytes:      a + min(b, 255 - a)     2 loads + 3 + 1 store = 6     5.3 outputs/cycle on 8 cores
 *     both multipliers 2^(shift - 1):       (a & b) + (a ^ b) / 2   2 loads + 4 + 1 store = 7     4.6
 *     nothing exceeds 16 bits:              2 lanes of half words   18                            1.78
 *     anything else:                        element by element      29                            1.10
 *
 * Half words: 2 loads + 4 to part even and odd elements + 2 x (multiply, multiply-add, add, shift, minimum) + 1 to join them
 * + 1 for clip_min (pv.maxu.b) + 1 store. Residual sums of NEMO are of the first two kinds: their multipliers are equal, since
 * both operands have been brought to one scale. Element by element: 8 byte loads + 4 x (multiply, multiply-add, add and shift, clip) + 4 to
 * pack and raise to clip_min + 1 store. The core multiplies no lanes; so products of more than 16 bits cost at least a product, a shift
 * and a clip for each output, 4.5 with its share of loads, packing and store: 1.8 outputs/cycle is more than any way of computing them reaches. */
#include "requantize.h"
#include "share.h"

/* Two words of four outputs each at once, as often as `pairs` says (1 or more). */
#define EIGHT_AT_A_TIME(length, BODY, ...)                                                           \
  __asm__ volatile(                                                                                  \
      ".balign 4\n"                                                                                  \
      ".option push\n"                                                                               \
      ".option norvc\n"                                                                              \
      X_LOOP("x0", "%[pairs]", length)                                                               \
      X_LW_POST("%[x0]", "4", "%[a]")                                                                \
      X_LW_POST("%[y0]", "4", "%[b]")                                                                \
      X_LW_POST("%[x1]", "4", "%[a]")                                                                \
      X_LW_POST("%[y1]", "4", "%[b]")                                                                \
      BODY                                                                                           \
      X_SW_POST("%[x0]", "4", "%[out]")                                                              \
      X_SW_POST("%[x1]", "4", "%[out]")                                                              \
      ".option pop\n"                                                                                \
      : [a] "+r"(a), [b] "+r"(b), [out] "+r"(out), [x0] "=&r"(x0), [x1] "=&r"(x1), [y0] "=&r"(y0), [y1] "=&r"(y1), \
        [t0] "=&r"(t0), [t1] "=&r"(t1)                                                               \
      : [pairs] "r"(pairs) __VA_ARGS__                                                               \
      : "memory")

/* Where the operands and outputs of a core lie. */
typedef struct {
  const uint8_t *a, *b;
  uint8_t *out;
} places_t;

/* min(a + b, 255). */
static __attribute__((noinline)) void saturating_sums(const places_t *p, uint32_t pairs) {
  const uint8_t *a = p->a, *b = p->b;
  uint8_t *out = p->out;
  uint32_t x0, x1, y0, y1, t0, t1;
  EIGHT_AT_A_TIME("12",
                  "not %[t0], %[x0]\n"
                  "not %[t1], %[x1]\n"
                  X_MINU_B("%[y0]", "%[y0]", "%[t0]")
                  X_MINU_B("%[y1]", "%[y1]", "%[t1]")
                  X_ADD_B("%[x0]", "%[x0]", "%[y0]")
                  X_ADD_B("%[x1]", "%[x1]", "%[y1]"), );
}

/* (a + b) / 2. (pv.avgu.b loses the ninth bit of the sum.) */
static __attribute__((noinline)) void means(const places_t *p, uint32_t pairs) {
  const uint8_t *a = p->a, *b = p->b;
  uint8_t *out = p->out;
  uint32_t x0, x1, y0, y1, t0, t1;
  EIGHT_AT_A_TIME("14",
                  "and %[t0], %[x0], %[y0]\n"
                  "and %[t1], %[x1], %[y1]\n"
                  "xor %[x0], %[x0], %[y0]\n"
                  "xor %[x1], %[x1], %[y1]\n"
                  X_SRL_SC_B("%[x0]", "%[x0]", "%[one]")
                  X_SRL_SC_B("%[x1]", "%[x1]", "%[one]")
                  X_ADD_B("%[x0]", "%[x0]", "%[t0]")
                  X_ADD_B("%[x1]", "%[x1]", "%[t1]"),
                  , [one] "r"(1));
}

#define HALVES(x, y, t)                                                                              \
  "and " t ", " x ", %[even]\n" /* elements 0 and 2 */                                               \
  X_SRL_SC_H(x, x, "%[eight]")  /* elements 1 and 3 */                                               \
  "mul " t ", " t ", %[m0]\n"                                                                        \
  "mul " x ", " x ", %[m0]\n"                                                                        \
  "and %[s], " y ", %[even]\n"                                                                       \
  X_SRL_SC_H(y, y, "%[eight]")                                                                       \
  X_MAC(t, "%[s]", "%[m1]") X_MAC(x, y, "%[m1]")                                                     \
  X_ADD_SC_H(t, t, "%[offset]") X_ADD_SC_H(x, x, "%[offset]")                                        \
  X_SRL_SC_H(t, t, "%[shift]") X_SRL_SC_H(x, x, "%[shift]")                                          \
  X_MINU_SC_H(t, t, "%[max]") X_MINU_SC_H(x, x, "%[max]")                                            \
  X_SHUFFLE2(t, x, "%[join]")                                                                        \
  X_MAXU_B(x, t, "%[min4]")

/* Sums of products that fit 16 bits. */
static __attribute__((noinline)) void half_words(const places_t *p, uint32_t pairs, const geometry_t *g, const scaling_t *s) {
  const uint8_t *a = p->a, *b = p->b;
  uint8_t *out = p->out;
  uint32_t x0, x1, y0, y1, t0, t1, spare;
  __asm__ volatile(
      ".balign 4\n"
      ".option push\n"
      ".option norvc\n"
      X_LOOP("x0", "%[pairs]", "38")
      X_LW_POST("%[x0]", "4", "%[a]")
      X_LW_POST("%[y0]", "4", "%[b]")
      X_LW_POST("%[x1]", "4", "%[a]")
      X_LW_POST("%[y1]", "4", "%[b]")
      HALVES("%[x0]", "%[y0]", "%[t0]")
      HALVES("%[x1]", "%[y1]", "%[t1]")
      X_SW_POST("%[x0]", "4", "%[out]")
      X_SW_POST("%[x1]", "4", "%[out]")
      ".option pop\n"
      : [a] "+r"(a), [b] "+r"(b), [out] "+r"(out), [x0] "=&r"(x0), [x1] "=&r"(x1), [y0] "=&r"(y0), [y1] "=&r"(y1), [t0] "=&r"(t0),
        [t1] "=&r"(t1), [s] "=&r"(spare)
      : [pairs] "r"(pairs), [even] "r"(0x00ff00ff), [eight] "r"(8), [m0] "r"((int32_t)g->multiplier[0]),
        [m1] "r"((int32_t)g->multiplier[1]), [offset] "r"((int32_t)g->offset), [shift] "r"(s->shift), [max] "r"(s->max),
        [min4] "r"(s->min4), [join] "r"(INTERLEAVE_HALVES)
      : "memory");
}

/* The numbers of geometry_t, which stay in registers. */
typedef struct {
  int64_t multiplier[2], offset;
} numbers_t;

INLINE int32_t add_one(const int variant, int32_t a, int32_t b, numbers_t k, const scaling_t *s) {
  if (variant == SHIFT_32 || variant == EXACT_32) {
    const int32_t n = x_mac(a * (int32_t)k.multiplier[0], b, (int32_t)k.multiplier[1]);
    return requantize_32(variant, 1, n, (int32_t)k.offset, s);
  }
  int64_t n = (int64_t)a * k.multiplier[0] + (int64_t)b * k.multiplier[1];
  return requantize_64(variant, 1, n, k.offset, s);
}

/* The fast ways; 0 if the numbers allow none. */
static inline int adds_lanes(const places_t *p, uint32_t pairs, const geometry_t *g, const scaling_t *s) {
  const int32_t m0 = (int32_t)g->multiplier[0], m1 = (int32_t)g->multiplier[1], offset = (int32_t)g->offset;
  if (s->shift > 15) return 0;
  if (m0 == m1 && offset == 0 && s->max == 255 && s->min4 == 0) {
    if (m0 == 1 << s->shift) {
      saturating_sums(p, pairs);
      return 1;
    }
    if (m0 * 2 == 1 << s->shift) {
      means(p, pairs);
      return 1;
    }
  }
  /* unsigned, so that negative numbers are too great */
  if ((uint32_t)m0 > 257 || (uint32_t)m1 > 257 || (uint32_t)offset > 0xffff || 255 * (m0 + m1) + offset > 0xffff) return 0;
  half_words(p, pairs, g, s);
  return 1;
}

/* The words of this core, a pair more or less than its share: the cores begin at different banks, whatever the sizes. */
static inline share_t staggered_share(uint32_t words) {
  uint32_t each = (words + NUM_CORES - 1) / NUM_CORES;
  each += (2 - each) & 3; /* twice an odd number, so that 8 cores begin at 8 of the 16 banks */
  const uint32_t first = at_most((uint32_t)core_id() * each, words);
  return (share_t){first, at_most(first + each, words)};
}

INLINE void add(const int variant, const tile_t *t) {
  const geometry_t *g = t->geometry;
  const scaling_t s = scaling_of(variant, g);
  const uint32_t elements = (uint32_t)t->out_h * t->out_w * t->out_c;
  const share_t words = staggered_share(elements / 4);
  const uint8_t *a = t->in + 4 * words.first, *b = t->in2 + 4 * words.first;
  uint8_t *out = t->out + 4 * words.first;
  uint32_t left = words.end - words.first;
  if (variant == SHIFT_32 && left >= 2) {
    const places_t places = {a, b, out};
    if (adds_lanes(&places, left / 2, g, &s)) {
      const uint32_t done = 4 * (left & ~1u);
      a += done;
      b += done;
      out += done;
      left &= 1;
    }
  }
  const numbers_t numbers = {{g->multiplier[0], g->multiplier[1]}, g->offset};
  for (; left; left--) {
    int32_t x[4], y[4], r[4];
    for (int j = 0; j < 4; j++) x[j] = load_byte_next(&a);
    for (int j = 0; j < 4; j++) y[j] = load_byte_next(&b);
    for (int j = 0; j < 4; j++) r[j] = add_one(variant, x[j], y[j], numbers, &s);
    store_word(out, pack_bytes(variant, r[0], r[1], r[2], r[3], &s));
    out += 4;
  }
  if (core_id() == NUM_CORES - 1) {
    for (uint32_t i = elements & ~3u; i < elements; i++) {
      t->out[i] = (uint8_t)x_max(add_one(variant, t->in[i], t->in2[i], numbers, &s), (int32_t)(s.min4 & 255));
    }
  }
}

void addition_shift_32(const tile_t *tile) { add(SHIFT_32, tile); }
void addition_shift_64(const tile_t *tile) { add(SHIFT_64, tile); }
void addition_exact_32(const tile_t *tile) { add(EXACT_32, tile); }
void addition_exact_64(const tile_t *tile) { add(EXACT_64, tile); }
