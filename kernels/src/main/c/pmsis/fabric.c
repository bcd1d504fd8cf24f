/* The start and the end of a program: the fabric controller starts the cluster, runs the network with it, prints, ends. */
#include "flash.h"
#include "network.h"
#include "output.h"
#include "run.h"
#include "runtime.h"
#include "turn.h"

#define SOC_FLL 0x1a100000     /* frequency-locked loop: STATUS, CONF1, CONF2, INTEGRATOR */
#define CLUSTER_FLL 0x1a100010 /* likewise */
#define POWER 0x1a104070 /* APB SoC control: power, reset and clock of the cluster */

/* Runs SoC and cluster at one frequency that does not move: the SoC's oscillator at the setting of the cluster's, both as after
 * reset (72 MHz, loops open). The boot ROM closes the SoC's loop at 50 MHz; it would move by a step now and then, and the path
 * between the two cost now more, now fewer cycles. Each access lasts until the next edge of the 32 kHz reference clock. */
static void equal_clocks(void) { REGISTER(SOC_FLL + 4) = REGISTER(CLUSTER_FLL + 4); }

static void set_power(uint32_t set, uint32_t clear) { REGISTER(POWER) = (REGISTER(POWER) | set) & ~clear; }

static void start_cluster(void) {
  set_power(1u << 10, 0); /* clock stopped */
  set_power(1u << 3, 0);  /* power on */
  set_power(0, 1u << 14);
  set_power(0, 1u << 13); /* out of reset */
  set_power(0, 1u << 10); /* clock runs */
  REGISTER(0x10200020) = 1;
  REGISTER(0x10201400) = 0xffffffff; /* instruction cache on */
  REGISTER(0x10200400) = 3;          /* timer: from zero, running */
  for (uint32_t *word = __l1_words; word < __l1_words_end; word++) *word = 0;
  for (uint32_t core = 0; core < NUM_CORES; core++) REGISTER(0x10200040 + 4 * core) = 0x1c000000; /* boot address */
  REGISTER(0x10200008) = (1u << NUM_CORES) - 1;                                                   /* fetch */
}

static void line(const char *what, int layer, const char *measure) {
  put_text("marlin ");
  put_text(what);
  if (layer >= 0) {
    put_char(' ');
    put_decimal((uint32_t)layer);
  }
  put_text(measure);
}

static void print_cycles(void) {
  for (int i = 0; i < network.layers; i++) {
    line("layer", i, " cycles ");
    put_decimal(network.results[2 * i]);
    put_char('\n');
  }
  line("total", -1, " cycles ");
  put_decimal(run.cycles);
  put_char('\n');
}

static void print_hashes(void) {
  for (int i = 0; i < network.layers; i++) {
    line("layer", i, " hash ");
    put_hex(network.results[2 * i + 1]);
    put_char('\n');
  }
}

static void print_checks(void) {
  for (int i = 0; i < network.layers; i++) {
    line("layer", i, network.results[2 * i + 1] ? " check wrong\n" : " check ok\n");
  }
}

/* Called by crt0.S on every core of the cluster. */
void cluster_main(int core) {
  REGISTER(0x00204000) = 1u << 16; /* event mask of this core: barriers */
  if (core == 0) {
    /* Barrier 0 wakes all cores when all have come; those that have come already count. In this order: a barrier of no
     * cores at which none has come would wake its targets at once. */
    REGISTER(0x00204200) = (1u << NUM_CORES) - 1;
    REGISTER(0x0020420c) = (1u << NUM_CORES) - 1;
  }
  turn_follow();
}

/* Called by crt0.S. */
void fabric_main(void) {
  equal_clocks();
  flash_to_l3();
  REGISTER(0x1b201400) = 0xffffffff; /* instruction cache on: from here on a program runs the same, wherever its image came from */
  start_cluster();
  REGISTER(0x1b204000) = FABRIC_EVENTS; /* event mask */
  run_all();
  if (run.header[0] != L3_MAGIC) {
    put_text("marlin error: HyperRAM holds no L3 image: word 0 is ");
    put_hex(run.header[0]);
    put_text(", not ");
    put_hex(L3_MAGIC);
    put_text("\nMaybe the program was started without its L3 image; the flash holds none either.\n");
    finish(STATUS_NO_IMAGE);
  }
  if (!(run.header[1] & L3_FLAG_SILENT)) {
    print_cycles();
    if (run.header[3]) {
      print_checks();
    } else if (run.header[1] & L3_FLAG_HASH) {
      print_hashes();
    }
  }
  finish(run_is_wrong() ? STATUS_WRONG : STATUS_OK);
}
