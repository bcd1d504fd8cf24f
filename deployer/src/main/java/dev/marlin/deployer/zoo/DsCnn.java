package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.ModelBuilder.square;

import dev.marlin.deployer.network.Window;
import java.util.List;

/**
 * The depthwise separable network of MLPerf Tiny's keyword spotting: 49 x 10 spectrogram, a 10 x 4
 * convolution with stride 2 and four separable blocks of 64 channels.
 */
final class DsCnn implements ModelFamily {
  private static final String NAME = "dscnn";
  private static final int CHANNELS = 64;
  private static final int BLOCKS = 4;
  private static final int CLASSES = 12;

  /** Padded to 25 x 5 outputs; the odd row of zeros comes last, as TensorFlow has it. */
  private static final Window STEM = new Window(10, 4, 2, 2, 1, 1, 4, 1, 5, 1);

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public byte[] build(String name) {
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.convolution(model.image(49, 10, 1), CHANNELS, STEM);
    for (int block = 0; block < BLOCKS; block++) {
      feature = model.depthwise(feature, square(3, 1, 1));
      feature = model.pointwise(feature, CHANNELS, 1);
    }
    return model.finish(model.classifier(model.globalAveragePool(feature), CLASSES));
  }
}
