/* The instructions of GAP8 that standard RISC-V lacks, as far as the kernels use them.
 *
 * Upstream compilers do not know them, so each is encoded here with `.insn`, once:
 *   - X_..(operands): the instruction as assembler text, for blocks of inline assembly;
 *   - a function of the same meaning, for C.
 *
 * Lane i of a vector is bits 8i .. 8i+7 (.b) or 16i .. 16i+15 (.h) of a register. */
#ifndef MARLIN_XPULP_H
#define MARLIN_XPULP_H

#include <stdint.h>

#define INLINE static inline __attribute__((always_inline))

/* Any bytes of memory as a word; loads and stores of such words need no alignment on GAP8 (2 cycles across a word). */
typedef uint32_t __attribute__((may_alias, aligned(1))) loose_word_t;

/* ------------------------------------------------------------------------------------------ assembler text */

/* p.lw rd, imm(rs!): rd = word at rs; rs += imm. rd and rs differ */
#define X_LW_POST(rd, imm, rs) ".insn i 0x0b, 2, " rd ", " imm "(" rs ")\n"
/* p.lw rd, step(rs!): rd = word at rs; rs += step. rd and rs differ */
#define X_LW_STEP(rd, step, rs) ".insn r 0x0b, 7, 0x10, " rd ", " rs ", " step "\n"
/* p.lw rd, index(base): rd = word at base + index */
#define X_LW_AT(rd, index, base) ".insn r 0x03, 7, 0x10, " rd ", " base ", " index "\n"
/* p.lbu rd, step(rs!): rd = byte at rs, zero-extended; rs += step. rd and rs differ */
#define X_LBU_STEP(rd, step, rs) ".insn r 0x0b, 7, 0x20, " rd ", " rs ", " step "\n"
/* p.lbu rd, imm(rs!): rd = byte at rs, zero-extended; rs += imm. rd and rs differ */
#define X_LBU_POST(rd, imm, rs) ".insn i 0x0b, 4, " rd ", " imm "(" rs ")\n"
/* p.lbu rd, index(base): rd = byte at base + index, zero-extended */
#define X_LBU_AT(rd, index, base) ".insn r 0x03, 7, 0x20, " rd ", " base ", " index "\n"
/* p.sw value, imm(rs!): word at rs = value; rs += imm */
#define X_SW_POST(value, imm, rs) ".insn s 0x2b, 2, " value ", " imm "(" rs ")\n"
/* p.sb value, step(rs!): byte at rs = value; rs += step */
#define X_SB_STEP(value, step, rs) ".insn r 0x2b, 4, 0, " step ", " rs ", " value "\n"
/* p.sw value, step(rs!): word at rs = value; rs += step */
#define X_SW_STEP(value, step, rs) ".insn r 0x2b, 6, 0, " step ", " rs ", " value "\n"

/* lp.setup xL, count, end: the next `n` instructions (4 bytes each) run `count` times; a count of 0 runs them once.
 * Loop x0 is the inner one. */
#define X_LOOP(l, count, n) ".insn i 0x7b, 4, " l ", " count ", 2*(" n ")\n"

/* pv.sdotusp.b rd, a, b: rd += sum of unsigned a[i] * signed b[i] */
#define X_SDOTUSP(rd, a, b) ".insn r 0x57, 1, 0x54, " rd ", " a ", " b "\n"
/* pv.dotusp.b rd, a, b: rd = sum of unsigned a[i] * signed b[i] */
#define X_DOTUSP(rd, a, b) ".insn r 0x57, 1, 0x44, " rd ", " a ", " b "\n"
/* pv.sdotup.b rd, a, b: rd += sum of unsigned a[i] * unsigned b[i] */
#define X_SDOTUP(rd, a, b) ".insn r 0x57, 1, 0x50, " rd ", " a ", " b "\n"
/* pv.sdotup.h rd, a, b: the same of half words */
#define X_SDOTUP_H(rd, a, b) ".insn r 0x57, 0, 0x50, " rd ", " a ", " b "\n"
/* pv.dotusp.h rd, a, b: rd = sum of unsigned a[i] * signed b[i], half words */
#define X_DOTUSP_H(rd, a, b) ".insn r 0x57, 0, 0x44, " rd ", " a ", " b "\n"

