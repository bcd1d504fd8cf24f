/* HyperRAM through uDMA peripheral 3. The model of the bus: 82 cycles for each transfer, then one byte a cycle.
 *
 * A transfer is three registers and a start. The external address is a register of the bus: it is taken when the transfer
 * begins there, not when it is queued. So a transfer may be queued only while the one before it is surely under way:
 * a read behind a read. A write seems done when its last word has been fetched, about 20 cycles before it leaves the bus;
 * it runs alone, and the next transfer waits bus_cycles. */
#include "l3.h"

#include <string.h>

#include "runtime.h"

#define UDMA_CLOCKS 0x1a102780
#define HYPER 0x1a102180
#define HYPER_ADDRESS (HYPER + 0x20)
#define HYPER_CONFIG0 (HYPER + 0x28)
#define HYPER_CONFIG4 (HYPER + 0x38)
enum { START = 1u << 4, BUSY = 1u << 4, FULL = 1u << 5 };

enum { BUS_CYCLES = 40 }; /* of the tail of a write, at a byte a cycle */

enum { FOREGROUND, BACKGROUND };
enum { QUEUE = L3_PREFETCHES };       /* requests of each queue, a power of 2 */
enum { MAX_PIECE = 0x10000 };         /* the size field holds 17 bit */
enum { BACKGROUND_PIECE = 0x1000 };   /* so long may a request wait for what is fetched ahead, twice */
enum { ODD_BYTES = 64 };              /* of an odd end, or of a range whose two sides differ modulo 4 */

typedef struct {
  uint32_t l3, l2, bytes; /* what is still to be started */
  uint32_t write;
} request_t;

typedef struct {
  request_t request[QUEUE];
  uint32_t pushed, started, done; /* requests since l3_begin(), modulo 2^31 */
} queue_t;

FABRIC_DATA struct l3_state l3_state;
static FABRIC_DATA queue_t queues[2];
static FABRIC_DATA struct {
  uint32_t l3, l2, bytes;
  l3_ticket_t ticket;
} prefetched[L3_PREFETCHES];               /* and not claimed yet, in no order */
static FABRIC_DATA uint32_t prefetches; /* of them */

/* A prefetch that was claimed before all of it was started goes before the foreground requests that came after the claim. */
static FABRIC_DATA uint32_t claimed;       /* background requests up to this one */
static FABRIC_DATA uint32_t claimed_after; /* foreground requests that came before */

static FABRIC_DATA bool written; /* since the last l3_settle() */
static FABRIC_DATA bool bus_busy; /* perhaps, with the end of a write */
static FABRIC_DATA uint32_t write_end;
static FABRIC_DATA uint32_t bus_cycles; /* BUS_CYCLES, or more on a slower bus */
static FABRIC_DATA struct {
  uint8_t count, write;
  uint8_t queue[2], last[2]; /* oldest first: of which queue, and whether it ends its request */
} flight;

static uint8_t odd[ODD_BYTES + 4] __attribute__((aligned(4)));

static FABRIC void start(uint32_t write, uint32_t l3, uint32_t l2, uint32_t bytes) {
  uint32_t channel = HYPER + (write ? 0x10 : 0);
  __asm__ volatile("" ::: "memory");
  REGISTER(HYPER_ADDRESS) = l3;
  REGISTER(channel) = l2;
  REGISTER(channel + 4) = bytes;
  REGISTER(channel + 8) = START;
}

static FABRIC uint32_t channel_of(uint32_t write) { return HYPER + (write ? 0x18 : 0x08); }

static FABRIC uint32_t channel_state(uint32_t write) {
  uint32_t state = REGISTER(channel_of(write));
  __asm__ volatile("" ::: "memory");
  return state;
}

static FABRIC void settle_bus(void) {
  uint32_t begin = cluster_cycles();
  while (cluster_cycles() - begin < bus_cycles) {
  }
}

static FABRIC void now(uint32_t write, uint32_t l3, uint32_t bytes) {
  start(write, l3, (uint32_t)odd, bytes);
  while (channel_state(write) & BUSY) {
  }
  settle_bus();
}

