package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.ModelBuilder.square;

import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV1 (Howard et al. 2017): a strided convolution, thirteen pairs of depthwise and
 * pointwise convolutions, an average and a classifier of 1000: 29 layers. Channels are scaled by
 * the width as TensorFlow does, at least 8; padding is one on all sides, as PyTorch and NEMO have
 * it.
 */
final class MobileNetV1 implements ModelFamily {
  private static final String PREFIX = "mobilenet_v1_";
  private static final List<String> WIDTHS = List.of("0.25", "0.5", "0.75", "1.0");
  private static final List<Integer> RESOLUTIONS = List.of(128, 160, 192, 224);
  private static final int STRIDES = 32;
  private static final int LARGEST = 224;
  private static final int STEM = 32;
  private static final int CLASSES = 1000;

  /** Output channels at width 1, and the stride of the depthwise convolution. */
  private record Block(int channels, int stride) {}

  private static final List<Block> BLOCKS =
      List.of(
          new Block(64, 1),
          new Block(128, 2),
          new Block(128, 1),
          new Block(256, 2),
          new Block(256, 1),
          new Block(512, 2),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(512, 1),
          new Block(1024, 2),
          new Block(1024, 1));

  @Override
  public List<String> names() {
    List<String> names = new ArrayList<>();
    for (String width : WIDTHS) {
      for (int resolution : RESOLUTIONS) {
        names.add(PREFIX + width + "_" + resolution);
      }
    }
    return names;
  }

  /** Smaller inputs too: MLPerf Tiny's visual wake words have 96 x 96 pixels. */
  @Override
  public boolean builds(String name) {
    if (!name.matches("mobilenet_v1_(0\\.25|0\\.5|0\\.75|1\\.0)_[1-9]\\d{1,2}")) {
      return false;
    }
    int resolution = Integer.parseInt(name.substring(name.lastIndexOf('_') + 1));
    return resolution % STRIDES == 0 && resolution <= LARGEST;
  }

  @Override
  public byte[] build(String name) {
    String[] parts = name.substring(PREFIX.length()).split("_", -1);
    double width = Double.parseDouble(parts[0]);
    int resolution = Integer.parseInt(parts[1]);
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.image(resolution, resolution, 3);
    feature = model.convolution(feature, scaled(STEM, width), square(3, 2, 1));
    for (Block block : BLOCKS) {
      feature = model.depthwise(feature, square(3, block.stride(), 1));
      feature = model.pointwise(feature, scaled(block.channels(), width), 1);
    }
    return model.finish(model.classifier(model.globalAveragePool(feature), CLASSES));
  }

  private static int scaled(int channels, double width) {
    return Math.max(8, (int) (channels * width));
  }
}
