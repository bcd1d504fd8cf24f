/* Between run.c and what starts and ends a program (pmsis/fabric.c, gap_sdk/main.c). */
#ifndef MARLIN_RUN_H
#define MARLIN_RUN_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint32_t header[4]; /* of the L3 image */
  uint32_t cycles;    /* of the whole network */
} run_t;

extern run_t run;

/* The runtime's words in L1 (link.ld). */
extern uint32_t __l1_words[], __l1_words_end[];

/* Runs what the L3 image holds, on the cores of the cluster that are in turn_follow(), and lets these return. */
void run_all(void);

/* Whether an output was not what the L3 image expects. */
bool run_is_wrong(void);

void cluster_main(int core);
void fabric_main(void);

#endif
