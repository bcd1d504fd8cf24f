package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.ModelBuilder.square;

import java.util.List;

/**
 * PULP-Frontnet as deployed with 32 channels (Palossi et al. 2021): 96 x 160 grey picture, six 3 x
 * 3 convolutions in three strided pairs, the pose of a person in four numbers.
 */
final class PenguiNet implements ModelFamily {
  private static final String NAME = "penguinet";

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public byte[] build(String name) {
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.convolution(model.image(96, 160, 1), 32, square(5, 2, 2));
    feature = model.maxPool(feature, square(2, 2, 0));
    for (int channels : List.of(32, 64, 128)) {
      feature = model.convolution(feature, channels, square(3, 2, 1));
      feature = model.convolution(feature, channels, square(3, 1, 1));
    }
    return model.finish(model.classifier(feature, 4));
  }
}