/* p.mac rd, a, b: rd += a * b */
#define X_MAC(rd, a, b) ".insn r 0x33, 0, 0x21, " rd ", " a ", " b "\n"
/* p.addNr rd, a, n: rd = (rd + a) >> n, arithmetic, n modulo 32 */
#define X_ADDNR(rd, a, n) ".insn r 0x5b, 2, 0x20, " rd ", " a ", " n "\n"
/* p.clipur rd, a, max: rd = a clipped to 0 .. max */
#define X_CLIPUR(rd, a, max) ".insn r 0x33, 6, 0x0a, " rd ", " a ", " max "\n"
/* p.clipr rd, a, reach: rd = a clipped to -reach - 1 .. reach */
#define X_CLIPR(rd, a, reach) ".insn r 0x33, 5, 0x0a, " rd ", " a ", " reach "\n"
/* p.adduN rd, a, b, 24: rd = (a + b) >> 24, unsigned */
#define X_ADDUN_24(rd, a, b) ".insn r 0x5b, 2, 0x58, " rd ", " a ", " b "\n"
/* p.max rd, a, b: signed */
#define X_MAX(rd, a, b) ".insn r 0x33, 6, 0x02, " rd ", " a ", " b "\n"
/* p.min rd, a, b: signed */
#define X_MIN(rd, a, b) ".insn r 0x33, 4, 0x02, " rd ", " a ", " b "\n"

/* p.ff1 rd, a: the number of the lowest bit that is set, 32 if there is none */
#define X_FF1(rd, a) ".insn r 0x33, 0, 0x08, " rd ", " a ", x0\n"

/* pv.maxu.b rd, a, b: the greater of each lane, unsigned */
#define X_MAXU_B(rd, a, b) ".insn r 0x57, 1, 0x1c, " rd ", " a ", " b "\n"
/* pv.minu.b rd, a, b: the lesser of each lane, unsigned */
#define X_MINU_B(rd, a, b) ".insn r 0x57, 1, 0x14, " rd ", " a ", " b "\n"
/* pv.minu.sc.h rd, a, b: the lesser of each half word of a and the low half of b, unsigned */
#define X_MINU_SC_H(rd, a, b) ".insn r 0x57, 4, 0x14, " rd ", " a ", " b "\n"
/* pv.add.b rd, a, b: each lane modulo 2^8 */
#define X_ADD_B(rd, a, b) ".insn r 0x57, 1, 0x00, " rd ", " a ", " b "\n"
/* pv.add.sc.h rd, a, b: each half word of a, plus the low half of b, modulo 2^16 */
#define X_ADD_SC_H(rd, a, b) ".insn r 0x57, 4, 0x00, " rd ", " a ", " b "\n"
/* pv.srl.sc.h rd, a, b: each half word of a, shifted right by the low half of b (modulo 16), unsigned */
#define X_SRL_SC_H(rd, a, b) ".insn r 0x57, 4, 0x20, " rd ", " a ", " b "\n"
/* pv.srl.sc.b rd, a, b: each byte of a, shifted right by the lowest byte of b (modulo 8), unsigned */
#define X_SRL_SC_B(rd, a, b) ".insn r 0x57, 5, 0x20, " rd ", " a ", " b "\n"
/* pv.add.h rd, a, b: each half word modulo 2^16 */
#define X_ADD_H(rd, a, b) ".insn r 0x57, 0, 0x00, " rd ", " a ", " b "\n"
/* pv.shuffle.b rd, a, s: rd[i] = a[s[i] & 3] */
#define X_SHUFFLE(rd, a, s) ".insn r 0x57, 1, 0x60, " rd ", " a ", " s "\n"
/* pv.shuffle2.b rd, a, s: rd[i] = s[i] & 4 ? a[s[i] & 3] : rd[s[i] & 3] */
#define X_SHUFFLE2(rd, a, s) ".insn r 0x57, 1, 0x64, " rd ", " a ", " s "\n"
/* pv.pack.h rd, a, b: low half of a above low half of b */
#define X_PACK(rd, a, b) ".insn r 0x57, 0, 0x68, " rd ", " a ", " b "\n"
/* pv.pack.h.h rd, a, b: high half of a above high half of b */
#define X_PACK_HIGH(rd, a, b) ".insn r 0x57, 6, 0x68, " rd ", " a ", " b "\n"
/* pv.packlo.b rd, a, b: rd[1] = a[0], rd[0] = b[0], the rest stays */
#define X_PACKLO(rd, a, b) ".insn r 0x57, 1, 0x70, " rd ", " a ", " b "\n"
/* pv.packhi.b rd, a, b: rd[3] = a[0], rd[2] = b[0], the rest stays */
#define X_PACKHI(rd, a, b) ".insn r 0x57, 1, 0x6c, " rd ", " a ", " b "\n"

/* Selectors for X_SHUFFLE2: interleave the lower, the upper two bytes of rd and a: rd[0] a[0] rd[1] a[1] ... */
#define INTERLEAVE_LOW 0x05010400u
#define INTERLEAVE_HIGH 0x07030602u
/* The same of the lowest bytes of two pairs of half words: rd[0] a[0] rd[2] a[2]. */
#define INTERLEAVE_HALVES 0x06020400u

/* ----------------------------------------------------------------------------------------------- functions */

#define X_3(name, text)                                    \
  INLINE int32_t name(int32_t a, int32_t b) {              \
    int32_t d;                                             \
    __asm__(text("%0", "%1", "%2") : "=r"(d) : "r"(a), "r"(b)); \
    return d;                                              \
  }
