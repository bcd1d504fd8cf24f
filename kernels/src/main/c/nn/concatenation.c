/* Concatenation of two tensors along their channels: pixel by pixel those of `in`, then those of `in2`.
 *
 *     in   h x w x a        a = in_c
 *     in2  h x w x b        b = out_c - in_c
 *     out  h x w x (a + b)
 *
 * Nothing is computed, so any two tensors of one type will do, signed or not. Constants, working memory: none.
 *
 * Work: pixels, each core an equal run. Inner loop, a word: 1 load + 1 store = 2 instructions, in a hardware loop; 16 bytes a cycle
 * on 8 cores, less what meets in the same bank. Words need not be aligned; a store that is not takes a cycle more. */
#include "share.h"
#include "tile.h"
#include "xpulp.h"

static inline void copy(uint8_t *to, const uint8_t *from, uint32_t bytes) {
  for (uint32_t i = bytes / 4; i; i--) {
    store_word(to, load_word_step(&from, 4));
    to += 4;
  }
  for (uint32_t i = bytes & 3; i; i--) *to++ = *from++;
}

void concatenation(const tile_t *t) {
  const uint32_t a = t->in_c, c = t->out_c, b = c - a;
  const share_t pixels = share_of((uint32_t)t->out_h * t->out_w);
  for (uint32_t p = pixels.first; p < pixels.end; p++) {
    copy(t->out + p * c, t->in + p * a, a);
    copy(t->out + p * c + a, t->in2 + p * b, b);
  }
}
