/* Runs layers: stripes x slices x tiles, as include/layer.h states it.
 *
 * The fabric controller conducts. It walks over the tiles, derives every coordinate from the output, moves the operands, and gives the
 * cores of the cluster a turn for each tile (turn.h); they do nothing but compute. With overlap, while they compute tile t:
 *
 *     store tile t-1, start to load tile t+1, describe tile t+2, wait for the loads, give turn t+1
 *
 * What cannot run beside the computation of tile t (overlap == 0, an operand with a single buffer) is done when turn t has ended.
 * Behind the last tile's turn layer_run() returns: the next layer is prepared while that tile is computed, and completes this one
 * before it touches memory that this one uses.
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
#include "moves.h"
#include "runtime.h"
#include "stream.h"
#include "turn.h"

static IN_L1 layer_t layer;            /* copy of the layer whose tiles are described: 1 cycle a field instead of 9 and more */
static IN_L1 geometry_t geometries[2]; /* of this layer and the one before, whose last tile may still be computed */
static FABRIC_DATA uint32_t geometry;  /* the one of this layer */

static inline uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }

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

static FABRIC_DATA axis_t axis_h, axis_w;

static FABRIC window_t window(uint32_t from, uint32_t count, const axis_t *axis) {
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

/* ------------------------------------------------------------------------------------------------ the walk */

enum { IN, IN2, CONSTANTS, STREAMS };
static FABRIC_DATA stream_t streams[STREAMS];

/* Where the walk over the tiles stands: the tile that is prepared, in its slice, in its stripe. Output coordinates. */
static FABRIC_DATA struct {
  uint32_t stripe, stripe_end; /* rows */
  uint32_t slice, slice_end;   /* channels */
  uint32_t y, x, c;            /* first element of the tile */
  uint32_t depth, last_depth;  /* first input channel of the step, in the group; of the last step, which may be `finish` */
  uint32_t in_row;             /* input row that `in` and `in2` begin with */
  uint8_t *in, *in2, *out, *constants; /* in L2: of the stripe; of the slice */
  stripe_t out_stripe;
} at;

static FABRIC uint32_t constants_offset(uint32_t channel) { return channel / layer.tile_c * layer.constants_tile_bytes; }

static FABRIC piece_t slice_piece(uint32_t slice) {
  if (layer.constants_tile_bytes == 0) return (piece_t){slice, 0, layer.constants_bytes};
  uint32_t from = constants_offset(slice);
  uint32_t end = slice + layer.slice_c >= layer.out_c ? layer.constants_bytes : constants_offset(slice + layer.slice_c);
  return (piece_t){slice, from, end - from};
}

static FABRIC void enter_slice(uint32_t slice) {
  at.slice = slice;
  at.slice_end = least(slice + layer.slice_c, layer.out_c);
  at.c = slice;
  at.constants = layer.constants.l2[0] + constants_offset(slice);
  if (layer.constants_bytes == 0 || layer.constants.l3 == L3_NONE) return;
  at.constants = stream_enter(&streams[CONSTANTS], &layer.constants, slice_piece(slice));
  uint32_t next = at.slice_end < layer.out_c ? at.slice_end : 0;
  if (next || at.stripe_end < layer.out_h) stream_look_ahead(&streams[CONSTANTS], &layer.constants, slice_piece(next));
}

static FABRIC window_t stripe_rows(uint32_t stripe) { return window(stripe, least(layer.stripe_h, layer.out_h - stripe), &axis_h); }

static FABRIC uint8_t *enter_in(stream_t *s, const operand_t *o, uint32_t channels, window_t rows) {
  uint32_t row_bytes = layer.in_w * channels;
  if (o->l3 == L3_NONE) return o->l2[0] + rows.first * row_bytes;
  uint8_t *place = stream_enter(s, o, (piece_t){at.stripe, rows.first * row_bytes, rows.count * row_bytes});
  if (at.stripe_end < layer.out_h) {
    window_t next = stripe_rows(at.stripe_end);
    stream_look_ahead(s, o, (piece_t){at.stripe_end, next.first * row_bytes, next.count * row_bytes});
  }
  return place;
}

static FABRIC void enter_stripe(uint32_t stripe) {
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
    at.out_stripe.bytes = 0;
  } else {
    uint32_t l3 = layer.out.l3 + stripe * row_bytes;
    at.out = layer.out.l2[buffer] + (l3 & 3);
    at.out_stripe = (stripe_t){at.out, l3, (at.stripe_end - stripe) * row_bytes, buffer};
  }
  at.y = stripe;
  at.x = 0;
  enter_slice(0);
}

/* To the next tile of the stripe and slice, or the next step of this one; false if there is none. */
static FABRIC bool step(void) {
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
  return false;
}

