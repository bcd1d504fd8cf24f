/* Four words of four channels each become four words of one channel each. */
#ifndef MARLIN_TRANSPOSE_H
#define MARLIN_TRANSPOSE_H

#include "xpulp.h"

/* Two words (4 channels at places 0 and 1) interleaved: low = channel 0: 0 1, channel 1: 0 1; high = channels 2, 3. */
typedef struct {
  uint32_t low, high;
} pair_t;

INLINE pair_t interleave(uint32_t place0, uint32_t place1) {
  return (pair_t){x_shuffle2(place0, place1, INTERLEAVE_LOW), x_shuffle2(place0, place1, INTERLEAVE_HIGH)};
}

/* channel[c] = places 0 1 2 3 of channel c, place 0 in the lowest byte. 4 instructions. */
INLINE void join(pair_t places01, pair_t places23, uint32_t channel[4]) {
  channel[0] = x_pack(places23.low, places01.low);
  channel[1] = x_pack_high(places23.low, places01.low);
  channel[2] = x_pack(places23.high, places01.high);
  channel[3] = x_pack_high(places23.high, places01.high);
}

#endif
