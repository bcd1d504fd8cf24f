/* What a program of the cluster may use of the machine. The compiler is told NUM_CORES (1 to 16). */
#ifndef MARLIN_RUNTIME_H
#define MARLIN_RUNTIME_H

#include <stdint.h>

#ifndef NUM_CORES
#error "compile with -DNUM_CORES=n, the cores of the cluster that run the program"
#endif

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define FABRIC_ID 0x400 /* what core_id() says on the fabric controller: cluster 32, core 0 */

/* A variable in L1 (1 cycle) instead of L2 (9). Zero at start; there is room for few.
 *
 * FABRIC: a function, FABRIC_DATA: a variable (zero at start) in the fabric controller's own memory. Its instruction cache
 * has 1 KiB; a line from there comes in 4 cycles, one from L2 in 12 and behind all that the DMA has booked. */
#ifdef MARLIN_PMSIS
#define IN_L1 __attribute__((section(".data_l1"))) /* as the GAP SDK's linker script calls it */
#define FABRIC
#define FABRIC_DATA
#else
#define IN_L1 __attribute__((section(".l1")))
#define FABRIC __attribute__((section(".fabric.text")))
#define FABRIC_DATA __attribute__((section(".fabric_data")))
#endif

/* This core's number, 0 to NUM_CORES - 1, on the cluster. One cycle. */
static inline int core_id(void) {
  int id;
  __asm__("csrr %0, 0xf14" : "=r"(id)); /* mhartid = cluster * 32 + core; the cluster is number 0 */
  return id;
}

/* Loads a word of the event unit and sleeps until the unit answers (p.elw, encoded for compilers that lack it). */
static inline uint32_t event_load(uint32_t address) {
  uint32_t value;
  __asm__ volatile(".insn i 0x03, 6, %0, 0(%1)" : "=r"(value) : "r"(address) : "memory");
  return value;
}

/* The fabric controller sleeps until something may have happened: a turn ended (software event 0), a DMA transfer (8), one
 * to or from L3 (29, 30). What happened since it last looked counts. Under PMSIS, which handles events itself, it looks on. */
#define FABRIC_EVENTS (1u << 0 | 1u << 8 | 1u << 29 | 1u << 30)
static inline void fabric_sleep(void) {
#ifndef MARLIN_PMSIS
  (void)event_load(0x1b20403c);
#endif
}

/* Copies whole words; for the fabric controller, to which memcpy() in L2 is far. */
typedef uint32_t __attribute__((may_alias)) word_t;
static inline FABRIC void fabric_copy(void *to, const void *from, uint32_t bytes) {
  word_t *t = to;
  const volatile word_t *f = from; /* volatile: the compiler must not make a call of it */
  for (uint32_t i = bytes / 4; i; i--) *t++ = *f++;
}

/* Waits until all NUM_CORES cores have come here. 7 cycles after the last arrival the others go on, the last after 11. */
static inline void cluster_barrier(void) {
  if (NUM_CORES > 1) (void)event_load(0x0020421c); /* event unit of this core, barrier 0: arrive, sleep, clear the event */
}

/* Cycles of the cluster clock since boot, modulo 2^32; costs 1 cycle to read. */
static inline uint32_t cluster_cycles(void) { return REGISTER(0x10200408); }

#endif