/* Behind the last tile of a stripe and slice: to the first of the next; false if there is none. */
static FABRIC bool step_over(void) {
  if (at.slice_end < layer.out_c) {
    enter_slice(at.slice_end);
  } else {
    if (at.stripe_end == layer.out_h) return false;
    enter_stripe(at.stripe_end);
  }
  return true;
}

/* ------------------------------------------------------------------------------------------------- a tile */

/* What the two L1 buffers of an operand hold, or NOTHING: of an input the index of the first output element that
 * needs it, of constants their first byte. */
typedef struct {
  uint32_t key[2];
  uint32_t now;
} held_t;

static FABRIC_DATA held_t held_in, held_constants;
static FABRIC_DATA uint32_t out_buffer; /* of L1, that the next tile writes to */

/* A tile from its description to the end of its store. */
typedef struct {
  work_t *work;
  uint32_t turn;       /* in which it is computed */
  bool stores;         /* its output is complete: no step that others follow */
  bool ends_stripe;    /* it is the last tile of the stripe */
  bool single;         /* a load goes where the tile before has its operand */
  bool loads_in, loads_in2, loads_constants;
  block_t in, in2, constants;
  block_t out;
  stripe_t stripe; /* to which its output belongs */
} job_t;

enum { JOBS = 3 }; /* tile t is computed, and has been given; t+1 is loaded; t+2 is described */
static FABRIC_DATA job_t jobs[JOBS];
static IN_L1 work_t works[JOBS];

static FABRIC job_t *behind(job_t *job) { return job == &jobs[JOBS - 1] ? &jobs[0] : job + 1; }

/* Chooses the buffer for `key`; true if it must be loaded. */
static FABRIC bool choose(job_t *job, held_t *held, uint8_t *const buffers[2], uint32_t key) {
  if (held->key[held->now] == key) return false;
  bool two = buffers[0] != buffers[1];
  if (two) held->now ^= 1;
  if (held->key[held->now] == key) return false;
  held->key[held->now] = key;
  if (!two) job->single = true;
  return true;
}

/* What a step, or a tile that is not cut in depth, reads. */
typedef struct {
  uint32_t in_first, in_count; /* input channels */
  uint32_t constants;          /* their first byte */
  uint32_t constants_bytes;
  bool reads; /* the input; `finish` reads sums instead */
} part_t;

/* Narrows the description of a tile of `c` channels down to the step at which the walk stands. */
static FABRIC void describe_step(job_t *job, uint32_t c, part_t *part) {
  tile_t *tile = &job->work->tile;
  const uint32_t blocks = (c + 3) / 4, steps = at.depth / layer.depth_c;
  uint32_t here = least(layer.depth_c, layer.group_in - at.depth);
  part->constants += steps * blocks * layer.step_block_bytes;
  part->constants_bytes = blocks * (here < layer.depth_c ? layer.last_block_bytes : layer.step_block_bytes);
  job->work->kernel = at.depth ? layer.accumulate : layer.kernel;
  job->stores = at.depth == at.last_depth;
  if (at.depth >= layer.group_in) {
    part->reads = false;
    part->constants -= blocks * (layer.step_block_bytes - layer.last_block_bytes);
    part->constants_bytes = blocks * layer.finish_block_bytes;
    job->work->kernel = layer.finish;
    tile->in = layer.l1_sums;
    part->in_count = c;
  } else {
    part->in_first = at.c / layer.group_out * layer.group_in + at.depth;
    part->in_count = here;
    if (layer.finish) tile->out = layer.l1_sums;
  }
}

/* What of the input must be loaded for a tile. */
static FABRIC void describe_in(job_t *job, window_t rows, window_t columns, const part_t *part) {
  tile_t *tile = &job->work->tile;
  if (choose(job, &held_in, layer.l1_in, (at.y * layer.out_w + at.x) * layer.in_c + part->in_first)) {
    const uint32_t row_stride = (uint32_t)layer.in_w * layer.in_c;
    const uint32_t row = rows.first - at.in_row;
    const uint32_t offset = row * row_stride + columns.first * layer.in_c + part->in_first;
    job->loads_in = true;
    job->in = (block_t){layer.l1_in[held_in.now], at.in + offset, rows.count, row_stride, columns.count, part->in_count, layer.in_c};
    if (at.in2) {
      job->loads_in2 = true;
      fabric_copy(&job->in2, &job->in, sizeof job->in);
      job->in2.l1 = layer.l1_in2[held_in.now];
      job->in2.l2 = at.in2 + offset;
      if (layer.in2_c != layer.in_c) { /* all of its channels, whichever those of `in` are */
        job->in2.l2 = at.in2 + (row * layer.in_w + columns.first) * layer.in2_c;
        job->in2.column = job->in2.column_stride = layer.in2_c;
        job->in2.row_stride = (uint32_t)layer.in_w * layer.in2_c;
      }
    }
  }
  tile->in = layer.l1_in[held_in.now];
  tile->in2 = layer.l1_in2[held_in.now];
}

