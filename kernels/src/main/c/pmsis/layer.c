/* Runs one layer: stripes x slices x tiles, as include/layer.h states it.
 *
 * Core 0 conducts. It walks over the tiles, derives every coordinate from the output, moves the operands, and computes its
 * share of every tile; the other cores wait for a turn, compute, and wait again. A turn is a barrier; behind it everybody
 * finds in turn[] what to do. With overlap, one barrier a tile:
 *
 *     core 0:   wait for the DMA, describe tile t+1 | barrier | store tile t-1, load tile t+1 | compute tile t | ...
 *     others:                                       | barrier |          compute tile t                        | ...
 *
 * What cannot run beside the computation of tile t (overlap == 0, an operand with a single buffer, a stripe or slice that
 * has not yet come from L3) is done late: one more barrier, at which all cores have finished tile t, then store and load
 * and wait, then the barrier of tile t+1.
 *
 * The description of a tile is made before the barrier and the DMA is started right behind it for the sake of the
 * instruction cache: it has 4 KiB for all cores and refills over the path that a running transfer has booked, so that a
 * miss costs 12 cycles before a transfer and up to 512 behind it. What runs for every tile is therefore kept small (the
 * compiler is told so), and what is the same for all tiles is computed once, in begin().
 *
 * An operand is loaded only if neither of its L1 buffers holds it already. So the operand that does not change in the
 * inner loop is loaded once, and with two buffers two channel tiles stay in L1 for the whole layer in either order.
 *
 * Depth: a tile whose inputs are too many comes in steps of input channels, innermost in the walk; its 32-bit sums stay in L1
 * until the last step, or `finish` behind it, makes the output. Each step is a turn of its own.
 *
 * L3: stripes are the outer loop, slices of the constants the inner one. A stripe buffer in L2 holds the rows of a stripe
 * with all columns and channels. Its first byte lies at the buffer's start plus (L3 address modulo 4), so that both sides
 * of the transfer agree; see STRIPE_SLACK. */
#include "layer.h"

#include "dma.h"
#include "l3.h"
#include "runtime.h"

/* -------------------------------------------------------------------------------------------------- turns */

/* What the cores find behind a barrier: a tile to compute, or one of these two. */
typedef struct {
  tile_t tile;
  kernel_t *kernel;
} work_t;

#define PAUSE ((const work_t *)0) /* nothing; another turn follows */
#define END ((const work_t *)1)   /* the layer is complete */

static IN_L1 layer_t layer; /* copy of the layer that runs: 1 cycle a field instead of 9 */
static IN_L1 const work_t *turn[2];
static IN_L1 uint32_t turn_count;

/* Core 0: lets all cores through a barrier and tells them what to do behind it. A core reads its turn before it comes to
 * the next barrier, so two places suffice. */
static void give_turn(const work_t *what) {
  turn[turn_count++ & 1] = what;
  cluster_barrier();
}

static void follow(void) {
  for (uint32_t n = 0;; n++) {
    cluster_barrier();
    const work_t *what = *(const work_t *volatile *)&turn[n & 1];
    if (what == END) return;
    if (what != PAUSE) what->kernel(&what->tile);
  }
}

/* ------------------------------------------------------------------------------------------------- windows */

/* What an interval of the output sees of the input, along one axis. */
typedef struct {
  uint32_t first, count; /* inside the input */
  uint32_t pad;          /* zeros before it */
} window_t;

/* What decides it. */
typedef struct {
  uint32_t stride, reach; /* between windows; of one window, dilation included */
  uint32_t pad, size;     /* of the input */
} axis_t;

static IN_L1 axis_t axis_h, axis_w;

static window_t window(uint32_t from, uint32_t count, const axis_t *axis) {
  int32_t first = (int32_t)(from * axis->stride - axis->pad);
  int32_t end = first + (int32_t)((count - 1) * axis->stride + axis->reach);
  window_t w = {(uint32_t)first, 0, 0};
  if (first < 0) {
    w.first = 0;
    w.pad = (uint32_t)-first;
  }
  if (end > (int32_t)axis->size) end = (int32_t)axis->size;
  if (end > (int32_t)w.first) w.count = (uint32_t)end - w.first;
  return w;
}

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

/* ------------------------------------------------------------------------------------- L3: stripes, slices */

