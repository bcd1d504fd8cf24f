/* What the fabric controller does with the network: runs it once, timed, and if the L3 image asks for it, once more to hash or check. */
#include "run.h"

#include "dma.h"
#include "l3.h"
#include "network.h"
#include "output.h"
#include "runtime.h"
#include "turn.h"

run_t run;

FABRIC __attribute__((noinline)) void marlin_layer_done(int layer) { __asm__ volatile("" : : "r"(layer) : "memory"); }

/* -------------------------------------------------------------------------------------------------- hashes */

enum { CHUNK = 256 };
static uint8_t chunk_l2[CHUNK] __attribute__((aligned(4)));

/* The hash of a tensor: h = its number of bytes; then for every little-endian word, the last one filled up with zeros,
 * h = rotate_left((h ^ word) * 0x85ebca6b, 13). dev.marlin.kernels.OutputHash is its twin. Uses the start of the L1 arena,
 * which belongs to nobody between two layers. */
static __attribute__((noinline)) uint32_t output_hash(const tensor_t *tensor) {
  uint32_t hash = tensor->bytes;
  for (uint32_t from = 0; from < tensor->bytes; from += CHUNK) {
    uint32_t bytes = tensor->bytes - from < CHUNK ? tensor->bytes - from : CHUNK;
    uint8_t *l2 = tensor->l2 + from;
    if (tensor->l3 != L3_NONE) {
      l2 = chunk_l2;
      l3_wait(l3_read(tensor->l3 + from, l2, bytes));
    }
    uint32_t *words = (uint32_t *)__l1_arena;
    words[(bytes - 1) / 4] = 0;
    uint32_t counter = dma_begin();
    dma_1d(DMA_IN, words, l2, bytes);
    dma_wait(counter);
    for (uint32_t i = 0; i < (bytes + 3) / 4; i++) {
      hash = (hash ^ words[i]) * 0x85ebca6bu;
      hash = hash << 13 | hash >> 19;
    }
  }
  return hash;
}

/* The hash that the L3 image expects of a layer; 0 if it expects none. */
static __attribute__((noinline)) uint32_t expected_hash(int layer) {
  uint32_t *word = (uint32_t *)chunk_l2;
  *word = 0;
  if (run.header[3]) l3_wait(l3_read(run.header[3] + 4 * (uint32_t)layer, word, 4));
  return *(volatile uint32_t *)word;
}

/* --------------------------------------------------------------------------------------------------- passes */

/* The pass that runs. */
static FABRIC_DATA int done; /* layers of it */
static FABRIC_DATA bool hashes;
static FABRIC_DATA uint32_t *results;
static FABRIC_DATA uint32_t begin, last;

/* What is read from and written to L2 between two layers, by DMA: the way of the fabric controller there is booked then. */
static IN_L1 network_layer_t layer;
static IN_L1 uint32_t cycles; /* of the layer that is complete */

/* Notes the cycles from boundary to boundary: they add up to the total. */
FABRIC void layer_is_complete(void) {
  uint32_t now = cluster_cycles();
  int i = done++;
  marlin_layer_done(i);
  if (hashes) {
    network.results[2 * i + 1] = output_hash(&network.layer[i].output) ^ expected_hash(i);
  } else {
    cycles = now - last;
  }
  last = now;
}

static FABRIC void note_cycles(void) {
  if (done && !hashes) dma_copy(DMA_OUT, &cycles, results + 2 * (done - 1), sizeof cycles);
}

static FABRIC void run_network(bool hash) {
  l3_begin();
  for (int i = 0; i < network.inputs; i++) {
    l3_wait(l3_read(network.input[i].l3, network.input[i].l2, network.input[i].bytes));
  }
  done = 0;
  hashes = hash;
  begin = last = cluster_cycles();
  results = network.results;
  const network_layer_t *layers = network.layer;
  for (int i = 0, all = network.layers; i < all; i++) {
    dma_copy(DMA_IN, &layer, (void *)&layers[i], sizeof layer);
    layer.run();
    if (done < i) layer_complete(); /* it was no layer_run() */
    note_cycles(); /* of the layer before: this one's last tile is being computed */
    if (!layer_is_under_way()) layer_is_complete();
  }
  layer_complete();
  note_cycles();
  if (!hash) run.cycles = last - begin;
}

void run_all(void) {
  l3_begin();
  l3_wait(l3_read(0, run.header, sizeof run.header));
  if (run.header[0] == L3_MAGIC) {
    run_network(false);
    if (run.header[1] & L3_FLAG_HASH || run.header[3]) run_network(true);
  }
  turn_give(0);
}

bool run_is_wrong(void) {
  uint32_t wrong = 0;
  for (int i = 0; run.header[3] && i < network.layers; i++) wrong |= network.results[2 * i + 1];
  return wrong != 0;
}
