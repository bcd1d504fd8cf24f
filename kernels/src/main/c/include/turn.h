/* Turns: how the fabric controller conducts the cores of the cluster.
 *
 * A turn is a kernel and a tile for all cores. They are numbered from 0. The fabric controller gives turns ahead of time: the cores
 * begin one as soon as it is given and all of them have ended the one before. It may give turn n once turn n - 2 has ended. */
#ifndef MARLIN_TURN_H
#define MARLIN_TURN_H

#include <stdbool.h>

#include "tile.h"

/* What the cores do in a turn; lies in L1 and stays as it is until the turn has ended. */
typedef struct {
  tile_t tile;
  kernel_t *kernel;
} work_t;

/* Gives the next turn; NULL: the cores return from turn_follow(). Returns its number. */
uint32_t turn_give(const work_t *work);

/* Whether all cores have ended a turn, and with it all before. */
bool turn_has_ended(uint32_t turn);

/* Whether the end of a turn wakes the fabric controller: it sleeps for that. Else it looks whether the turn has ended. */
void turn_await(bool sleeps);

/* Gives a turn that runs `what` without a tile, and waits for its end. No other turn may be under way. */
void turn_run(kernel_t *what);

/* Every core of the cluster: takes part in all turns. */
void turn_follow(void);

#endif