/* Describes the tile at which the walk stands, and what must be loaded for it. */
static FABRIC void describe(job_t *job) {
  tile_t *tile = &job->work->tile;
  job->stores = true;
  job->single = job->ends_stripe = job->loads_in = job->loads_in2 = job->loads_constants = false;
  job->work->kernel = layer.kernel;
  tile->geometry = &geometries[geometry];
  tile->scratch = layer.l1_scratch;

  uint32_t c = least(layer.tile_c, at.slice_end - at.c);
  tile->out_c = (uint16_t)c;
  part_t part = {0, layer.in_c, 0, layer.constants_bytes, true};
  if (layer.channelwise) {
    part.in_first = at.c;
    part.in_count = c;
  }
  if (part.constants_bytes && layer.constants_tile_bytes) {
    part.constants = constants_offset(at.c);
    part.constants_bytes = least(layer.constants_tile_bytes, layer.constants_bytes - part.constants);
  }
  uint8_t *out = layer.l1_out[out_buffer];
  tile->out = out;
  if (layer.depth_c) describe_step(job, c, &part);
  tile->in_c = (uint16_t)part.in_count;

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

  if (part.reads) describe_in(job, rows, columns, &part);
  if (part.constants_bytes && choose(job, &held_constants, layer.l1_constants, part.constants)) {
    uint8_t *l2 = at.constants + (part.constants - constants_offset(at.slice));
    job->loads_constants = true;
    job->constants = (block_t){.l1 = layer.l1_constants[held_constants.now], .l2 = l2, .column = part.constants_bytes};
  }
  tile->constants = layer.l1_constants[held_constants.now];

  const uint32_t column_stride = (uint32_t)layer.out_c * layer.out_bytes, row_stride = layer.out_w * column_stride;
  uint8_t *l2 = at.out + (at.y - at.stripe) * row_stride + at.x * column_stride + at.c * layer.out_bytes;
  job->out = (block_t){out, l2, h, row_stride, w, c * layer.out_bytes, column_stride};
  job->stripe = at.out_stripe;
  if (job->stores) out_buffer ^= 1;
}

static FABRIC void load(const job_t *job) {
  if (job->loads_in) move(DMA_IN, &job->in);
  if (job->loads_in2) move(DMA_IN, &job->in2);
  if (job->loads_constants) move_bytes(DMA_IN, job->constants.l1, job->constants.l2, job->constants.column);
}

/* Starts the store of a computed tile, if it is complete. */
static FABRIC void store(const job_t *job) {
  if (!job->stores) return;
  if (job->stripe.bytes) {
    stripe_wait(&job->stripe);
    if (job->ends_stripe) stripe_write_behind(&job->stripe);
  }
  move(DMA_OUT, &job->out);
}

/* ------------------------------------------------------------------------------------------------- a layer */

static FABRIC_DATA bool streamed;      /* anything but prefetches goes to or from L3 while the layer runs */
static FABRIC_DATA job_t *last_job;    /* whose turn was given, and whose output is not stored; NULL: no layer is under way */

/* Whether the stripe and slice of the tile that was described last have come from L3. */
static FABRIC bool pieces_are_here(void) {
  return stream_is_here(&streams[IN]) && stream_is_here(&streams[IN2]) && stream_is_here(&streams[CONSTANTS]);
}

static FABRIC void wait_for_pieces(void) {
  if (!streamed || pieces_are_here()) return;
  for (;;) {
    moves_progress();
    if (pieces_are_here()) break;
    l3_sleep();
  }
}

static FABRIC bool is_in_l3(const operand_t *o) { return o->l2[0] && o->l3 != L3_NONE; }

/* Whether the first tile can be described without a transfer from L3. */
static FABRIC bool begins_in_l2(void) {
  if (is_in_l3(&layer.in) || is_in_l3(&layer.in2)) return false;
  if (layer.constants_bytes == 0 || layer.constants.l3 == L3_NONE) return true;
  return layer.slice_c >= layer.out_c && stream_is_prefetched(&layer.constants, slice_piece(0));
}

/* Takes a layer over and computes what is the same for all tiles. Its description comes by DMA, which does not wait for what
 * it has itself booked. */
