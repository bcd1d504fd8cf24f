package dev.marlin.deployer.network;

/**
 * Where a convolution or a pooling looks: kernel, stride, dilation (rows, columns) and zero padding
 * on each side.
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight) {

  /** The shape that this window makes of {@code input}, with {@code channels} output channels. */
  public Shape output(Shape input, int channels) {
    int height = input.height() + padTop + padBottom - dilationHeight * (kernelHeight - 1) - 1;
    int width = input.width() + padLeft + padRight - dilationWidth * (kernelWidth - 1) - 1;
    return new Shape(
        Math.floorDiv(height, strideHeight) + 1, Math.floorDiv(width, strideWidth) + 1, channels);
  }

  public boolean isPadded() {
    return (padTop | padLeft | padBottom | padRight) != 0;
  }
}
