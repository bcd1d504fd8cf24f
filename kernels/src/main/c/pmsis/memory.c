/* The functions that compilers call on their own, and their only library. Bytes: long copies are the DMA's work. */
#include <string.h>

void *memcpy(void *restrict to, const void *restrict from, size_t bytes) {
  char *t = to;
  const char *f = from;
  while (bytes--) *t++ = *f++;
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  char *t = to;
  while (bytes--) *t++ = (char)value;
  return to;
}
