/* What a program of the cluster may use of the machine. The compiler is told NUM_CORES (1 to 16). */
#ifndef MARLIN_RUNTIME_H
#define MARLIN_RUNTIME_H

#include <stdint.h>

#ifndef NUM_CORES
#error "compile with -DNUM_CORES=n, the cores of the cluster that run the program"
#endif

#define REGISTER(address) (*(volatile uint32_t *)(address))

#define FABRIC_ID 0x400 /* what core_id() says on the fabric controller: cluster 32, core 0 */

/* A variable in L1 (1 cycle) instead of L2 (9). Zero at start; there is room for few. */
#ifdef MARLIN_PMSIS
#define IN_L1 __attribute__((section(".data_l1"))) /* as the GAP SDK's linker script calls it */
#else
#define IN_L1 __attribute__((section(".l1")))
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

/* Waits until all NUM_CORES cores have come here. 7 cycles after the last arrival the others go on, the last after 11. */
static inline void cluster_barrier(void) {
  if (NUM_CORES > 1) (void)event_load(0x0020421c); /* event unit of this core, barrier 0: arrive, sleep, clear the event */
}

/* Cycles of the cluster clock since boot, modulo 2^32; costs 1 cycle to read. */
static inline uint32_t cluster_cycles(void) { return REGISTER(0x10200408); }

#endif
