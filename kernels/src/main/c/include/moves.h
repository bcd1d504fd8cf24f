/* What the fabric controller moves for a layer: blocks between L2 and L1, and the stripes of an output that go on to L3; and how it
 * waits for them. Whatever it waits for, L3 goes on. */
#ifndef MARLIN_MOVES_H
#define MARLIN_MOVES_H

#include <stdbool.h>
#include <stdint.h>

/* A block of rows x columns x channels, dense in L1, part of a tensor in L2. */
typedef struct {
  uint8_t *l1, *l2;
  uint32_t rows, row_stride; /* bytes between rows in L2 */
  uint32_t columns, column;  /* bytes of a column (its channels) */
  uint32_t column_stride;    /* bytes between columns in L2 */
} block_t;

/* An output stripe on its way to L3. */
typedef struct {
  uint8_t *l2;
  uint32_t l3, bytes, buffer; /* bytes 0: the output lies in L2 */
} stripe_t;

/* Before moves that are waited for together. */
void moves_begin(void);

/* Starts a move. */
void move(uint32_t direction, const block_t *block);
void move_bytes(uint32_t direction, void *l1, void *l2, uint32_t bytes);

bool moves_are_done(void);

/* What goes on whatever is waited for: L3; a stripe that is complete in L2 goes there. */
void moves_progress(void);

/* Wait for all stores and loads; for the end of a turn. */
void moves_wait(void);
void moves_wait_for_turn(uint32_t turn);

/* Before the first stripe of a layer; until the L2 buffer of a stripe may be stored to; to write it when the moves that were started
 * are done. */
void stripes_begin(void);
void stripe_wait(const stripe_t *stripe);
void stripe_write_behind(const stripe_t *stripe);

#endif
