package dev.marlin.deployer.hardware;

/**
 * A way between two memory levels, seen as a straight line: fixed cost plus bytes over bandwidth.
 *
 * @param bytesPerCycle bandwidth of a long transfer
 * @param cyclesPerTransfer fixed cycles of every transfer
 */
public record TransferChannel(int bytesPerCycle, int cyclesPerTransfer) {
  public TransferChannel {
    if (bytesPerCycle < 1 || cyclesPerTransfer < 0) {
      throw new IllegalArgumentException(
          "a channel of "
              + bytesPerCycle
              + " bytes a cycle and "
              + cyclesPerTransfer
              + " cycles a transfer");
    }
  }

  /** Cycles of {@code transfers} transfers that move {@code bytes} together. */
  public long cycles(long bytes, long transfers) {
    return (bytes + bytesPerCycle - 1) / bytesPerCycle + transfers * cyclesPerTransfer;
  }
}
