package dev.marlin.deployer.zoo;

import java.util.List;

/**
 * The autoencoder of MLPerf Tiny's anomaly detection: 640 values through fully connected layers of
 * 128 to a bottleneck of 8 and back.
 */
final class Autoencoder implements ModelFamily {
  private static final String NAME = "autoencoder";
  private static final int INPUTS = 640;
  private static final List<Integer> HIDDEN = List.of(128, 128, 128, 128, 8, 128, 128, 128, 128);

  @Override
  public List<String> names() {
    return List.of(NAME);
  }

  @Override
  public byte[] build(String name) {
    ModelBuilder model = new ModelBuilder(name);
    Feature feature = model.vector(INPUTS);
    for (int outputs : HIDDEN) {
      feature = model.hidden(feature, outputs);
    }
    return model.finish(model.classifier(feature, INPUTS));
  }
}
