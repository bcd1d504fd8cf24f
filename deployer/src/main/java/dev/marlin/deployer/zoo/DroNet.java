package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.ModelBuilder.square;

import java.util.List;

/**
 * PULP-DroNet (Palossi et al. 2019): 200 x 200 grey picture, three residual blocks with strided
 * projections, steering angle and collision probability.
 */
final class DroNet implements ModelFamily {
  private static final String NAME = "dronet";

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public byte[] build(String name) {
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.convolution(model.image(200, 200, 1), 32, square(5, 2, 2));
    feature = model.maxPool(feature, square(2, 2, 0));
    for (int channels : List.of(32, 64, 128)) {
      Feature main = model.convolution(feature, channels, square(3, 2, 1));
      main = model.convolution(main, channels, square(3, 1, 1));
      feature = model.add(main, model.pointwise(feature, channels, 2));
    }
    return model.finish(model.classifier(feature, 2));
  }
}