/* An operand that comes from L3 piece by piece into one or two L2 buffers. Pieces have a key. */
#define NOTHING 0xffffffffu /* no key */

typedef struct {
  uint32_t key[2];
  l3_ticket_t ticket[2];
  uint32_t now; /* the buffer in use */
} stream_t;

enum { IN, IN2, CONSTANTS, STREAMS };
static IN_L1 stream_t streams[STREAMS];

static void ask(stream_t *s, const operand_t *o, uint32_t buffer, uint32_t key, uint32_t from, uint32_t bytes) {
  uint32_t before = (o->l3 + from) & 3;
  s->key[buffer] = key;
  s->ticket[buffer] = l3_read(o->l3 + from - before, o->l2[buffer], (before + bytes + 3) & ~3u);
}

/* Makes the piece `key` at byte `from` of the operand the one in use; it has come when its ticket is done. Returns its
 * place in L2. */
static uint8_t *enter(stream_t *s, const operand_t *o, uint32_t key, uint32_t from, uint32_t bytes) {
  if (s->key[s->now] != key) {
    if (o->l2[0] != o->l2[1]) s->now ^= 1;
    if (s->key[s->now] != key) ask(s, o, s->now, key, from, bytes);
  }
  return o->l2[s->now] + ((o->l3 + from) & 3);
}

/* Reads the piece that follows the one in use, if there is a buffer for it. */
static void look_ahead(stream_t *s, const operand_t *o, uint32_t key, uint32_t from, uint32_t bytes) {
  if (o->l2[0] != o->l2[1] && s->key[0] != key && s->key[1] != key) ask(s, o, s->now ^ 1, key, from, bytes);
}

/* An output stripe on its way to L3. */
typedef struct {
  uint8_t *l2;
  uint32_t l3, bytes, buffer;
} stripe_t;

/* ------------------------------------------------------------------------------------------------ the walk */

/* Where the walk over the tiles stands: the tile that is prepared, in its slice, in its stripe. Output coordinates. */
static IN_L1 struct {
  uint32_t stripe, stripe_end; /* rows */
  uint32_t slice, slice_end;   /* channels */
  uint32_t y, x, c;            /* first element of the tile */
  uint32_t depth, last_depth;  /* first input channel of the step, in the group; of the last step, which may be `finish` */
  uint32_t in_row;             /* input row that `in` and `in2` begin with */
  uint8_t *in, *in2, *out, *constants; /* in L2: of the stripe; of the slice */
  stripe_t out_stripe;
} at;

static uint32_t constants_offset(uint32_t channel) { return channel / layer.tile_c * layer.constants_tile_bytes; }

static uint32_t slice_bytes(uint32_t slice) {
  if (layer.constants_tile_bytes == 0) return layer.constants_bytes;
  uint32_t from = constants_offset(slice);
  uint32_t end = slice + layer.slice_c >= layer.out_c ? layer.constants_bytes : constants_offset(slice + layer.slice_c);
  return end - from;
}

static void enter_slice(uint32_t slice) {
  at.slice = slice;
  at.slice_end = least(slice + layer.slice_c, layer.out_c);
  at.c = slice;
  at.constants = layer.constants.l2[0] + constants_offset(slice);
  if (layer.constants_bytes == 0 || layer.constants.l3 == L3_NONE) return;
  at.constants = enter(&streams[CONSTANTS], &layer.constants, slice, constants_offset(slice), slice_bytes(slice));
  uint32_t next = at.slice_end < layer.out_c ? at.slice_end : 0;
  if (next || at.stripe_end < layer.out_h) {
    look_ahead(&streams[CONSTANTS], &layer.constants, next, constants_offset(next), slice_bytes(next));
  }
}

static window_t stripe_rows(uint32_t stripe) {
  uint32_t rows = least(layer.stripe_h, layer.out_h - stripe);
  return window(stripe, rows, &axis_h);
}

static uint8_t *enter_in(stream_t *s, const operand_t *o, uint32_t channels, window_t rows) {
  uint32_t row_bytes = layer.in_w * channels;
  if (o->l3 == L3_NONE) return o->l2[0] + rows.first * row_bytes;
  uint8_t *place = enter(s, o, at.stripe, rows.first * row_bytes, rows.count * row_bytes);
  if (at.stripe_end < layer.out_h) {
    window_t next = stripe_rows(at.stripe_end);
    look_ahead(s, o, at.stripe_end, next.first * row_bytes, next.count * row_bytes);
  }
  return place;
}

