package dev.marlin.deployer.tiling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.deployer.hardware.Hardware;
import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.lowering.Lowering;
import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Requantization;
import dev.marlin.deployer.reference.SharedModels;
import dev.marlin.deployer.schedule.Lifetimes;
import dev.marlin.deployer.zoo.Models;
import dev.marlin.kernels.KernelLibrary;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tiles of every layer on both levels, with default weights, beside those that DORY itself
 * chose; its lists lie outside this repository.
 */
final class DoryTilesTest {
  /** The one listed network whose additions are not linear: plain ones hide what it is. */
  private static final String QUANTLAB = "quantlab/Dronet";

  private static final Pattern HEAD_LAYER =
      Pattern.compile("^ ?(\\d+) \\w+ .*\\| *(.*?) *\\| *(\\S+) -> (\\S+) +\\d+ \\|.*");
  private static final Pattern HEAD_PIECE =
      Pattern.compile("in \\d+x(\\d+)x\\d+ out \\d+x(\\d+)x\\d+ W (?:(\\d+)x\\d+|-)");
  private static final Pattern V0_TILE = Pattern.compile("\\(([\\d, ]+)\\)$");

  /** What the policy decides, as text: the piece in L2 and the tile in L1. */
  private static List<String> decided(TilingPolicy policy, Network network) {
    TilingProblem problem =
        new TilingProblem(
            new Lowering(KernelLibrary::select).lower(network),
            Lifetimes.of(network),
            Hardware.gap8(),
            56320,
            500_000,
            TilingPolicies.weights(
                policy,
                QUANTLAB.equals(network.name())
                    ? Map.of(DoryHeuristics.REQUANTIZATION_BITS, 64.0)
                    : Map.of()));
    List<DoryTiling> decisions = ((DoryPolicy) policy).decide(problem, DoryPolicy.l2Bytes(problem));
    NetworkTiling tiling = policy.tile(problem);
    List<String> result = new ArrayList<>();
    for (int i = 0; i < decisions.size(); i++) {
      DoryTiling.Piece piece = decisions.get(i).l2();
      DoryTiling.Tile tile = decisions.get(i).l1();
      result.add(
          String.format(
              "%d: in %d out %d W %d, %dx%dx%d -> %dx%dx%d",
              i,
              piece.inRows(),
              piece.outRows(),
              piece.channels(),
              tile.inChannels(),
              tile.inRows(),
              tile.inColumns(),
              tile.channels(),
              tile.rows(),
              tile.columns()));
      L1Tiling l1 = tiling.layers().get(i).l1();
      assertThat(l1.channels() + "x" + l1.height() + "x" + l1.width())
          .as("tile that runs in layer %d of %s", i, network.name())
          .isEqualTo(tile.channels() + "x" + tile.rows() + "x" + tile.columns());
      assertThat(tiling.layers().get(i).l2().sliceChannels())
          .as("slice that runs in layer %d of %s", i, network.name())
          .isEqualTo(piece.channels());
      if (piece.outputCut()) {
        assertThat(tiling.layers().get(i).l2().stripeHeight())
            .as("stripe that runs in layer %d of %s", i, network.name())
            .isEqualTo(piece.outRows());
      }
    }
    return result;
  }

  /** The model; scales of additions, which tiles do not depend on, are plain. */
  private static Network network(String model) {
    Network network =
        Models.load(
            model.contains("/")
                ? SharedModels.folder().resolve(model).resolve("model.onnx").toString()
                : model);
    Requantization plain =
        new Requantization(new long[] {1}, new long[] {0}, 1, -(1 << 20), 1 << 20);
    List<Layer> layers = new ArrayList<>();
    for (Layer layer : network.layers()) {
      layers.add(
          layer instanceof Addition a
              ? new Addition(
                  a.name(), a.first(), a.second(), a.output(), plain, plain, a.requantization())
              : layer);
    }
    return new Network(model, network.input(), layers, network.outputs());
  }

  private static List<String> section(String file, String title) throws IOException {
    Path path = SharedModels.folder().resolveSibling("reference").resolve(file);
    assumeTrue(Files.isRegularFile(path), () -> "skipped: no list of DORY's tiles at " + path);
    List<String> lines = Files.readAllLines(path);
    int start = lines.indexOf("#### " + title) + 1;
    assertThat(start).as("section %s of %s", title, path).isPositive();
    int end = start;
    while (end < lines.size() && !lines.get(end).startsWith("####")) {
      end++;
    }
    return lines.subList(start, end);
  }

