package dev.marlin.deployer.zoo;

import static dev.marlin.deployer.zoo.ModelBuilder.square;

import java.util.ArrayList;
import java.util.List;

/**
 * MobileNetV2 (Sandler et al. 2018): inverted residuals, 64 layers. Channels are scaled by the
 * width to the nearest multiple of 8, as TensorFlow does; the last convolution keeps 1280. As NEMO
 * has it, the projections end with an 8-bit clip too: activations have no sign.
 */
final class MobileNetV2 implements ModelFamily {
  private static final String PREFIX = "mobilenet_v2_";
  private static final List<String> WIDTHS = List.of("0.35", "0.5", "0.75", "1.0");
  private static final List<Integer> RESOLUTIONS = List.of(96, 128, 160, 192, 224);
  private static final int STEM = 32;
  private static final int LAST = 1280;
  private static final int CLASSES = 1000;

  /** So many blocks of these channels, the first with the stride, hidden channels times expand. */
  private record Stage(int expand, int channels, int blocks, int stride) {}

  private static final List<Stage> STAGES =
      List.of(
          new Stage(1, 16, 1, 1),
          new Stage(6, 24, 2, 2),
          new Stage(6, 32, 3, 2),
          new Stage(6, 64, 4, 2),
          new Stage(6, 96, 3, 1),
          new Stage(6, 160, 3, 2),
          new Stage(6, 320, 1, 1));

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

  @Override
  public byte[] build(String name) {
    String[] parts = name.substring(PREFIX.length()).split("_", -1);
    double width = Double.parseDouble(parts[0]);
    int resolution = Integer.parseInt(parts[1]);
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.image(resolution, resolution, 3);
    feature = model.convolution(feature, scaled(STEM, width), square(3, 2, 1));
    for (Stage stage : STAGES) {
      for (int block = 0; block < stage.blocks(); block++) {
        int stride = block == 0 ? stage.stride() : 1;
        feature = block(model, feature, stage.expand(), scaled(stage.channels(), width), stride);
      }
    }
    feature = model.pointwise(feature, LAST, 1);
    return model.finish(model.classifier(model.globalAveragePool(feature), CLASSES));
  }

  private static Feature block(
      ModelBuilder model, Feature in, int expand, int channels, int stride) {
    int before = in.shape().channels();
    Feature hidden = expand == 1 ? in : model.pointwise(in, before * expand, 1);
    hidden = model.depthwise(hidden, square(3, stride, 1));
    Feature out = model.pointwise(hidden, channels, 1);
    return stride == 1 && before == channels ? model.add(in, out) : out;
  }

  /** The nearest multiple of 8, but not less than nine tenths. */
  private static int scaled(int channels, double width) {
    double wanted = channels * width;
    int scaled = Math.max(8, (int) (wanted + 4) / 8 * 8);
    return scaled < 0.9 * wanted ? scaled + 8 : scaled;
  }
}
