package dev.marlin.deployer.tiling;

import dev.marlin.deployer.lowering.KernelLayer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** How long what is planned really takes. */
public interface CycleMeter {

  /** Measures nothing, says why. */
  CycleMeter NONE =
      new CycleMeter() {
        @Override
        public OptionalLong layer(KernelLayer layer, L2Tiling l2, L1Tiling l1) {
          throw new IllegalArgumentException(NO_METER);
        }

        @Override
        public Optional<List<Long>> network(NetworkTiling tilings) {
          throw new IllegalArgumentException(NO_METER);
        }
      };

  String NO_METER = "nothing is there that measures cycles";

  /**
   * Cycles of a layer that is a network of its own, and so fetches its constants itself.
   *
   * @return empty if the layer cannot be cut so
   */
  OptionalLong layer(KernelLayer layer, L2Tiling l2, L1Tiling l1);

  /**
   * Cycles of each layer of the whole network.
   *
   * @return empty if the buffers find no places in L2
   */
  Optional<List<Long>> network(NetworkTiling tilings);
}
