package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marlin.deployer.Deployer;
import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.DeploymentOptions;
import dev.marlin.deployer.LayerPlan;
import dev.marlin.deployer.Networks;
import dev.marlin.deployer.ProgramRunner;
import dev.marlin.deployer.ResidentBytes;
import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.network.Network;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TileCacheTest {

  /** Remembers everything, and counts. */
  private static final class Everything implements TileCache {
    private final Map<Object, Object> known = new HashMap<>();
    private int made;
    private int found;

    @Override
    @SuppressWarnings("unchecked")
    public <T> T get(Object key, Supplier<T> make) {
      Object value = known.get(key);
      if (value == null) {
        made++;
        value = make.get();
        known.put(key, value);
      } else {
        found++;
      }
      return (T) value;
    }
  }

  private static DeploymentOptions options(String policy, int l1, int l2) {
    return DeploymentOptions.defaults()
        .withTiling(policy)
        .withHardware(Hardware.gap8().withL1Bytes(l1 << 10).withL2Bytes(l2 << 10));
  }

  private static List<LayerPlan> plan(Network network, DeploymentOptions options, TileCache cache) {
    Deployment deployment =
        Deployer.deploy(network, options, ResidentBytes.ESTIMATE, ProgramRunner.NONE, cache);
    return deployment.layers();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cycles", "dory-gap8", "dory-gvsoc", "dory-v0"})
  void whatOthersHaveFoundChangesNoTiling(String policy) {
    Everything cache = new Everything();
    for (double width : new double[] {0.25}) {
      Network network = Networks.mobilenet(width, 96);
      for (int l1 : new int[] {64, 48}) {
        for (int l2 : new int[] {512, 300}) {
          DeploymentOptions options = options(policy, l1, l2);
          List<Tiling> alone =
              plan(network, options, TileCache.NONE).stream().map(LayerPlan::tiling).toList();
          List<Tiling> shared =
              plan(network, options, cache).stream().map(LayerPlan::tiling).toList();
          assertThat(shared).as("%s %d KiB %d KiB", network.name(), l1, l2).isEqualTo(alone);
        }
      }
    }
    assertThat(cache.found).as("found, while %d were made", cache.made).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cycles", "dory-gap8", "dory-gvsoc", "dory-v0"})
  void buffersAreSingleOrDoubleWhereTheirWeightSaysSo(String policy) {
    Network network = Networks.mobilenet(0.25, 96);
    for (int buffers : new int[] {1, 2}) {
      DeploymentOptions options =
          options(policy, 64, 512).withHeuristics(Map.of("buffers", (double) buffers));
      assertThat(plan(network, options, TileCache.NONE))
          .allMatch(layer -> layer.tiling().l1().overlap() == (buffers == 2));
    }
    DeploymentOptions three = options(policy, 64, 512).withHeuristics(Map.of("buffers", 3.0));
    assertThatThrownBy(() -> plan(network, three, TileCache.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heuristic buffers is 3.0; it must be")
        .hasMessageContaining("2 (double)");
  }

  @Test
  void theSecondDeploymentOfTheSameSolvesNothing() {
    Network network = Networks.mobilenet(0.25, 96);
    Everything cache = new Everything();
    plan(network, options("cycles", 64, 512), cache);
    int made = cache.made;
    plan(network, options("cycles", 64, 512), cache);
    assertThat(cache.made).isEqualTo(made);
  }
}
