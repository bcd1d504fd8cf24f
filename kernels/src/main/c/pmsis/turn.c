/* The cores meet at barrier 0 after every turn. Core 0 then writes how many have ended, and wakes the fabric controller if that sleeps
 * for it. What has been given already is begun at once; else the cores sleep until an event says that there is more. */
#include "turn.h"

#define EVENT_MASK 0x00204000 /* event unit of this core: the events that it waits for ... */
#define EVENT_WAIT 0x0020403c /* ... until one of them comes, and is cleared */
#define GIVEN 5u              /* software event: a turn was given */

static IN_L1 volatile uint32_t given, ended;
static IN_L1 volatile bool awaited; /* the fabric controller sleeps until a turn ends */
static IN_L1 const work_t *volatile works[2];
static IN_L1 work_t single;

FABRIC uint32_t turn_give(const work_t *work) {
  uint32_t turn = given;
  works[turn & 1] = work;
  given = turn + 1;
  REGISTER(0x10200e00 + 4 * GIVEN) = (1u << NUM_CORES) - 1;
  return turn;
}

FABRIC bool turn_has_ended(uint32_t turn) { return (int32_t)(ended - turn) > 0; }

FABRIC void turn_await(bool sleeps) { awaited = sleeps; }

FABRIC void turn_run(kernel_t *what) {
  single.kernel = what;
  uint32_t turn = turn_give(&single);
  turn_await(true);
  while (!turn_has_ended(turn)) fabric_sleep();
  turn_await(false);
}

/* This core sleeps until a turn is given; at barriers it must not wake up for that. */
static void sleep_until_given(uint32_t turn) {
  uint32_t mask = REGISTER(EVENT_MASK);
  REGISTER(EVENT_MASK) = 1u << GIVEN;
  while (given == turn) (void)event_load(EVENT_WAIT);
  REGISTER(EVENT_MASK) = mask;
}

void turn_follow(void) {
  for (uint32_t turn = 0;; turn++) {
    cluster_barrier();
    if (NUM_CORES == 1 || core_id() == 0) {
      ended = turn;
#ifndef MARLIN_PMSIS
      if (awaited) REGISTER(0x1b200e00) = 1; /* software event 0 of the fabric controller */
#endif
    }
    if (given == turn) sleep_until_given(turn);
    const work_t *work = works[turn & 1];
    if (!work) return;
    work->kernel(&work->tile);
  }
}
