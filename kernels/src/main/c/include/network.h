/* The network as the generated network.c states it and pmsis/run.c runs it.
 *
 * The HyperRAM starts with the L3 image: a header of L3_HEADER_BYTES, then the constants of the layers, then the inputs.
 * Before the clock starts inputs are copied to their places in L2, if they have one; then the layers run one after the other
 * on all cores of the cluster; then the fabric controller prints
 *
 *     marlin layer <i> cycles <n>       for every layer, in order
 *     marlin total cycles <n>           from the start of the first layer to the end of the last
 *
 * If the header asks for it, the network then runs once more, untimed, and
 *
 *     marlin layer <i> hash <8 hex>     for every layer: output_hash() of its output
 *
 * or, where the image holds the hashes that are expected,
 *
 *     marlin layer <i> check ok         or `wrong`; the program then ends with STATUS_WRONG
 */
#ifndef MARLIN_NETWORK_H
#define MARLIN_NETWORK_H

#include "layer.h"

/* The arenas of the network: what the runtime leaves free of L1 and L2. Both start at a multiple of 16. Places in them
 * are constants of the linker, so they may stand in static initializers. */
extern uint8_t __l1_arena[], __l2_arena[];
#define L1(offset) (__l1_arena + (offset))
#define L2(offset) (__l2_arena + (offset))

/* The header of the L3 image, in words: magic, flags, bytes of the whole image with this header, byte offset of the hashes
 * that are expected, a word for each layer; 0: none. */
#define L3_HEADER_BYTES 16
#define L3_MAGIC 0x4e4c524du /* "MRLN" */
#define L3_FLAG_HASH 1u      /* run the network a second time and print the hash of every layer's output */
#define L3_FLAG_SILENT 2u    /* print nothing; the status tells */

/* Where a whole tensor lies. */
typedef struct {
  uint8_t *l2;    /* its place in L2; NULL if it lies in L3 */
  uint32_t l3;    /* its byte offset in HyperRAM; L3_NONE if it lies in L2 */
  uint32_t bytes;
} tensor_t;

typedef struct {
  void (*run)(void); /* the fabric controller calls it: layer_run(), or what is complete when it returns */
  tensor_t output;
} network_layer_t;

typedef struct {
  int layers;
  const network_layer_t *layer; /* [layers] */
  int inputs;                   /* that are copied to L2 before the clock starts; layers read the others from L3 */
  const l3_load_t *input;       /* [inputs] */
  uint32_t *results;            /* [2 * layers], written by the runtime: cycles and hash of each layer; XOR the expected hash, if there is one */
} network_t;

/* Defined by network.c. */
extern const network_t network;

/* The fabric controller calls it after every layer of every pass, when the layer's output is complete: the place for a probe. */
void marlin_layer_done(int layer);

#endif
