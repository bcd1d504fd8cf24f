/* The network as an application of the GAP SDK: what pmsis/crt0.S, pmsis/fabric.c and pmsis/link.ld are without one.
 *
 * PMSIS starts the fabric controller and the cluster, hands out the cores and prints. Transfers stay this project's own: they
 * drive DMA and uDMA by their registers, and no device of PMSIS is open meanwhile. The arenas are arrays, so a network
 * has to be deployed with an L1 and an L2 that leave room for what PMSIS itself needs. */
#include "pmsis.h"

#define core_id marlin_core_id /* PMSIS has a function of that name */
#include "flash.h"
#include "network.h"
#include "output.h"
#include "run.h"
#include "runtime.h"
#include "turn.h"

PI_L2 uint8_t __l2_arena[MARLIN_L2_ARENA_BYTES] __attribute__((aligned(16)));
uint8_t __l1_arena[MARLIN_L1_ARENA_BYTES] __attribute__((aligned(16), section(".bss_l1")));

enum { STACK_BYTES = 1024 };

static void on_every_core(void *unused) {
  (void)unused;
  turn_follow();
}

static void on_cluster(void *unused) {
  (void)unused;
  REGISTER(0x10200400) = 3; /* timer: from zero, running */
  pi_cl_team_fork(NUM_CORES, on_every_core, NULL);
}

static void print_results(void) {
  for (int i = 0; i < network.layers; i++) printf("marlin layer %d cycles %d\n", i, (int)network.results[2 * i]);
  printf("marlin total cycles %d\n", (int)run.cycles);
  for (int i = 0; i < network.layers; i++) {
    uint32_t hash = network.results[2 * i + 1];
    if (run.header[3]) {
      printf("marlin layer %d check %s\n", i, hash ? "wrong" : "ok");
    } else if (run.header[1] & L3_FLAG_HASH) {
      printf("marlin layer %d hash %08x\n", i, (unsigned)hash);
    }
  }
}

static void application(void) {
  struct pi_device cluster;
  struct pi_cluster_conf conf;
  struct pi_cluster_task task;
  flash_to_l3();
  pi_cluster_conf_init(&conf);
  pi_open_from_conf(&cluster, &conf);
  if (pi_cluster_open(&cluster)) pmsis_exit(-1);
  pi_cluster_task(&task, on_cluster, NULL);
  task.stack_size = STACK_BYTES;
  task.slave_stack_size = STACK_BYTES;
  pi_task_t done;
  pi_task_block(&done);
  pi_cluster_send_task_to_cl_async(&cluster, &task, &done);
  run_all();
  pi_task_wait_on(&done);
  pi_cluster_close(&cluster);
  if (run.header[0] != L3_MAGIC) {
    printf("marlin error: HyperRAM holds no L3 image, and the flash holds none either\n");
    pmsis_exit(-2);
  }
  if (!(run.header[1] & L3_FLAG_SILENT)) print_results();
  pmsis_exit(run_is_wrong() ? STATUS_WRONG : STATUS_OK);
}

int main(void) { return pmsis_kickoff((void *)application); }
