/* Convolution for few input channels, as the first layer of a network: any kernel, stride, dilation and padding.
 *
 * A tap of 1 or 3 channels is no word. So each core first gathers the inputs of 4 pixels, without gaps, in its working
 * memory (im2col), and multiplies from there:
 *
 *     pixel 0: | kernel row 0: taps x channels | row 1 | ... | up to 3 bytes of anything |  pixel 1: ...
 *
 * Constants: blocks of 4 output channels, the last filled up with zeros:
 *
 *     weights: steps x 4 channels x 4 inputs | scaling (requantize.h)
 *
 * with steps = kernel_h x kernel_w x in_c / 4, rounded up (zero weights).
 *
 * Working memory, for each core: table of one segment (28 bytes), 4 x 4 x steps bytes, 4 bytes into which the last word runs over.
 *
 * Work: units of 4 pixels x 4 channels, pixels in the outer loop, each core an equal run of units. Bound: 24 cycles for 64
 * products, of which K / (4 x steps) count; a unit costs about 112 cycles more (matmul.h), gathering a pixel about 40 and 12 a row of the kernel. */
#include "matmul.h"
#include "requantize.h"
#include "share.h"

/* Both write whole words that cover `bytes` bytes, at any alignment: up to 3 bytes more, which whatever follows writes again. */
INLINE void copy_words(uint8_t *to, const uint8_t *from, int32_t bytes) {
  for (; bytes > 0; bytes -= 4) {
    store_word(to, load_word(from));
    to += 4;
    from += 4;
  }
}

INLINE void fill_words(uint8_t *to, uint32_t word, int32_t bytes) {
  for (; bytes > 0; bytes -= 4) {
    store_word(to, word);
    to += 4;
  }
}

/* `rows` rows of `words` words each (a constant): no loop inside, and no load is used right away but for 1 word. */
INLINE void copy_rows(const int words, uint8_t *to, const uint8_t *from, int32_t rows, int32_t to_row, int32_t from_row) {
  for (; rows; rows--) {
    uint32_t w[4];
    for (int i = 0; i < words; i++) w[i] = load_word(from + 4 * i);
    for (int i = 0; i < words; i++) store_word(to + 4 * i, w[i]);
    to += to_row;
    from += from_row;
  }
}

/* The inputs of an output pixel whose first tap is (iy, ix), where not all of them lie within the input. */
static __attribute__((noinline)) void gather_border(const tile_t *t, int32_t iy, int32_t ix, uint8_t *to) {
  const geometry_t *g = t->geometry;
  const int32_t in_c = t->in_c, in_w = t->in_w, row_bytes = g->kernel_w * in_c;
  const uint32_t zero = g->zero * 0x01010101u;
  /* Taps before and behind the input, where they follow each other. */
  const int32_t before = x_min(x_max(-ix, 0), g->kernel_w), end = x_max(before, x_min(in_w - ix, g->kernel_w));
  for (int32_t ky = 0; ky < g->kernel_h; ky++) {
    const int32_t yy = iy + ky * g->dilation_h;
    const uint8_t *from = t->in + (yy * in_w + ix) * in_c;
    if (yy < 0 || yy >= t->in_h) {
      fill_words(to, zero, row_bytes);
    } else if (g->dilation_w == 1) {
      fill_words(to, zero, before * in_c);
      copy_words(to + before * in_c, from + before * in_c, (end - before) * in_c);
      fill_words(to + end * in_c, zero, row_bytes - end * in_c);
    } else {
      uint8_t *tap = to;
      for (int32_t kx = 0; kx < g->kernel_w; kx++) {
        const int32_t xx = ix + kx * g->dilation_w;
        const uint8_t *pixel = t->in + (yy * in_w + xx) * in_c;
        for (int32_t c = 0; c < in_c; c++) *tap++ = xx >= 0 && xx < in_w ? pixel[c] : g->zero;
      }
    }
    to += row_bytes;
  }
}