static uint32_t cycles_of_read(uint32_t bytes) {
  uint32_t begin = cluster_cycles();
  start(0, 0, (uint32_t)odd, bytes);
  while (channel_state(0) & BUSY) {
  }
  return cluster_cycles() - begin;
}

/* How long a bus, or a fast cluster, makes the tail of a write: the time of 32 bytes. */
static void measure_bus(void) {
  (void)cycles_of_read(4); /* brings the code into the instruction cache */
  uint32_t few = cycles_of_read(4);
  int tail = (int)(cycles_of_read(36) - few);
  bus_cycles = tail > BUS_CYCLES + 8 ? (uint32_t)tail + 8 : BUS_CYCLES;
}

FABRIC void l3_begin(void) {
  REGISTER(UDMA_CLOCKS) |= 1u << 3;
  REGISTER(HYPER_CONFIG0) = 7 << 8;
  REGISTER(HYPER_CONFIG4) = 7 << 8 | 1; /* chip 1 (flash) begins at 1 << 24; without this all addresses are its */
  memset(queues, 0, sizeof queues);
  prefetches = 0;
  if (bus_cycles == 0) measure_bus();
  l3_state = (struct l3_state){0, HYPER, 0};
  claimed = claimed_after = 0;
  flight.count = 0;
  written = bus_busy = false;
}

/* Moves the odd start of a request (all of it, if the sides differ modulo 4) through `odd`; no piece is under way. */
static FABRIC __attribute__((noinline)) void move_odd(request_t *r) {
  uint32_t before = r->l3 & 3;
  uint32_t bytes = ODD_BYTES - before;
  if (((r->l2 ^ r->l3) & 3) == 0 && r->bytes >= 4) bytes = 4 - before;
  if (bytes > r->bytes) bytes = r->bytes;
  uint32_t words = (before + bytes + 3) & ~3u;
  now(0, r->l3 - before, words);
  if (r->write) {
    memcpy(odd + before, (const void *)r->l2, bytes);
    now(1, r->l3 - before, words);
  } else {
    memcpy((void *)r->l2, odd + before, bytes);
  }
  r->l3 += bytes;
  r->l2 += bytes;
  r->bytes -= bytes;
}

static FABRIC void end_request(queue_t *q) {
  q->done++;
  l3_state.requests--;
}

/* Starts the next piece; false if nothing is to be started or it must wait for what is under way. */
static FABRIC bool start_piece(void) {
  const queue_t *foreground = &queues[FOREGROUND];
  const bool urgent = (int32_t)(claimed - queues[BACKGROUND].started) > 0 && (int32_t)(foreground->started - claimed_after) >= 0;
  const int which = !urgent && foreground->started != foreground->pushed ? FOREGROUND : BACKGROUND;
  queue_t *q = &queues[which];
  if (q->started == q->pushed) return false;
  request_t *r = &q->request[q->started % QUEUE];
  if (flight.count && (flight.write || r->write)) return false;
  if (bus_busy && cluster_cycles() - write_end < bus_cycles) return false;
  bus_busy = false;
  if (r->bytes && ((r->l3 | r->l2) & 3 || r->bytes < 4)) {
    if (flight.count) return false;
    move_odd(r);
  } else if (r->bytes) {
    uint32_t most = urgent || which == FOREGROUND ? MAX_PIECE : BACKGROUND_PIECE;
    uint32_t bytes = r->bytes & ~3u;
    if (bytes > most) bytes = most;
    start(r->write, r->l3, r->l2, bytes);
    r->l3 += bytes;
    r->l2 += bytes;
    r->bytes -= bytes;
    flight.write = (uint8_t)r->write;
    flight.queue[flight.count] = (uint8_t)which;
    flight.last[flight.count] = r->bytes == 0;
    flight.count++;
    if (r->bytes == 0) q->started++;
    return true;
  }
  if (r->bytes == 0) { /* ended without a piece under way */
    if (flight.count) return false; /* requests are done in order */
    q->started++;
    end_request(q);
  }
  return true;
}

