#include "stream.h"

/* Whole words around a piece. */
static FABRIC l3_load_t words(const operand_t *o, uint32_t buffer, piece_t piece) {
  uint32_t before = (o->l3 + piece.from) & 3;
  return (l3_load_t){o->l3 + piece.from - before, o->l2[buffer], (before + piece.bytes + 3) & ~3u};
}

static FABRIC void ask(stream_t *s, const operand_t *o, uint32_t buffer, piece_t piece) {
  l3_load_t load = words(o, buffer, piece);
  s->key[buffer] = piece.key;
  s->ticket[buffer] = l3_read(load.l3, load.l2, load.bytes);
}

FABRIC uint8_t *stream_enter(stream_t *s, const operand_t *o, piece_t piece) {
  if (s->key[s->now] != piece.key) {
    if (o->l2[0] != o->l2[1]) s->now ^= 1;
    if (s->key[s->now] != piece.key) ask(s, o, s->now, piece);
  }
  return o->l2[s->now] + ((o->l3 + piece.from) & 3);
}

FABRIC void stream_look_ahead(stream_t *s, const operand_t *o, piece_t piece) {
  if (o->l2[0] != o->l2[1] && s->key[0] != piece.key && s->key[1] != piece.key) ask(s, o, s->now ^ 1, piece);
}

FABRIC bool stream_is_prefetched(const operand_t *o, piece_t piece) {
  l3_load_t load = words(o, 0, piece);
  return l3_is_prefetched(load.l3, load.l2, load.bytes);
}