static FABRIC void prepare(const layer_t *l) {
  const geometry_t *g = &layer.geometry;
  dma_copy(DMA_IN, &layer, (void *)l, sizeof layer);
  geometry ^= 1;
  fabric_copy(&geometries[geometry], g, sizeof *g);
  axis_h = (axis_t){g->stride_h, (g->kernel_h - 1u) * g->dilation_h + 1, layer.pad_top, layer.in_h};
  axis_w = (axis_t){g->stride_w, (g->kernel_w - 1u) * g->dilation_w + 1, layer.pad_left, layer.in_w};
  if (!layer.in2_c) layer.in2_c = layer.in_c;
  for (int i = 0; i < STREAMS; i++) stream_begin(&streams[i]);
  held_in.key[0] = held_in.key[1] = held_constants.key[0] = held_constants.key[1] = NOTHING;
  held_in.now = held_constants.now = 1;
  out_buffer = 0;
  at.in2 = 0;
  at.out_stripe.buffer = 1;
  at.depth = at.last_depth = 0;
  if (layer.depth_c) {
    uint32_t steps = (layer.group_in - 1u) / layer.depth_c + (layer.finish ? 1 : 0);
    at.last_depth = steps * layer.depth_c;
  }
}

/* Describes the tile behind `job`, for which all loads have been started; false if that is the last. */
static FABRIC bool describe_next(job_t *job) {
  if (!step()) {
    job->ends_stripe = at.slice_end == layer.out_c;
    if (streamed) moves_wait(); /* the pieces of `job` may be overwritten now */
    if (!step_over()) return false;
  }
  describe(behind(job));
  return true;
}

FABRIC bool layer_is_under_way(void) { return last_job != 0; }

FABRIC void layer_complete(void) {
  if (!last_job) return;
  moves_wait(); /* the tile before may end a stripe, too: one at a time */
  moves_wait_for_turn(last_job->turn);
  moves_begin();
  store(last_job);
  moves_wait();
  if (streamed) l3_settle();
  last_job = 0;
  layer_is_complete();
}

static FABRIC_DATA kernel_t *warm; /* ran last: its code is in the cores' instruction cache */

/* Before the first turn of a kernel whose code is not in the cache. The DMA moves two words a cycle and books the way to L2 for one; a
 * line that is missed waits until all booked is over, and the next line as long again. A load of the fabric controller waits once. L3
 * books another word in four cycles meanwhile: so it waits again, a quarter as long each time. */
static FABRIC void await_way_to_l2(const layer_t *anything) {
  if (layer.kernel != warm) {
    for (int i = 0; i < 4; i++) (void)*(volatile const uint32_t *)anything;
  }
  warm = layer.kernel;
}

/* Loads of the fabric controller from L2 would wait until all that the DMA has booked is over; what the DMA moves does not. */
static FABRIC void prefetch(void) {
  static IN_L1 l3_load_t next;
  for (uint32_t i = 0; i < layer.prefetch_count; i++) {
    dma_copy(DMA_IN, &next, (void *)&layer.prefetches[i], sizeof next);
    l3_prefetch(next.l3, next.l2, next.bytes);
  }
}

FABRIC void layer_run(const layer_t *l) {
  if (!jobs[0].work) {
    for (int i = 0; i < JOBS; i++) jobs[i].work = &works[i];
  }
  job_t *now = last_job ? behind(last_job) : &jobs[0];
  prepare(l);
  const bool early = begins_in_l2();
  if (early) {
    enter_stripe(0);
    describe(now);
  }
  layer_complete();
  streamed = is_in_l3(&layer.out) || is_in_l3(&layer.in) || is_in_l3(&layer.in2) ||
             (layer.constants_bytes && layer.constants.l3 != L3_NONE);
  stripes_begin();
  if (!early) {
    enter_stripe(0);
    describe(now);
  }
  const bool early_store = !layer.overlap || layer.l1_out[0] == layer.l1_out[1]; /* before the next tile is computed */
  wait_for_pieces();
  moves_begin();
  load(now);
  bool described = !moves_are_done(), more = described && describe_next(now);
  for (job_t *before = 0;; before = now, now = behind(now)) {
    moves_wait();
    if (!before) await_way_to_l2(l);
    now->turn = turn_give(now->work);
    if (!before) prefetch();
    if (!described) more = describe_next(now);
    described = true;
    moves_begin();
    if (before) {
      moves_wait_for_turn(before->turn);
      if (!early_store) store(before);
    }
    if (!more) break;
    job_t *next = behind(now);
    const bool late = !layer.overlap || next->single;
    if (!late) {
      wait_for_pieces();
      load(next);
    }
    const bool stores = early_store && now->stores;
    if (late || stores) {
      moves_wait_for_turn(now->turn);
      if (stores) store(now);
      if (!layer.overlap) {
        moves_wait();
        moves_begin();
      }
      if (late) {
        wait_for_pieces();
        load(next);
      }
    }
    more = describe_next(next);
  }
  last_job = now;
}