  @ParameterizedTest(name = "{0} for {2}")
  @CsvSource({
    "dronet_complete, nemo/dronet_complete, PULP.GAP8",
    "MV1-128-synthetic, mobilenet_v1_1.0_128, PULP.GAP8",
    "PenguiNet_32, nemo/PenguiNet_32, PULP.GAP8",
    "Residual_1, nemo/Residual_connection_test_1, PULP.GAP8",
    "dscnn_test, nemo/dscnn_test, PULP.GAP8",
    "dronet_2.0, nemo/dronet_2.0, PULP.GAP8",
    "dronet_complete, nemo/dronet_complete, PULP.PULP_gvsoc",
    "MV1-128-synthetic, mobilenet_v1_1.0_128, PULP.PULP_gvsoc",
    "PenguiNet_32, nemo/PenguiNet_32, PULP.PULP_gvsoc",
    "Residual_1, nemo/Residual_connection_test_1, PULP.PULP_gvsoc",
    "dscnn_test, nemo/dscnn_test, PULP.PULP_gvsoc",
    "dronet_2.0, nemo/dronet_2.0, PULP.PULP_gvsoc",
    "Quantlab_Dronet, quantlab/Dronet, PULP.PULP_gvsoc"
  })
  void tilesAreThoseOfTheRelease(String title, String model, String target) throws IOException {
    List<String> lines = section("dory-tilings-head.txt", title + " target " + target);
    Network network = network(model);
    List<KernelLayer> layers = new Lowering(KernelLibrary::select).lower(network);
    List<String> expected = new ArrayList<>();
    for (String line : lines) {
      Matcher layer = HEAD_LAYER.matcher(line);
      if (!layer.matches()) {
        continue;
      }
      int i = Integer.parseInt(layer.group(1));
      KernelLayer own = layers.get(i);
      Matcher piece = HEAD_PIECE.matcher(layer.group(2));
      boolean cut = piece.matches();
      String weights = cut ? piece.group(3) : null;
      expected.add(
          String.format(
              "%d: in %s out %s W %s, %s -> %s",
              i,
              cut ? piece.group(1) : own.in().height(),
              cut ? piece.group(2) : own.out().height(),
              weights == null ? own.out().channels() : weights,
              layer.group(3),
              layer.group(4)));
    }
    assertThat(expected).hasSameSizeAs(layers);
    String policy = target.equals("PULP.GAP8") ? "dory-gap8" : "dory-gvsoc";
    assertThat(decided(TilingPolicies.named(policy), network)).containsExactlyElementsOf(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "MV1-128-synthetic, mobilenet_v1_1.0_128",
    "PenguiNet_32, nemo/PenguiNet_32",
    "dscnn_test, nemo/dscnn_test"
  })
  void tilesAreThoseOfThePaper(String title, String model) throws IOException {
    List<String> lines =
        section("dory-tilings-v0.txt", "v0.0 (paper) " + title + "  L1=35000 L2=400000");
    Network network = network(model);
    List<KernelLayer> layers = new Lowering(KernelLibrary::select).lower(network);
    List<String> expected = new ArrayList<>();
    String piece = "";
    for (String line : lines) {
      Matcher sizes = V0_TILE.matcher(line);
      if (!sizes.find()) {
        continue;
      }
      int[] n =
          Pattern.compile(", ").splitAsStream(sizes.group(1)).mapToInt(Integer::parseInt).toArray();
      int i = expected.size();
      KernelLayer own = layers.get(i);
      if (line.contains("L3->L2")) {
        piece = String.format("%d: in %d out %d W %d, ", i, n[2], n[3], n[1]);
      } else if (line.contains("L2->L1")) {
        expected.add(
            piece + String.format("%dx%dx%d -> %dx%dx%d", n[0], n[2], n[4], n[1], n[3], n[5]));
      } else {
        expected.add(
            String.format(
                "%d: in %d out %d W %d, %dx%dx%d -> %dx%dx%d",
                i,
                own.in().height(),
                own.out().height(),
                own.out().channels(),
                n[0],
                n[1],
                n[2],
                n[0],
                n[3],
                n[4]));
      }
    }
    assertThat(expected).hasSameSizeAs(layers);
    assertThat(decided(TilingPolicies.named("dory-v0"), network))
        .containsExactlyElementsOf(expected);
  }
}