static void enter_stripe(uint32_t stripe) {
  at.stripe = stripe;
  at.stripe_end = least(stripe + layer.stripe_h, layer.out_h);
  window_t rows = stripe_rows(stripe);
  at.in_row = rows.first;
  at.in = enter_in(&streams[IN], &layer.in, layer.in_c, rows);
  if (layer.in2.l2[0]) at.in2 = enter_in(&streams[IN2], &layer.in2, layer.in2_c, rows);

  uint32_t row_bytes = (uint32_t)layer.out_w * layer.out_c * layer.out_bytes;
  uint32_t buffer = layer.out.l2[0] != layer.out.l2[1] ? at.out_stripe.buffer ^ 1 : 0;
  if (layer.out.l3 == L3_NONE) {
    at.out = layer.out.l2[0] + stripe * row_bytes;
  } else {
    uint32_t l3 = layer.out.l3 + stripe * row_bytes;
    at.out = layer.out.l2[buffer] + (l3 & 3);
    at.out_stripe = (stripe_t){at.out, l3, (at.stripe_end - stripe) * row_bytes, buffer};
  }
  at.y = stripe;
  at.x = 0;
  enter_slice(0);
}

/* To the next tile, or the next step of this one; false if there is none. `*stripe_ended`: the tile before was the last of its stripe. */
static bool step(bool *stripe_ended) {
  *stripe_ended = false;
  if (at.depth != at.last_depth) {
    at.depth += layer.depth_c;
    return true;
  }
  at.depth = 0;
  if (layer.order == INPUT_STAYS) {
    at.c += layer.tile_c;
    if (at.c < at.slice_end) return true;
    at.c = at.slice;
  }
  at.x += layer.tile_w;
  if (at.x < layer.out_w) return true;
  at.x = 0;
  at.y += layer.tile_h;
  if (at.y < at.stripe_end) return true;
  at.y = at.stripe;
  if (layer.order == CONSTANTS_STAY) {
    at.c += layer.tile_c;
    if (at.c < at.slice_end) return true;
  }
  if (at.slice_end < layer.out_c) {
    enter_slice(at.slice_end);
    return true;
  }
  *stripe_ended = true;
  if (at.stripe_end == layer.out_h) return false;
  enter_stripe(at.stripe_end);
  return true;
}

/* -------------------------------------------------------------------------------------------------- moves */

/* A block of rows x columns x channels, dense in L1, part of a tensor in L2. */
typedef struct {
  uint8_t *l1, *l2;
  uint32_t rows, row_stride; /* bytes between rows in L2 */
  uint32_t columns, column;  /* bytes of a column (its channels) */
  uint32_t column_stride;    /* bytes between columns in L2 */
} block_t;

static void move(uint32_t direction, const block_t *b) {
  uint32_t row = b->columns * b->column;
  if (b->columns * b->column_stride == b->row_stride) { /* whole rows of the tensor: one grid of columns */
    dma_2d(direction, b->l1, b->l2, b->rows * b->columns, b->column, b->column_stride);
  } else if (b->column == b->column_stride) { /* whole channels: one grid of rows */
    dma_2d(direction, b->l1, b->l2, b->rows, row, b->row_stride);
  } else {
    uint8_t *l1 = b->l1, *l2 = b->l2;
    for (uint32_t i = b->rows; i; i--, l1 += row, l2 += b->row_stride) {
      dma_2d(direction, l1, l2, b->columns, b->column, b->column_stride);
    }
  }
}

/* What the two L1 buffers of an operand hold, or NOTHING: of an input the index of the first output element that
 * needs it, of constants their first byte. */
typedef struct {
  uint32_t key[2];
  uint32_t now;
} held_t;

/* A tile from its description to the end of its store. */
typedef struct {
  work_t work;
  bool stores; /* its output is complete: no step that others follow */
  block_t store;
  stripe_t stripe;  /* of an output in L3: the stripe it belongs to */
  bool ends_stripe; /* it is the last tile of the stripe */
} job_t;

