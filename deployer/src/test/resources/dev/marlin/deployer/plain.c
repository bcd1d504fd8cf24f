/* Kernels that are easy to believe: one element after the other, in 64 bits. Constants of a channel: multiplier and
 * offset (8 bytes each), then the weights, filled up to a multiple of 4. */
#include "runtime.h"
#include "tile.h"

typedef struct {
  int64_t multiplier, offset;
} scale_t;

/* Quotient rounded down, bit by bit: there is no division of 64 bits to link. */
static int64_t divided(int64_t value, uint32_t divisor) {
  uint64_t rest = value < 0 ? (uint64_t)~value : (uint64_t)value, quotient = 0, part = 0;
  for (int bit = 63; bit >= 0; bit--) {
    part = part << 1 | (rest >> bit & 1);
    quotient <<= 1;
    if (part >= divisor) {
      part -= divisor;
      quotient |= 1;
    }
  }
  return value < 0 ? (int64_t)~quotient : (int64_t)quotient;
}

static void put(const tile_t *t, uint32_t index, int64_t scaled) {
  const geometry_t *g = t->geometry;
  int64_t y = g->divisor ? divided(scaled, g->divisor) : scaled >> g->shift;
  if (y < t->geometry->clip_min) y = t->geometry->clip_min;
  if (y > t->geometry->clip_max) y = t->geometry->clip_max;
  t->out[index] = (uint8_t)y;
}

enum { DENSE, DEPTHWISE, MAXIMUM, AVERAGE };

/* Sum or maximum over the window of output pixel (y, x), channel c. */
static int32_t window(const tile_t *t, uint32_t y, uint32_t x, uint32_t c, const int8_t *weight, int what) {
  const geometry_t *g = t->geometry;
  int32_t result = 0;
  uint32_t first = what == DENSE ? 0 : c, count = what == DENSE ? t->in_c : 1;
  for (uint32_t i = 0; i < g->kernel_h; i++) {
    for (uint32_t j = 0; j < g->kernel_w; j++, weight += weight ? count : 0) {
      int32_t row = (int32_t)(y * g->stride_h + i * g->dilation_h) - t->pad_top;
      int32_t column = (int32_t)(x * g->stride_w + j * g->dilation_w) - t->pad_left;
      if (row < 0 || row >= t->in_h || column < 0 || column >= t->in_w) {
        for (uint32_t k = 0; weight && k < count; k++) result += g->zero * weight[k];
        continue;
      }
      const uint8_t *in = t->in + ((uint32_t)row * t->in_w + (uint32_t)column) * t->in_c + first;
      for (uint32_t k = 0; k < count; k++) {
        if (what == MAXIMUM) {
          if (in[k] > result) result = in[k];
        } else {
          result += in[k] * (weight ? weight[k] : 1);
        }
      }
    }
  }
  return result;
}

static void weighted(const tile_t *t, int what, int raw) {
  uint32_t weights = (uint32_t)t->geometry->kernel_h * t->geometry->kernel_w * (what == DENSE ? t->in_c : 1u);
  uint32_t channel_bytes = sizeof(scale_t) + ((weights + 3) & ~3u);
  uint32_t pixels = (uint32_t)t->out_h * t->out_w;
  for (uint32_t n = (uint32_t)core_id(); n < pixels * t->out_c; n += NUM_CORES) {
    uint32_t p = n / t->out_c, c = n % t->out_c;
    const uint8_t *constants = t->constants + c * channel_bytes;
    const scale_t *scale = (const scale_t *)constants;
    int32_t sum = window(t, p / t->out_w, p % t->out_w, c, (const int8_t *)(scale + 1), what);
    if (raw) {
      ((int32_t *)t->out)[n] = sum + (int32_t)scale->offset;
    } else {
      put(t, n, scale->multiplier * sum + scale->offset);
    }
  }
}

static void pooled(const tile_t *t, int what) {
  uint32_t pixels = (uint32_t)t->out_h * t->out_w;
  for (uint32_t n = (uint32_t)core_id(); n < pixels * t->out_c; n += NUM_CORES) {
    uint32_t p = n / t->out_c, c = n % t->out_c;
    int32_t value = window(t, p / t->out_w, p % t->out_w, c, 0, what);
    put(t, n, (int64_t)t->geometry->multiplier[0] * value + t->geometry->offset);
  }
}

void plain_dense(const tile_t *t) { weighted(t, DENSE, 0); }
void plain_dense_raw(const tile_t *t) { weighted(t, DENSE, 1); }
void plain_depthwise(const tile_t *t) { weighted(t, DEPTHWISE, 0); }
void plain_depthwise_raw(const tile_t *t) { weighted(t, DEPTHWISE, 1); }
void plain_maximum(const tile_t *t) { pooled(t, MAXIMUM); }
void plain_average(const tile_t *t) { pooled(t, AVERAGE); }

void plain_table_addition(const tile_t *t) {
  uint32_t elements = (uint32_t)t->out_h * t->out_w * t->out_c;
  const uint8_t *tables = t->constants;
  for (uint32_t n = (uint32_t)core_id(); n < elements; n += NUM_CORES) {
    t->out[n] = tables[512 + tables[t->in[n]] + tables[256 + t->in2[n]]];
  }
}

void plain_addition(const tile_t *t) {
  uint32_t elements = (uint32_t)t->out_h * t->out_w * t->out_c;
  const geometry_t *g = t->geometry;
  for (uint32_t n = (uint32_t)core_id(); n < elements; n += NUM_CORES) {
    put(t, n, (int64_t)g->multiplier[0] * t->in[n] + (int64_t)g->multiplier[1] * t->in2[n] + g->offset);
  }
}