FABRIC void l3_advance(void) {
  if (flight.count) {
    uint32_t state = channel_state(flight.write);
    int busy = state & FULL ? 2 : state & BUSY ? 1 : 0;
    if (flight.write && !busy) {
      bus_busy = true;
      write_end = cluster_cycles();
    }
    while (flight.count > busy) {
      if (flight.last[0]) end_request(&queues[flight.queue[0]]);
      flight.queue[0] = flight.queue[1];
      flight.last[0] = flight.last[1];
      flight.count--;
    }
  }
  while (flight.count < 2 && start_piece()) {
  }
  l3_state.channel = channel_of(flight.write);
  l3_state.watched = flight.count == 2 ? FULL : flight.count == 1 ? BUSY : 0;
}

static FABRIC l3_ticket_t push(int which, uint32_t write, uint32_t l3, uint32_t l2, uint32_t bytes) {
  queue_t *q = &queues[which];
  if (q->pushed - q->done == QUEUE) l3_wait((q->pushed - QUEUE + 1) << 1 | (uint32_t)which);
  q->request[q->pushed % QUEUE] = (request_t){l3, l2, bytes, write};
  q->pushed++;
  l3_state.requests++;
  l3_ticket_t ticket = q->pushed << 1 | (uint32_t)which;
  l3_advance();
  return ticket;
}

/* The prefetch of exactly this range to this place, or `prefetches`. */
static FABRIC uint32_t find_prefetch(uint32_t l3, const void *l2, uint32_t bytes) {
  uint32_t i = 0;
  while (i < prefetches && (prefetched[i].bytes != bytes || prefetched[i].l3 != l3 || prefetched[i].l2 != (uint32_t)l2)) i++;
  return i;
}

FABRIC bool l3_is_prefetched(uint32_t l3, const void *l2, uint32_t bytes) {
  return bytes == 0 || find_prefetch(l3, l2, bytes) < prefetches;
}

FABRIC l3_ticket_t l3_read(uint32_t l3, void *l2, uint32_t bytes) {
  if (bytes == 0) return 0;
  uint32_t i = find_prefetch(l3, l2, bytes);
  if (i == prefetches) return push(FOREGROUND, 0, l3, (uint32_t)l2, bytes);
  l3_ticket_t ticket = prefetched[i].ticket;
  prefetched[i] = prefetched[--prefetches];
  claimed = ticket >> 1;
  claimed_after = queues[FOREGROUND].pushed;
  return ticket;
}

FABRIC l3_ticket_t l3_write(uint32_t l3, const void *l2, uint32_t bytes) {
  if (bytes == 0) return 0;
  written = true;
  return push(FOREGROUND, 1, l3, (uint32_t)l2, bytes);
}

FABRIC void l3_prefetch(uint32_t l3, void *l2, uint32_t bytes) {
  if (bytes == 0 || prefetches == L3_PREFETCHES) return;
  l3_ticket_t ticket = push(BACKGROUND, 0, l3, (uint32_t)l2, bytes);
  prefetched[prefetches].ticket = ticket;
  prefetched[prefetches].l3 = l3;
  prefetched[prefetches].l2 = (uint32_t)l2;
  prefetched[prefetches].bytes = bytes;
  prefetches++;
}

FABRIC bool l3_done(l3_ticket_t ticket) {
  if (ticket == 0) return true;
  return (int32_t)(queues[ticket & 1].done - (ticket >> 1)) >= 0;
}

/* Sleeps until a transfer ends or anything else happens; not while the end of a write keeps the bus, which nobody tells. */
FABRIC void l3_sleep(void) {
  if (!bus_busy || !l3_state.requests) fabric_sleep();
}

FABRIC void l3_wait(l3_ticket_t ticket) {
  while (!l3_done(ticket)) {
    l3_advance();
    if (l3_done(ticket)) break;
    l3_sleep();
  }
  __asm__ volatile("" ::: "memory");
}

FABRIC void l3_settle(void) {
  if (!written) return;
  l3_wait(queues[FOREGROUND].pushed << 1 | FOREGROUND);
  settle_bus();
  written = false;
}