#define X_3_UNSIGNED(name, text)                           \
  INLINE uint32_t name(uint32_t a, uint32_t b) {           \
    uint32_t d;                                            \
    __asm__(text("%0", "%1", "%2") : "=r"(d) : "r"(a), "r"(b)); \
    return d;                                              \
  }
#define X_4(name, text)                                    \
  INLINE uint32_t name(uint32_t d, uint32_t a, uint32_t b) { \
    __asm__(text("%0", "%1", "%2") : "+r"(d) : "r"(a), "r"(b)); \
    return d;                                              \
  }

INLINE uint32_t x_ff1(uint32_t a) {
  uint32_t d;
  __asm__(X_FF1("%0", "%1") : "=r"(d) : "r"(a));
  return d;
}

X_3(x_clipur, X_CLIPUR)
X_3(x_clipr, X_CLIPR)
X_3(x_addun_24, X_ADDUN_24)
X_3(x_max, X_MAX)
X_3(x_min, X_MIN)
X_3_UNSIGNED(x_maxu_b, X_MAXU_B)
X_3_UNSIGNED(x_add_h, X_ADD_H)
X_3_UNSIGNED(x_shuffle, X_SHUFFLE)
X_3_UNSIGNED(x_pack, X_PACK)
X_3_UNSIGNED(x_pack_high, X_PACK_HIGH)
X_4(x_shuffle2, X_SHUFFLE2)
X_4(x_packlo, X_PACKLO)
X_4(x_packhi, X_PACKHI)

INLINE int32_t x_sdotusp(int32_t d, uint32_t a, uint32_t b) {
  __asm__(X_SDOTUSP("%0", "%1", "%2") : "+r"(d) : "r"(a), "r"(b));
  return d;
}

INLINE int32_t x_dotusp(uint32_t a, uint32_t b) {
  int32_t d;
  __asm__(X_DOTUSP("%0", "%1", "%2") : "=r"(d) : "r"(a), "r"(b));
  return d;
}

INLINE int32_t x_dotusp_h(uint32_t a, uint32_t b) {
  int32_t d;
  __asm__(X_DOTUSP_H("%0", "%1", "%2") : "=r"(d) : "r"(a), "r"(b));
  return d;
}

INLINE uint32_t x_sdotup(uint32_t d, uint32_t a, uint32_t b) {
  __asm__(X_SDOTUP("%0", "%1", "%2") : "+r"(d) : "r"(a), "r"(b));
  return d;
}

INLINE int32_t x_mac(int32_t d, int32_t a, int32_t b) {
  __asm__(X_MAC("%0", "%1", "%2") : "+r"(d) : "r"(a), "r"(b));
  return d;
}

INLINE int32_t x_addnr(int32_t d, int32_t a, uint32_t n) {
  __asm__(X_ADDNR("%0", "%1", "%2") : "+r"(d) : "r"(a), "r"(n));
  return d;
}

/* The word at any address. */
INLINE uint32_t load_word(const void *address) {
  uint32_t word;
  __asm__("lw %0, %1" : "=r"(word) : "m"(*(const loose_word_t *)address));
  return word;
}

INLINE void store_word(void *address, uint32_t word) {
  __asm__("sw %1, %0" : "=m"(*(loose_word_t *)address) : "r"(word));
}

/* p.lbu: the byte at *address; *address goes on by 1. */
INLINE int32_t load_byte_next(const uint8_t **address) {
  int32_t byte;
  __asm__ volatile(X_LBU_POST("%0", "1", "%1") : "=&r"(byte), "+r"(*address) : : "memory");
  return byte;
}

/* p.lbu: the byte at base + index. */
INLINE uint32_t load_byte_at(const uint8_t *base, uint32_t index) {
  uint32_t byte;
  __asm__ volatile(X_LBU_AT("%0", "%2", "%1") : "=r"(byte) : "r"(base), "r"(index) : "memory");
  return byte;
}

/* p.lw: the word at *address; *address goes on by `bytes`. */
INLINE uint32_t load_word_step(const uint8_t **address, int32_t bytes) {
  uint32_t word;
  __asm__ volatile(X_LW_STEP("%0", "%2", "%1") : "=&r"(word), "+r"(*address) : "r"(bytes) : "memory");
  return word;
}

/* p.sb: the byte at *address = value; *address goes on by `bytes`. */
INLINE void store_byte_step(uint8_t **address, uint32_t value, int32_t bytes) {
  __asm__ volatile(X_SB_STEP("%1", "%2", "%0") : "+r"(*address) : "r"(value), "r"(bytes) : "memory");
}

/* Hides from the compiler where a value comes from, so that it neither recomputes nor specialises. */
#define OPAQUE(value) __asm__("" : "+r"(value))

#endif
