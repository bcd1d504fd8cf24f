/* HyperFlash and HyperRAM as the fabric controller uses them at boot: one uDMA transfer after the other.
 *
 * The flash is laid out by the SDK's tools (dev.marlin.simulator.FlashImage is their twin): word 0 is the offset of the
 * partition table; its header is 32 bytes, then 32 bytes for each partition; ReadFS is data (1) of subtype 0x81, and
 * begins with u64 bytes of its header, u32 number of files, and for each u32 offset, u32 bytes, u32 bytes of the name,
 * the name. An erased flash, or none, reads as 0xff everywhere. */
#include "flash.h"

#include "network.h"
#include "runtime.h"

#define UDMA_CLOCKS 0x1a102780
#define HYPER 0x1a102180
#define HYPER_ADDRESS (HYPER + 0x20)
#define HYPER_CONFIG0 (HYPER + 0x28)
#define HYPER_CONFIG4 (HYPER + 0x38)
enum { START = 1u << 4, BUSY = 1u << 4, WRITE = 0x10 /* registers of the other direction */ };

#define FLASH 0x1000000u /* where the second chip of the bus begins: HYPER_CONFIG4 says so */
enum { TABLE_MAGIC = 0x02ba, READFS = 0x810101ba /* magic ba 01, type 1, subtype 0x81 */ };
enum { ENTRY_BYTES = 32, MAX_PARTITIONS = 31, MAX_FILES = 1024 };
enum { MAX_PIECE = 0x4000 };

extern uint8_t __l2_end[];

static void transfer(uint32_t direction, uint32_t external, const void *l2, uint32_t bytes) {
  uint32_t channel = HYPER + direction;
  __asm__ volatile("" ::: "memory");
  REGISTER(HYPER_ADDRESS) = external;
  REGISTER(channel) = (uint32_t)l2;
  REGISTER(channel + 4) = bytes;
  REGISTER(channel + 8) = START;
  while (REGISTER(channel + 8) & BUSY) {
  }
  __asm__ volatile("" ::: "memory");
}

static uint32_t words[4]; /* and up to a word more is written behind what was asked for */

/* A word at any address: the bus begins at even ones, L2 is written in whole words. */
static uint32_t read_word(uint32_t external) {
  uint32_t odd = external & 3;
  transfer(0, external - odd, words, 8);
  __asm__ volatile("nop\nnop\nnop\nnop" ::: "memory"); /* the last word lands a cycle after the end */
  return odd ? words[0] >> 8 * odd | words[1] << (32 - 8 * odd) : words[0];
}

/* The offset of ReadFS in the flash, or 0. */
static uint32_t find_readfs(void) {
  uint32_t table = read_word(FLASH);
  if (table >= FLASH * 3) return 0;
  uint32_t header = read_word(FLASH + table);
  uint32_t entries = header >> 24;
  if ((header & 0xffff) != TABLE_MAGIC || entries > MAX_PARTITIONS) return 0;
  for (uint32_t entry = FLASH + table + ENTRY_BYTES; entries; entries--, entry += ENTRY_BYTES) {
    if (read_word(entry) == (uint32_t)READFS) return read_word(entry + 4);
  }
  return 0;
}

/* The address of the first file that begins as an L3 image does, or 0. */
static uint32_t find_image(uint32_t *bytes) {
  uint32_t readfs = find_readfs();
  if (readfs == 0) return 0;
  readfs += FLASH;
  uint32_t files = read_word(readfs + 8);
  if (files > MAX_FILES) return 0;
  for (uint32_t entry = readfs + 12; files; files--) {
    uint32_t file = readfs + read_word(entry);
    *bytes = read_word(entry + 4);
    if (*bytes >= L3_HEADER_BYTES && read_word(file) == L3_MAGIC) return file;
    entry += 12 + read_word(entry + 8);
  }
  return 0;
}

void flash_to_l3(void) {
  REGISTER(UDMA_CLOCKS) |= 1u << 3;
  REGISTER(HYPER_CONFIG0) = 7 << 8;
  REGISTER(HYPER_CONFIG4) = 7 << 8 | FLASH >> 24;
  if (read_word(0) == L3_MAGIC) return;
  uint32_t bytes;
  uint32_t from = find_image(&bytes);
  if (from == 0) return;
  uint32_t piece = (uint32_t)(__l2_end - __l2_arena) & ~3u; /* the arena is nobody's before the network begins */
  if (piece > MAX_PIECE) piece = MAX_PIECE;
  for (uint32_t to = 0; to < bytes; to += piece) {
    uint32_t part = bytes - to < piece ? bytes - to : piece;
    transfer(0, from + to, __l2_arena, part);
    transfer(WRITE, to, __l2_arena, part);
    read_word(to); /* behind the last bytes of the write on the bus: when it has come, they are there */
  }
}