enum { JOBS = 3 }; /* tile t-1 is stored or even still computed, t computes, t+1 is described */
static IN_L1 job_t jobs[JOBS];

/* The loads of the tile that was described last, and which of them are to be done. */
enum { LOAD_IN = 1, LOAD_IN2 = 2, LOAD_CONSTANTS = 4 };
static IN_L1 block_t load_in;
static IN_L1 uint8_t *load_in2_l1, *load_in2_l2;
static IN_L1 struct {
  uint8_t *l1, *l2;
  uint32_t bytes;
} load_constants;
static IN_L1 uint32_t loads;
static IN_L1 bool single; /* a load goes where the tile that is computed has its operand */

static IN_L1 held_t held_in, held_constants;

/* Chooses the buffer for `key`; true if it must be loaded. */
static bool choose(held_t *held, uint8_t *const buffers[2], uint32_t key) {
  if (held->key[held->now] == key) return false;
  bool two = buffers[0] != buffers[1];
  if (two) held->now ^= 1;
  if (held->key[held->now] == key) return false;
  held->key[held->now] = key;
  if (!two) single = true;
  return true;
}

/* What a step, or a tile that is not cut in depth, reads. */
typedef struct {
  uint32_t in_first;       /* input channel */
  uint32_t constants;      /* their first byte */
  uint32_t constants_bytes;
  bool reads; /* the input; `finish` reads sums instead */
} part_t;

/* Narrows the description of a tile of `c` channels down to the step at which the walk stands. */
static __attribute__((noinline)) void describe_step(job_t *job, uint32_t c, part_t *part) {
  tile_t *tile = &job->work.tile;
  const uint32_t blocks = (c + 3) / 4, steps = at.depth / layer.depth_c;
  uint32_t here = least(layer.depth_c, layer.group_in - at.depth);
  part->constants += steps * blocks * layer.step_block_bytes;
  part->constants_bytes = blocks * (here < layer.depth_c ? layer.last_block_bytes : layer.step_block_bytes);
  job->work.kernel = at.depth ? layer.accumulate : layer.kernel;
  job->stores = at.depth == at.last_depth;
  if (at.depth >= layer.group_in) {
    part->reads = false;
    part->constants -= blocks * (layer.step_block_bytes - layer.last_block_bytes);
    part->constants_bytes = blocks * layer.finish_block_bytes;
    job->work.kernel = layer.finish;
    tile->in = layer.l1_sums;
    here = c;
  } else {
    part->in_first = at.c / layer.group_out * layer.group_in + at.depth;
    load_in.column = here;
    if (layer.finish) tile->out = layer.l1_sums;
  }
  tile->in_c = (uint16_t)here;
}

/* Describes the tile at which the walk stands, and what must be loaded for it. */
static void describe(job_t *job, uint8_t *out) {
  tile_t *tile = &job->work.tile;
  loads = 0;
  single = false;

  uint32_t c = least(layer.tile_c, at.slice_end - at.c);
  tile->out_c = (uint16_t)c;
  part_t part = {0, 0, layer.constants_bytes, true};
  if (layer.channelwise) {
    part.in_first = at.c;
    tile->in_c = (uint16_t)c;
    load_in.column = c;
  }
  if (part.constants_bytes && layer.constants_tile_bytes) {
    part.constants = constants_offset(at.c);
    part.constants_bytes = least(layer.constants_tile_bytes, layer.constants_bytes - part.constants);
  }
  tile->out = out;
  if (layer.depth_c) describe_step(job, c, &part);

  uint32_t h = least(layer.tile_h, at.stripe_end - at.y);
  uint32_t w = least(layer.tile_w, layer.out_w - at.x);
  tile->out_h = (uint16_t)h;
  tile->out_w = (uint16_t)w;
  window_t rows = window(at.y, h, &axis_h);
  tile->in_h = (uint16_t)rows.count;
  tile->pad_top = (uint8_t)rows.pad;
  window_t columns = window(at.x, w, &axis_w);
  tile->in_w = (uint16_t)columns.count;
  tile->pad_left = (uint8_t)columns.pad;

  if (part.reads) {
    if (choose(&held_in, layer.l1_in, (at.y * layer.out_w + at.x) * layer.in_c + part.in_first)) {
      uint32_t offset = (rows.first - at.in_row) * load_in.row_stride + columns.first * load_in.column_stride + part.in_first;
      load_in.l1 = layer.l1_in[held_in.now];
      load_in.l2 = at.in + offset;
      load_in.rows = rows.count;
      load_in.columns = columns.count;
      loads = LOAD_IN;
      if (at.in2) {
        load_in2_l1 = layer.l1_in2[held_in.now];
        load_in2_l2 = at.in2 + offset;
        if (layer.in2_c != layer.in_c) {
          load_in2_l2 = at.in2 + ((rows.first - at.in_row) * layer.in_w + columns.first) * layer.in2_c;
        }
        loads = LOAD_IN | LOAD_IN2;
      }
    }
    tile->in = layer.l1_in[held_in.now];
    tile->in2 = layer.l1_in2[held_in.now];
  }

  if (part.constants_bytes && choose(&held_constants, layer.l1_constants, part.constants)) {
    load_constants.l1 = layer.l1_constants[held_constants.now];
    load_constants.l2 = at.constants + (part.constants - constants_offset(at.slice));
    load_constants.bytes = part.constants_bytes;
    loads |= LOAD_CONSTANTS;
  }
  tile->constants = layer.l1_constants[held_constants.now];

  block_t *store = &job->store;
  store->l1 = out;
  store->l2 = at.out + (at.y - at.stripe) * store->row_stride + at.x * store->column_stride + at.c * layer.out_bytes;
  store->rows = h;
  store->columns = w;
  store->column = c * layer.out_bytes;
  if (layer.out.l3 != L3_NONE) job->stripe = at.out_stripe;
}

