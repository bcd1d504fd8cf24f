package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import java.util.List;

/**
 * What one layer needs of L2 besides the tensors that lie there whole: buffers for stripes and
 * slices that come from or go to L3.
 *
 * @param in one buffer for a stripe of each input that lies in L3; 0 for the others
 * @param inCopies 2 if there are several stripes
 * @param out one buffer for a stripe of the output; 0 if it lies in L2
 * @param outCopies 2 if there are several stripes
 * @param constants one buffer for a slice of the constants; 0 if there are none
 * @param constantsCopies 2 if there are several slices
 */
public record L2Buffers(
    List<Integer> in, int inCopies, int out, int outCopies, int constants, int constantsCopies) {

  /** {@code STRIPE_SLACK} of {@code layer.h}. */
  public static final int SLACK = 8;

  /** Buffers start at multiples of this. */
  static final int ALIGNMENT = 8;

  public L2Buffers {
    in = List.copyOf(in);
  }

  /**
   * The buffers of {@code layer}, cut as {@code l2} says.
   *
   * @param tileChannels channels of an L1 tile: constants are packed tile by tile
   */
  public static L2Buffers of(KernelLayer layer, L2Tiling l2, int tileChannels) {
    return of(layer, l2, tileChannels, 0);
  }

  /** As above, with tiles in steps of {@code depth} input channels. */
  public static L2Buffers of(KernelLayer layer, L2Tiling l2, int tileChannels, int depth) {
    boolean striped = l2.stripeHeight() < layer.out().height();
    boolean sliced = l2.sliceChannels() < layer.out().channels();
    int rows = layer.inputRows(l2.stripeHeight());
    int inBytes = rows * layer.in().width() * layer.in().channels();
    int outBytes =
        l2.stripeHeight() * layer.out().width() * layer.out().channels() * layer.spec().outBytes();
    return new L2Buffers(
        l2.inputsInL3().stream().map(inL3 -> inL3 ? padded(inBytes + SLACK) : 0).toList(),
        striped ? 2 : 1,
        l2.outputInL3() ? padded(outBytes + SLACK) : 0,
        striped ? 2 : 1,
        layer.hasConstants()
            ? padded(layer.constantsBytes(l2.sliceChannels(), tileChannels, depth) + SLACK)
            : 0,
        sliced ? 2 : 1);
  }

  /** Bytes of L2 that {@code bytes} take: buffers start at multiples of 8. */
  public static int padded(int bytes) {
    return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  /** Bytes of L2 in all while the layer runs. */
  public int total() {
    int stripes = in.stream().mapToInt(Integer::intValue).sum();
    return inCopies * stripes + outCopies * out + constantsCopies * constants;
  }
}
