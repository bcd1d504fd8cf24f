package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Window;
import dev.marlin.kernels.LayerSpec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What makes the tilings of two layers the same problem; constants and names do not matter.
 *
 * @param spec as the kernel sees it
 * @param kernel the C function that runs every tile
 * @param way that it takes, as its numbers allow
 * @param in shape of each input (HWC)
 * @param inputChannels of each input
 * @param out shape of the output (HWC)
 * @param window kernel, strides, dilation and padding
 * @param hasConstants whether there are weights, multipliers or offsets
 */
record LayerShape(
    LayerSpec spec,
    String kernel,
    String way,
    Shape in,
    List<Integer> inputChannels,
    Shape out,
    Window window,
    boolean hasConstants) {

  static LayerShape of(KernelLayer layer) {
    return new LayerShape(
        layer.spec(),
        layer.kernel().function(),
        KernelCost.way(layer),
        layer.in(),
        IntStream.range(0, layer.inputs()).map(layer::inputChannels).boxed().toList(),
        layer.out(),
        layer.window(),
        layer.hasConstants());
  }
}
