package dev.marlin.kernels;

/**
 * The kernels of {@code src/main/c/nn}. {@link #select} chooses the fastest one that computes a
 * layer; a new kernel is a C file, a {@link Kernel} and a line here.
 */
public final class KernelLibrary {

  private KernelLibrary() {}

  /**
   * The kernel for a layer.
   *
   * @throws IllegalArgumentException if there is none; the message says what is not supported
   */
  public static Kernel select(LayerSpec layer) {
    String variant = layer.arithmetic().suffix();
    return switch (layer.operation()) {
      case CONVOLUTION -> convolution(layer, variant);
      case DEPTHWISE ->
          Depthwise3x3Kernel.supports(layer)
              ? new Depthwise3x3Kernel(layer.strideHeight(), variant)
              : new DepthwiseKernel(variant);
      case FULLY_CONNECTED -> new FullyConnectedKernel(variant);
      case MAX_POOLING -> elementwise(layer, "max_pooling", variant);
      case AVERAGE_POOLING -> elementwise(layer, "average_pooling", variant);
      case ADDITION -> elementwise(layer, "addition", variant);
      case TABLE_ADDITION -> new TableAdditionKernel();
      case CONCATENATION -> new ConcatenationKernel();
    };
  }

  private static Kernel convolution(LayerSpec layer, String variant) {
    if (layer.groups() > 1) {
      return new GroupedConvolutionKernel(variant);
    }
    return GatheringConvolutionKernel.isFaster(layer)
        ? new GatheringConvolutionKernel(variant)
        : new ConvolutionKernel(variant);
  }

  private static Kernel elementwise(LayerSpec layer, String name, String variant) {
    if (layer.outBytes() != 1) {
      throw new IllegalArgumentException(
          layer.operation()
              + " with outputs of "
              + layer.outBytes()
              + " bytes is not supported, only 1 byte");
    }
    return new ElementwiseKernel(name, variant);
  }
}
