package dev.marlin.simulator;

/** One programmed uDMA transfer. */
final class UdmaTransfer {
  int address;
  int size;
  int remaining;
  int received;
  boolean continuous;
}
