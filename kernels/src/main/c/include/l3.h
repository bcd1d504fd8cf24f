/* HyperRAM (L3): transfers to and from L2, queued and run by the uDMA. Only the fabric controller calls these.
 *
 * Two queues. Foreground requests run in the order in which they came. Background requests (prefetches of constants for
 * a later layer) run when no foreground request waits, cut into pieces so that a foreground request never waits long; from when they are claimed, in turn with them.
 * Nothing advances by itself: l3_progress() starts the next piece, and whoever waits does so too. The uDMA holds two
 * pieces at once.
 *
 * Any address and size is right, and bytes beside the range stay what they are, although the uDMA moves whole words: odd
 * ends go through a small buffer. Fast is: addresses of both sides and the size multiples of 4. */
#ifndef MARLIN_L3_H
#define MARLIN_L3_H

#include <stdbool.h>
#include <stdint.h>

#include "runtime.h"

typedef uint32_t l3_ticket_t; /* 0: nothing to wait for */

/* Before all others, and to forget prefetches that nobody claimed. No request may be under way. */
void l3_begin(void);

/* Reads L3 to L2. If exactly this was prefetched, nothing is read again: the ticket is the prefetch's. */
l3_ticket_t l3_read(uint32_t l3, void *l2, uint32_t bytes);

/* Whether exactly this was prefetched and is not claimed yet: l3_read() then starts nothing. */
bool l3_is_prefetched(uint32_t l3, const void *l2, uint32_t bytes);

/* Writes L2 to L3. `l2` may be reused when the ticket is done; L3 holds the bytes after l3_settle(). */
l3_ticket_t l3_write(uint32_t l3, const void *l2, uint32_t bytes);

/* Reads in the background; a later l3_read() of the same range to the same place claims it. While L3_PREFETCHES are not
 * claimed yet nothing more is fetched ahead. */
void l3_prefetch(uint32_t l3, void *l2, uint32_t bytes);
#define L3_PREFETCHES 16

/* Starts what can be started; returns at once. l3_progress() first looks whether a transfer has ended. */
void l3_advance(void);
extern struct l3_state {
  uint32_t requests; /* that are not done */
  uint32_t channel;  /* address of the uDMA's register that tells of what is under way ... */
  uint32_t watched;  /* ... and its bit that is set while nothing can be done; 0: always something */
} l3_state;
static inline void l3_progress(void) {
  if (l3_state.requests && !(REGISTER(l3_state.channel) & l3_state.watched)) l3_advance();
}

bool l3_done(l3_ticket_t ticket);
void l3_wait(l3_ticket_t ticket);

/* Sleeps until there may be something to advance, or anything else has happened. */
void l3_sleep(void);

/* Waits until all that was written is in the HyperRAM. */
void l3_settle(void);

#endif