/* A tile of in2 whose channels are not as many as those of in. */
static __attribute__((noinline)) void move_other(block_t block) {
  block.column = block.column_stride = layer.in2_c;
  block.row_stride = (uint32_t)layer.in_w * layer.in2_c;
  move(DMA_IN, &block);
}

static void load(void) {
  if (loads & LOAD_IN) move(DMA_IN, &load_in);
  if (loads & LOAD_IN2) {
    load_in.l1 = load_in2_l1;
    load_in.l2 = load_in2_l2;
    if (layer.in2_c == layer.in_c) {
      move(DMA_IN, &load_in);
    } else {
      move_other(load_in);
    }
  }
  if (loads & LOAD_CONSTANTS) dma_1d(DMA_IN, load_constants.l1, load_constants.l2, load_constants.bytes);
}

/* Whether the stripe and slice of the described tile have come from L3. */
static bool pieces_here(void) {
  for (int i = 0; i < STREAMS; i++) {
    if (!l3_done(streams[i].ticket[streams[i].now])) return false;
  }
  return true;
}

static void wait_for_pieces(void) {
  for (int i = 0; i < STREAMS; i++) l3_wait(streams[i].ticket[streams[i].now]);
}

/* ------------------------------------------------------------------------------------------------- conduct */

static IN_L1 l3_ticket_t write_ticket[2]; /* the last write to L3 out of each L2 buffer of the output */
static IN_L1 stripe_t stored;             /* bytes != 0: a stripe whose last store is under way */

/* Starts the store of a computed tile, if it is complete. */
static void store(const job_t *job) {
  if (!job->stores) return;
  if (layer.out.l3 != L3_NONE) {
    l3_wait(write_ticket[job->stripe.buffer]);
    if (job->ends_stripe) stored = job->stripe;
  }
  move(DMA_OUT, &job->store);
}

/* Waits for all stores and loads; a stripe that is then complete in L2 goes to L3. */
static void wait_for_moves(uint32_t counter) {
  dma_wait(counter);
  if (stored.bytes) {
    write_ticket[stored.buffer] = l3_write(stored.l3, stored.l2, stored.bytes);
    stored.bytes = 0;
  }
}

/* Whether anything but prefetches goes to or from L3 while the layer runs. */
static bool uses_l3(void) {
  return layer.out.l3 != L3_NONE || layer.in.l3 != L3_NONE || (layer.in2.l2[0] && layer.in2.l3 != L3_NONE) ||
         (layer.constants_bytes && layer.constants.l3 != L3_NONE);
}

/* Whether pieces are still to be asked for once the first tile computes: prefetches must not stand in their way long. */
static bool asks_again(void) {
  return layer.out.l3 != L3_NONE || layer.stripe_h < layer.out_h || layer.slice_c < layer.out_c;
}

