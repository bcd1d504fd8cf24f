/* Text for the host, without printf: the stdout device collects the characters of each core up to the end of a line. */
#include "output.h"

#include "runtime.h"

void put_char(char c) {
  uint32_t id = (uint32_t)core_id();
  REGISTER(0x1a110000 + ((id >> 5) << 7) + ((id & 31) << 3)) = (uint8_t)c;
}

void put_text(const char *text) {
  while (*text) put_char(*text++);
}

void put_decimal(uint32_t value) {
  char digits[10];
  int n = 0;
  do {
    digits[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value);
  while (n) put_char(digits[--n]);
}

void put_hex(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) put_char("0123456789abcdef"[value >> shift & 15]);
}

void finish(int status) {
  REGISTER(0x1a1040a0) = 0x80000000u | (uint32_t)status; /* APB SoC control, CORESTATUS: bit 31 ends the simulation */
  for (;;) {
  }
}

/* Called by crt0.S. */
void trap_report(uint32_t cause, uint32_t pc) {
  put_text("marlin trap cause ");
  put_decimal(cause & 0x7fffffff);
  put_text(" pc ");
  put_hex(pc);
  put_text(core_id() == FABRIC_ID ? " fabric controller" : " core ");
  if (core_id() != FABRIC_ID) put_decimal((uint32_t)core_id());
  put_char('\n');
  finish(STATUS_TRAP);
}
