package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;

/**
 * What a layer moves between L3 and L2, in bytes, its prefetched constants included.
 *
 * @param bytes in all
 * @param transfers in all
 * @param firstSlice of constants
 * @param firstStripe of all inputs in L3 together
 * @param lastStripe of the output, if it lies in L3
 */
public record Traffic(
    long bytes, long transfers, long firstSlice, long firstStripe, long lastStripe) {

  /** The traffic of {@code layer}; rows that two stripes share are moved twice. */
  public static Traffic of(KernelLayer layer, L2Tiling l2, int tileChannels) {
    return of(layer, l2, tileChannels, 0);
  }

  /** As above, with tiles in steps of {@code depth} input channels. */
  public static Traffic of(KernelLayer layer, L2Tiling l2, int tileChannels, int depth) {
    int height = layer.out().height();
    long inRows = 0;
    long outRow = (long) layer.out().width() * layer.out().channels() * layer.spec().outBytes();
    long inputs = l2.inputsInL3().stream().filter(inL3 -> inL3).count();
    for (int i = 0; i < l2.inputsInL3().size(); i++) {
      inRows += l2.inputsInL3().get(i) ? (long) layer.in().width() * layer.inputChannels(i) : 0;
    }
    long in = 0;
    long out = 0;
    long firstStripe = 0;
    long lastStripe = 0;
    int stripes = 0;
    for (int row = 0; row < height; row += l2.stripeHeight(), stripes++) {
      int end = Math.min(height, row + l2.stripeHeight());
      long rows = Math.max(0, layer.endInputRow(end) - layer.firstInputRow(row));
      in += rows * inRows;
      firstStripe = row == 0 ? in : firstStripe;
      lastStripe = l2.outputInL3() ? (end - row) * outRow : 0;
      out += lastStripe;
    }
    int channels = layer.out().channels();
    int slices = TileGrid.ceilDiv(channels, l2.sliceChannels());
    long constants = 0;
    long constantsTransfers = 0;
    if (layer.hasConstants()) {
      int passes = slices == 1 ? 1 : stripes;
      constants = (long) passes * layer.constantsBytes(channels, tileChannels, depth);
      constantsTransfers = (long) passes * slices;
    }
    return new Traffic(
        in + out + constants,
        inputs * stripes + (l2.outputInL3() ? stripes : 0) + constantsTransfers,
        layer.constantsBytes(l2.sliceChannels(), tileChannels, depth),
        firstStripe,
        lastStripe);
  }
}
