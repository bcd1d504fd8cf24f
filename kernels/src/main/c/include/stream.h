/* An operand that comes from L3 piece by piece into one or two L2 buffers. */
#ifndef MARLIN_STREAM_H
#define MARLIN_STREAM_H

#include "l3.h"
#include "layer.h"

#define NOTHING 0xffffffffu /* no key */

typedef struct {
  uint32_t key[2];       /* what the buffers hold or wait for */
  l3_ticket_t ticket[2]; /* when it has come */
  uint32_t now;          /* the buffer in use */
} stream_t;

/* Of an operand: bytes from `from` on, with a key that no other piece of it has. */
typedef struct {
  uint32_t key, from, bytes;
} piece_t;

static inline FABRIC void stream_begin(stream_t *s) { *s = (stream_t){{NOTHING, NOTHING}, {0, 0}, 1}; /* buffer 0 comes next */ }

/* Makes a piece the one in use; it has come when stream_is_here(). Returns its place in L2. */
uint8_t *stream_enter(stream_t *s, const operand_t *o, piece_t piece);

/* Reads the piece that follows the one in use, if there is a buffer for it. */
void stream_look_ahead(stream_t *s, const operand_t *o, piece_t piece);

/* Whether the first piece can be entered without starting a transfer. */
bool stream_is_prefetched(const operand_t *o, piece_t piece);

static inline FABRIC bool stream_is_here(const stream_t *s) { return s->ticket[s->now] == 0 || l3_done(s->ticket[s->now]); }

#endif
