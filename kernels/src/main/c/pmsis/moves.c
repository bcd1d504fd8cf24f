#include "moves.h"

#include "dma.h"
#include "l3.h"
#include "runtime.h"
#include "turn.h"

static FABRIC_DATA uint32_t counter;            /* of the transfers under way */
static FABRIC_DATA bool moving;                 /* whether there is one */
static FABRIC_DATA uint32_t moving_since;       /* cycle in which the first transfer under way was started; 0: none */
static FABRIC_DATA uint32_t way_is_free;        /* cycle from which nothing is booked of the way out of the cluster */
static FABRIC_DATA stripe_t stored;             /* bytes != 0: a stripe whose last store is under way */
static FABRIC_DATA l3_ticket_t write_ticket[2]; /* the last write to L3 out of each L2 buffer of the output */

static FABRIC void note_move(void) {
  if (!moving_since) moving_since = cluster_cycles() | 1;
}

FABRIC void move(uint32_t direction, const block_t *b) {
  note_move();
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

FABRIC void move_bytes(uint32_t direction, void *l1, void *l2, uint32_t bytes) {
  note_move();
  dma_1d(direction, l1, l2, bytes);
}

FABRIC bool moves_are_done(void) { return !moving || dma_done(counter); }

FABRIC void moves_progress(void) {
  l3_progress();
  if (stored.bytes && moves_are_done()) {
    write_ticket[stored.buffer] = l3_write(stored.l3, stored.l2, stored.bytes);
    stored.bytes = 0;
  }
}

FABRIC void moves_begin(void) {
  counter = dma_begin();
  moving = true;
}

FABRIC void moves_wait(void) {
  for (;;) {
    moves_progress();
    if (moves_are_done()) break;
    l3_sleep();
  }
  moves_progress();
  if (moving) dma_wait(counter);
  moving = false;
  if (moving_since) { /* booked is twice as long, and a third more beside L3 */
    uint32_t now = cluster_cycles(), moved = now - moving_since;
    way_is_free = now + moved + moved / 2;
    moving_since = 0;
  }
}

/* Core 0 would wait for the way out of the cluster before it could wake this core, and the next turn with it: so this core looks for
 * itself until the way is free. */
FABRIC void moves_wait_for_turn(uint32_t turn) {
  bool sleeps = false;
  for (;;) {
    moves_progress();
    if (turn_has_ended(turn)) break;
    if (sleeps) {
      l3_sleep();
    } else if ((int32_t)(cluster_cycles() - way_is_free) >= 0) {
      sleeps = true;
      turn_await(true);
    }
  }
  if (sleeps) turn_await(false);
}

FABRIC void stripes_begin(void) { write_ticket[0] = write_ticket[1] = 0; }

FABRIC void stripe_wait(const stripe_t *stripe) { l3_wait(write_ticket[stripe->buffer]); }

FABRIC void stripe_write_behind(const stripe_t *stripe) { stored = *stripe; }
