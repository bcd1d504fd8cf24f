package dev.marlin.explorer.calibration;

import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Requantization;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A network whose weighted layers are requantized in another way, with nearly the same activations,
 * so that every variant of the kernels is run.
 */
enum ScalingVariant {
  /** As the network has it. */
  OWN,
  /** By divisors that are no powers of two. */
  EXACT,
  /** By multipliers so large that products need 64 bits. */
  WIDE,
  /** Both. */
  EXACT_WIDE;

  /** Bits by which multipliers, offsets and divisors grow. */
  private static final int GROWTH = 14;

  /** Of a divisor that is no power of two. */
  private static final int MAX_BITS = 32;

  /** {@code network} with this requantization. */
  Network of(Network network) {
    if (this == OWN) {
      return network;
    }
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      if (layer instanceof Convolution c) {
        layers.add(
            new Convolution(
                c.name(),
                c.input(),
                c.output(),
                c.window(),
                c.groups(),
                c.weights(),
                c.bias(),
                changed(c.requantization())));
      } else if (layer instanceof FullyConnected f) {
        layers.add(
            new FullyConnected(
                f.name(),
                f.input(),
                f.output(),
                f.weights(),
                f.bias(),
                changed(f.requantization())));
      } else {
        layers.add(layer);
      }
    }
    return new Network(network.name(), network.inputs(), layers, network.outputs());
  }

  private Optional<Requantization> changed(Optional<Requantization> own) {
    return own.map(
        r -> {
          boolean wide = this != EXACT;
          int bits = Long.SIZE - Long.numberOfLeadingZeros(r.divisor());
          int growth = this == WIDE ? GROWTH : Math.max(0, Math.min(GROWTH, MAX_BITS - bits));
          long factor = wide ? 1L << growth : 1;
          long divisor = r.divisor() * factor;
          return new Requantization(
              Arrays.stream(r.multiplier()).map(m -> m * factor + (wide ? 1 : 0)).toArray(),
              Arrays.stream(r.offset()).map(o -> o * factor).toArray(),
              this == WIDE || divisor == 1 ? divisor : divisor - 1,
              r.min(),
              r.max());
        });
  }
}
