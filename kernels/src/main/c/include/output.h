/* Text for the host and the end of the program. Any core may call these; lines of different cores do not mix. */
#ifndef MARLIN_OUTPUT_H
#define MARLIN_OUTPUT_H

#include <stdint.h>

enum { STATUS_OK = 0, STATUS_WRONG = 97 /* a layer's output is not what was expected */, STATUS_NO_IMAGE = 98 /* HyperRAM does not hold an L3 image */, STATUS_TRAP = 99 };

void put_char(char c);
void put_text(const char *text);
void put_decimal(uint32_t value);
void put_hex(uint32_t value); /* 8 digits */

/* Ends the program; the host sees `status`, 0 to 255. */
_Noreturn void finish(int status);

void trap_report(uint32_t cause, uint32_t pc);

#endif