/* Computes what is the same for all tiles, and describes the first. */
static void begin(void) {
  const geometry_t *g = &layer.geometry;
  axis_h = (axis_t){g->stride_h, (g->kernel_h - 1u) * g->dilation_h + 1, layer.pad_top, layer.in_h};
  axis_w = (axis_t){g->stride_w, (g->kernel_w - 1u) * g->dilation_w + 1, layer.pad_left, layer.in_w};
  if (!layer.in2_c) layer.in2_c = layer.in_c;
  load_in.column = load_in.column_stride = layer.in_c;
  load_in.row_stride = (uint32_t)layer.in_w * layer.in_c;
  for (int i = 0; i < JOBS; i++) {
    jobs[i].work.tile.in_c = layer.in_c;
    jobs[i].work.tile.geometry = g;
    jobs[i].work.tile.scratch = layer.l1_scratch;
    jobs[i].work.kernel = layer.kernel;
    jobs[i].stores = true;
    jobs[i].store.column_stride = (uint32_t)layer.out_c * layer.out_bytes;
    jobs[i].store.row_stride = layer.out_w * jobs[i].store.column_stride;
  }
  for (int i = 0; i < STREAMS; i++) {
    streams[i].ticket[0] = streams[i].ticket[1] = 0;
    streams[i].key[0] = streams[i].key[1] = NOTHING;
    streams[i].now = 1; /* buffer 0 comes next */
  }
  held_in.key[0] = held_in.key[1] = held_constants.key[0] = held_constants.key[1] = NOTHING;
  held_in.now = held_constants.now = 1;
  at.in2 = 0;
  at.out_stripe.buffer = 1;
  write_ticket[0] = write_ticket[1] = 0;
  stored.bytes = 0;
  turn_count = 0;
  at.depth = at.last_depth = 0;
  if (layer.depth_c) {
    uint32_t steps = (layer.group_in - 1u) / layer.depth_c + (layer.finish ? 1 : 0);
    at.last_depth = steps * layer.depth_c;
  }
  enter_stripe(0);
  describe(&jobs[0], layer.l1_out[0]);
}

static void conduct(const layer_t *l) {
  uint32_t counter = dma_begin();
  dma_1d(DMA_IN, &layer, (void *)l, sizeof layer);
  dma_wait(counter);
  begin();
  const bool streamed = uses_l3();
  l3_background_piece(streamed && asks_again() ? 0x1000 : 0x10000);
  l3_prefetch(layer.prefetch.l3, layer.prefetch.l2, layer.prefetch.bytes);

  const bool early_store = !layer.overlap || layer.l1_out[0] == layer.l1_out[1]; /* before the next tile is computed */
  job_t *last = 0, *now = &jobs[0], *next = &jobs[1];
  uint32_t number = 0;
  bool more = true;
  counter = dma_begin();
  if (streamed) wait_for_pieces();
  load();
  while (more) {
    wait_for_moves(counter);
    l3_progress();
    more = step(&now->ends_stripe);
    if (now->stores) number++;
    if (more) describe(next, layer.l1_out[number & 1]);
    give_turn(&now->work);

    counter = dma_begin();
    if (last && !early_store) store(last);
    bool late = !layer.overlap || (early_store && now->stores) || single || (streamed && !pieces_here());
    if (more && !late) load();
    now->work.kernel(&now->work.tile);

    last = now;
    now = next;
    next = next == &jobs[JOBS - 1] ? &jobs[0] : next + 1;
    if (more && !late) continue;
    give_turn(PAUSE);
    if (early_store || !more) {
      wait_for_moves(counter); /* the tile before may end a stripe, too: one at a time */
      counter = dma_begin();
      store(last);
    }
    if (!more) break;
    if (!layer.overlap) {
      wait_for_moves(counter);
      counter = dma_begin();
    }
    if (streamed) wait_for_pieces();
    load();
  }
  wait_for_moves(counter);
  if (streamed) l3_settle();
  give_turn(END);
}

void layer_run(const layer_t *l) {
  cluster_barrier(); /* every core has seen the end of the layer before: turn[] is free */
  if (NUM_CORES == 1 || core_id() == 0) {
    conduct(l);
  } else {
    follow();
  }
}
