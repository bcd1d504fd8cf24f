package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.ModelBuilder.square;

import java.util.List;

/**
 * The residual network of MLPerf Tiny's image classification (CIFAR-10, 32 x 32 x 3): three blocks
 * of 16, 32 and 64 channels, the last two with a strided projection.
 */
final class ResNet8 implements ModelFamily {
  private static final String NAME = "resnet8";
  private static final int CLASSES = 10;

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public byte[] build(String name) {
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.convolution(model.image(32, 32, 3), 16, square(3, 1, 1));
    for (int channels : List.of(16, 32, 64)) {
      int stride = channels == 16 ? 1 : 2;
      Feature main = model.convolution(feature, channels, square(3, stride, 1));
      main = model.convolution(main, channels, square(3, 1, 1));
      Feature skip = stride == 1 ? feature : model.pointwise(feature, channels, stride);
      feature = model.add(main, skip);
    }
    return model.finish(model.classifier(model.globalAveragePool(feature), CLASSES));
  }
}