/* The inputs of output pixel (y, x). Runs over by up to 3 bytes. */
INLINE void gather(const tile_t *t, int32_t y, int32_t x, uint8_t *to) {
  const geometry_t *g = t->geometry;
  const int32_t iy = y * g->stride_h - t->pad_top, ix = x * g->stride_w - t->pad_left;
  if (iy < 0 || ix < 0 || iy + (g->kernel_h - 1) * g->dilation_h >= t->in_h || ix + g->kernel_w > t->in_w || g->dilation_w != 1) {
    gather_border(t, iy, ix, to);
    return;
  }
  const int32_t row_bytes = g->kernel_w * t->in_c, in_row = g->dilation_h * t->in_w * t->in_c;
  const uint8_t *from = t->in + (iy * t->in_w + ix) * t->in_c;
  if (row_bytes <= 4) {
    copy_rows(1, to, from, g->kernel_h, row_bytes, in_row);
  } else if (row_bytes <= 8) {
    copy_rows(2, to, from, g->kernel_h, row_bytes, in_row);
  } else if (row_bytes <= 12) {
    copy_rows(3, to, from, g->kernel_h, row_bytes, in_row);
  } else {
    for (int32_t rows = g->kernel_h; rows; rows--) {
      copy_words(to, from, row_bytes);
      to += row_bytes;
      from += in_row;
    }
  }
}

INLINE void convolve(const int variant, const tile_t *t) {
  const geometry_t *g = t->geometry;
  const scaling_t scaling = scaling_of(variant, g);
  const uint32_t row_blocks = (t->out_c + 3u) / 4, out_pixels = (uint32_t)t->out_h * t->out_w;
  const uint32_t steps = ((uint32_t)g->kernel_h * g->kernel_w * t->in_c + 3) / 4;

  uint32_t *table = (uint32_t *)own_scratch(t);
  uint8_t *buffer = (uint8_t *)table + ONE_SEGMENT_BYTES;
  table[0] = 1;
  table[1] = steps;
  for (uint32_t i = 0; i < 4; i++) table[2 + i] = table_address(buffer + i * steps * 4);
  const blocks_t blocks = {g, &scaling, table, head_bytes(variant) + steps * 16 + tail_bytes(variant),
                           t->out_c * output_bytes(variant)};

  const share_t units = share_of((out_pixels + 3) / 4 * row_blocks);
  if (units.first == units.end) return;
  uint32_t pixel = units.first / row_blocks * 4;
  uint32_t block = units.first - pixel / 4 * row_blocks;
  int32_t y = (int32_t)(pixel / t->out_w), x = (int32_t)(pixel - (uint32_t)y * t->out_w);
  for (uint32_t count = units.end - units.first; count;) {
    const uint32_t pixels = at_most(out_pixels - pixel, 4);
    for (uint32_t i = 0; i < pixels; i++) {
      gather(t, y, x, buffer + i * steps * 4);
      if (++x == t->out_w) {
        x = 0;
        y++;
      }
    }
    /* Pixels that there are not are the last one again. */
    for (uint32_t i = pixels; i < 4; i++) table[2 + i] = table[1 + i];
    const uint32_t here = at_most(row_blocks - block, count);
    run_blocks(variant, &blocks, 1, t->constants + block * blocks.block_bytes,
               t->out + pixel * blocks.pixel_bytes + block * 4 * output_bytes(variant), pixels,
               at_most(t->out_c, (block + here) * 4) - block * 4);
    count -= here;
    block = 0;
    pixel += 4;
  }
}

void convolution_gather_raw(const tile_t *tile) { convolve(RAW, tile); }
void convolution_gather_add(const tile_t *tile) { convolve(ADD, tile); }
void convolution_gather_shift_32(const tile_t *tile) { convolve(SHIFT_32, tile); }
void convolution_gather_clamped(const tile_t *tile) { convolve(CLAMPED, tile); }
void convolution_gather_refined(const tile_t *tile) { convolve(REFINED, tile); }
void convolution_gather_shift_64(const tile_t *tile) { convolve(SHIFT_64, tile); }
void convolution_gather_exact_32(const tile_t *tile) { convolve(EXACT_32, tile); }
void convolution_gather_exact_64(const tile_t *tile) { convolve(EXACT_64, tile); }
