package dev.marlin.simulator.isa;

/**
 * Where an encoding keeps its operands, and how they are written.
 *
 * <p>The syntax is a template: {@code d s t} are rd, rs1 and rs2 after decoding (a store's value is
 * {@code d}, its register offset {@code t}); {@code i} the immediate, {@code u} an upper immediate,
 * {@code a} an address, {@code l} the loop number, {@code c} the constant, {@code I p} width minus
 * one and position of a bit field, {@code z} a CSR, {@code v} the immediate before replication.
 */
enum Format {
  // 32 bits
  R("d,s,t"),
  R1("d,s"),
  N("d,s,t,c"),
  I("d,s,i"),
  SH("d,s,i"),
  BITS("d,s,I,p"),
  U("d,u"),
  UPC("d,u"),
  J("d,a"),
  JR("d,i(s)"),
  B("s,t,a"),
  BI("s,i,a"),
  L("d,i(s)"),
  LP("d,i(s!)"),
  LX("d,t(s)"),
  LXP("d,t(s!)"),
  S("d,i(s)"),
  SP("d,i(s!)"),
  SX("d,t(s)"),
  SXP("d,t(s!)"),
  VSCB("d,s,t"),
  VSCH("d,s,t"),
  VSB("d,s,v"),
  VSH("d,s,v"),
  VUB("d,s,v"),
  VUH("d,s,v"),
  V6S("d,s,i"),
  V6U("d,s,i"),
  LPI("l,a"),
  LPC("l,s"),
  LPCI("l,i"),
  LPS("l,s,a"),
  LPSI("l,i,a"),
  CSR("d,z,s"),
  CSRI("d,z,i"),
  Z(""),
  // 16 bits
  CADDI4SPN("d,s,i"),
  CL("d,i(s)"),
  CS("d,i(s)"),
  CI("d,i"),
  CJAL("a"),
  CLI("d,i"),
  CADDI16SP("d,i"),
  CLUI("d,u"),
  CSHIFT("d,i"),
  CANDI("d,i"),
  CA("d,t"),
  CJ("a"),
  CB("s,a"),
  CSLLI("d,i"),
  CLWSP("d,i(s)"),
  CJR("s"),
  CMV("d,t"),
  CJALR("s"),
  CR("d,t"),
  CSWSP("d,i(s)");

  final String syntax;

  Format(String syntax) {
    this.syntax = syntax;
  }
}
