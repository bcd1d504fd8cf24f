package dev.marlin.deployer.lowering;

import dev.marlin.deployer.network.Window;

/** Sizes that {@code tile.h} and {@code layer.h} carry in 8 or 16 bits. */
final class Limits {
  private static final int UINT8 = 255;
  private static final int UINT16 = 65535;

  private Limits() {}

  static void check(KernelLayer layer) {
    Window window = layer.window();
    require(layer, "kernel height", window.kernelHeight(), 1, UINT8);
    require(layer, "kernel width", window.kernelWidth(), 1, UINT8);
    require(layer, "vertical stride", window.strideHeight(), 1, UINT8);
    require(layer, "horizontal stride", window.strideWidth(), 1, UINT8);
    require(layer, "vertical dilation", window.dilationHeight(), 1, UINT8);
    require(layer, "horizontal dilation", window.dilationWidth(), 1, UINT8);
    require(layer, "padding above", window.padTop(), 0, UINT8);
    require(layer, "padding at the left", window.padLeft(), 0, UINT8);
    require(layer, "input height", layer.in().height(), 1, UINT16);
    require(layer, "input width", layer.in().width(), 1, UINT16);
    require(layer, "input channels", layer.in().channels(), 1, UINT16);
    require(layer, "output height", layer.out().height(), 1, UINT16);
    require(layer, "output width", layer.out().width(), 1, UINT16);
    require(layer, "output channels", layer.out().channels(), 1, UINT16);
    require(layer, "shift", layer.scaling().shift(), 0, 63);
  }

  private static void require(KernelLayer layer, String what, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          String.format(
              "layer %s: %s is %d, supported are %d to %d", layer.name(), what, value, min, max));
    }
  }
}
