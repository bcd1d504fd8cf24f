/* A layer as the generated network.c states it and layer.c runs it.
 *
 * Two nested tilings. L3-L2: the output is cut into stripes of `stripe_h` rows and slices of `slice_c` channels; stripes
 * of operands that live in L3, and slices of constants, are double buffered in L2. L2-L1: every stripe and slice is cut
 * into tiles of tile_h x tile_w x tile_c output elements, double buffered in L1; a tile may take several steps (depth_c). All coordinates follow from the output:
 * input rows = rows of the output tile * stride - padding ..., cropped at the borders of the input. */
#ifndef MARLIN_LAYER_H
#define MARLIN_LAYER_H

#include <stdbool.h>

#include "tile.h"

#define L3_NONE 0xffffffffu

/* Room that an L2 buffer of stripes or slices has behind them: a piece begins at the buffer's start plus its L3 address
 * modulo 4, and whole words around it are read. Buffers start at multiples of 4. */
#define STRIPE_SLACK 8

typedef struct {
  uint8_t *l2[2]; /* l2[0]: the whole operand, or with l2[1] the double buffer of its stripes or slices (equal: single);
                   * a stripe or slice that comes from or goes to L3 has STRIPE_SLACK more bytes than it holds */
  uint32_t l3;    /* its byte offset in HyperRAM, or L3_NONE if the whole operand lies in l2[0] */
} operand_t;

typedef struct {
  uint32_t l3;    /* from this byte of HyperRAM */
  uint8_t *l2;    /* to here */
  uint32_t bytes; /* 0: nothing to do */
} l3_load_t;

/* Which operand stays in L1 while the inner loops run. */
enum { CONSTANTS_STAY = 0 /* channels outermost: constants are loaded once, inputs once for each channel tile */,
       INPUT_STAYS = 1    /* channels innermost: inputs are loaded once, constants once for each spatial tile */ };

typedef struct {
  kernel_t *kernel;
  geometry_t geometry;
  uint16_t in_h, in_w, in_c;
  uint16_t out_h, out_w, out_c;
  uint16_t in2_c; /* channels of in2 if it is joined to in; 0: in2 has the shape of in */
  uint8_t pad_top, pad_left;
  uint8_t out_bytes;   /* of one output element: 1 or 4 */
  uint8_t channelwise; /* 1: output channel c is made of input channel c alone (depthwise, pooling, addition) */

  /* L3-L2 */
  operand_t in, in2, out, constants;
  uint16_t stripe_h, slice_c; /* out_h and out_c if not cut; slice_c is a multiple of tile_c */

  /* L2-L1 */
  uint16_t tile_h, tile_w, tile_c;
  uint8_t order;                        /* CONSTANTS_STAY or INPUT_STAYS */
  uint8_t overlap;                      /* 1: transfers of the next tile run while this one is computed */
  uint32_t constants_tile_bytes;        /* of one full channel tile; tiles follow each other, the last may be shorter;
                                         * 0: all tiles share the constants */
  uint32_t constants_bytes;             /* of all of them; 0: none */
  uint8_t *l1_in[2], *l1_in2[2], *l1_constants[2], *l1_out[2], *l1_scratch;

  /* Depth: where the inputs of an output are too many for L1, they come in steps of input channels. Of the constants of
   * a channel tile, those of the steps come first, in order, then those of `finish`. */
  uint16_t depth_c;             /* input channels of a step, the last may have fewer; 0: all at once, and the rest of this is unused */
  uint16_t group_in, group_out; /* input channels that an output channel sees; output channels that see the same, a multiple
                                 * of tile_c unless there is one group */
  kernel_t *accumulate;         /* runs every step but the first, for which there is `kernel`: adds 32-bit sums to those that `out` holds */
  kernel_t *finish;             /* makes outputs of the 32-bit sums `in`; NULL: the sums are the output */
  uint32_t step_block_bytes, last_block_bytes, finish_block_bytes; /* constants of 4 channels: of a step, of the last, of `finish` */
  uint8_t *l1_sums;             /* 4 bytes for each output element of a tile; NULL without `finish` */

  const l3_load_t *prefetches; /* constants of later layers, read in the background from the first turn on, in this order */
  uint32_t prefetch_count;
} layer_t;

/* Runs one layer; the fabric controller calls it. It returns when the last tile is being computed: the output is complete
 * in its place once layer_complete() returns, or the next layer_run() has completed this one.
 * `layer` lies in L2; what `prefetches` read is claimed by the layer whose constants (or first slice or stripe) have the
 * same place, L3 offset and size, the latter two rounded outwards to multiples of 4. */
void layer_run(const layer_t *layer);

/* Waits until the output of the layer that is under way, if one is, is complete. */
void layer_complete(void);
bool layer_is_under_way(void);

/* Defined by run.c: called when the output of a layer is complete, before anything of the next one moves. */
void layer_is_complete(void);

#endif
