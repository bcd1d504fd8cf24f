package dev.marlin.deployer.onnx;

import static dev.marlin.deployer.onnx.Agreement.agrees;
import static dev.marlin.deployer.onnx.Agreement.refused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Pooling;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.network.Window;
import dev.marlin.deployer.onnx.proto.GraphProto;
import dev.marlin.deployer.onnx.proto.ModelProto;
import dev.marlin.deployer.onnx.proto.NodeProto;
import dev.marlin.deployer.reference.Activation;
import dev.marlin.deployer.reference.ReferenceInterpreter;
import dev.marlin.deployer.reference.SeededInput;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Every pattern is read and run, and its outputs compared with those of the ONNX graph itself,
 * evaluated operator by operator as the standard defines them.
 */
class FrontendTest {
  private static final String INPUT = "input x 1,4,9,7\n";
  private static final String CONV =
      INPUT
          + "random w 6,4,3,3 -20 20\n"
          + "random k 1,6,1,1 1 90\n"
          + "random l 1,6,1,1 -90000 90000\n"
          + "y = Conv x w pads=1,1,1,1 kernel_shape=3,3\n";
  private static final String REQUANT =
      """
      float m - = 5
      float d - = 512
      s = Mul y m
      q = Div s d
      f = Floor q
      a = Clip f min=0.0 max=255.0
      """;

  @Test
  void batchNormalizationAndReluFollowAConvolutionInAnyOperandOrder() {
    agrees(CONV + normalized("b = Mul k y", "n = Add b l", "s = Mul c m"), 1);
    agrees(CONV + normalized("b = Mul y k", "n = Add l b", "s = Mul m c"), 1);
  }

  @Test
  void nodesMayStandInAnyOrder() {
    ModelProto model =
        OnnxText.model(CONV + normalized("b = Mul k y", "n = Add b l", "s = Mul c m"));
    List<NodeProto> nodes = new ArrayList<>(model.getGraph().getNodeList());
    Collections.shuffle(nodes, new Random(3));
    GraphProto graph = model.getGraph().toBuilder().clearNode().addAllNode(nodes).build();
    agrees(model.toBuilder().setGraph(graph).build(), 1);
  }

  @Test
  void constantsMayBeOfAnyNumberTypeRawOrTyped() {
    for (String type : List.of("float", "double", "int32", "int64")) {
      for (String form : List.of("", " typed")) {
        agrees(
            INPUT
                + "random w 2,4,1,1 -20 20\n"
                + type
                + " k 1,2,1,1 = 12,-7"
                + form
                + "\n"
                + type
                + " l 1,2,1,1 = 1000,90000"
                + form
                + "\ny = Conv x w\nb = Mul k y\nn = Add b l\n"
                + "float d - = 1024\nq = Div n d\nf = Floor q\n"
                + "a = Clip f min=0.0 max=255.0\noutput a",
            1);
      }
    }
  }

  @Test
  void divisorsThatAreNoPowersOfTwoStayExact() {
    Network network =
        agrees(CONV + REQUANT.replace("512", "4095").replace("= 5", "= 1") + "output a", 1);
    Convolution layer = (Convolution) network.layers().get(0);
    assertThat(layer.requantization().orElseThrow().divisor()).isEqualTo(4095);
  }

  @Test
  void aBiasAddsToTheSumsBeforeTheRequantization() {
    agrees(
        CONV.replace("Conv x w", "Conv x w c").replace("y = ", "random c 6 -500 500\ny = ")
            + REQUANT
            + "output a",
        1);
  }

  @Test
  void padNodesAndPadAttributesAddUp() {
    agrees(
        CONV.replace(
                "y = Conv x",
                "p = Pad x pads=0,0,1,0,0,0,0,2 mode=constant value=0.0\n"
                    + "z = Pad p pads=0,0,0,0,0,0,0,0 mode=constant value=0.0\ny = Conv z")
            + REQUANT
            + "output a",
        1);
  }

  @Test
  void padNodesMayStandBeforePoolings() {
    String pad = "p = Pad x pads=0,0,1,1,0,0,0,0 mode=constant value=0.0\n";
    agrees(INPUT + pad + "a = MaxPool p kernel_shape=3,2 strides=2,1\noutput a", 1);
    agrees(
        INPUT
            + pad
            + "y = AveragePool p kernel_shape=3,2 strides=2,2\n"
            + "float e - = 6\ny1 = Mul y e\nfloat r - = 43\ny2 = Mul y1 r\nfloat d - = 256\n"
            + "y3 = Div y2 d\na = Floor y3\noutput a",
        1);
  }

  @Test
  void paddingWithAnotherValueIsRefused() {
    refused(INPUT + "p = Pad x pads=0,0,1,1,1,1,0,0 mode=constant value=1.0\noutput p")
        .hasMessageContaining("pads [0, 0, 1, 1, 1, 1, 0, 0] with constant 1.0")
        .hasMessageContaining("supported: zeros around rows and columns");
  }

  @Test
  void poolingsKeepTheirKernelsStridesAndRounding() {
    agrees(INPUT + "a = MaxPool x kernel_shape=2,3 strides=2,2\noutput a", 1);
    agrees(INPUT + "a = MaxPool x kernel_shape=2,2 strides=2,2 ceil_mode=1\noutput a", 1);
    agrees(INPUT + "y = AveragePool x kernel_shape=3,3 strides=3,3\na = Floor y\noutput a", 1);
    agrees(INPUT + "y = GlobalAveragePool x\na = Floor y\noutput a", 1);
  }

  @Test
  void anAverageMayBeRoundedBeforeItIsScaled() {
    agrees(
        INPUT
            + "y0 = AveragePool x kernel_shape=3,3 strides=3,3\ny = Floor y0\n"
            + REQUANT.replace("512", "7")
            + "output a",
        2);
  }

  @Test
  void residualFactorsBelongToTheirTensors() {
    String branches =
        CONV.replace("6,4,3,3", "4,4,3,3")
            + REQUANT
            + "float m1 - = 7\nfloat m2 - = 20\nu = Mul a m1\nv = Mul x m2\n"
            + "float e - = 32\nt = Div g e\nr = Floor t\noutput r\n";
    for (String sum : List.of("g = Add u v", "g = Add v u")) {
      Network network = agrees(branches + sum, 2);
      Addition addition = (Addition) network.layers().get(1);
      boolean first = addition.first().equals(network.input());
      assertThat((first ? addition.firstScaling() : addition.secondScaling()).multiplier())
          .containsExactly(20);
    }
  }

  @Test
  void severalInputsMeetInAdditionsConcatenationsAndLayersOfTheirOwn() {
    Network network =
        agrees(
            "input x 1,4,9,7\ninput second 1,4,9,7\ninput third 1,3,9,7\n"
                + CONV.replace(INPUT, "").replace("6,4,3,3", "4,4,3,3")
                + REQUANT
                + "float m1 - = 7\nfloat m2 - = 20\nu = Mul a m1\nv = Mul second m2\n"
                + "g = Add u v\nfloat e - = 32\nt = Div g e\nr = Floor t\n"
                + "j = Concat r third axis=1\no = MaxPool j kernel_shape=2,2 strides=2,2\noutput o",
            4);
    assertThat(network.inputs()).extracting(Tensor::name).containsExactly("x", "second", "third");
    assertThat(network.inputElements()).isEqualTo((4 + 4 + 3) * 9 * 7);
  }

  @Test
  void anInputThatNothingReadsIsRefused() {
    refused(INPUT + "input z 1,2,3,3\na = MaxPool x kernel_shape=1,1\noutput a")
        .hasMessageContaining("input 'z' is read by no layer");
  }

  @Test
  void aReluBehindAnAdditionIsMergedIfItScalesNothing() {
    Network network = agrees(residual("32", "32"), 1);
    assertThat(network.layers().get(0)).isInstanceOf(Addition.class);
  }

  @Test
  void aReluThatScalesAnAdditionAgainBecomesALayerOfItsOwn() {
    Network network = agrees(residual("58", "64"), 2);
    assertThat(network.layers().get(1)).isInstanceOf(Pooling.class);
  }

  private static String residual(String multiplier, String divisor) {
    return INPUT
        + "float m1 - = 32\nu = Mul x m1\nv = Mul x m1\ng = Add u v\nfloat d - = 128\n"
        + "t = Div g d\nr = Floor t\nr1 = Cast r to=7\nfloat m - = "
        + multiplier
        + "\nr2 = Mul r1 m\nfloat e - = "
        + divisor
        + "\nr3 = Div r2 e\nr4 = Cast r3 to=7\nr5 = Cast r4 to=1\n"
        + "a = Clip r5 min=0.0 max=255.0\noutput a";
  }

  private static final String PARTS =
      INPUT
          + "random w1 3,4,1,1 -20 20\nrandom w2 5,4,3,3 -20 20\n"
          + "y1 = Conv x w1\ny2 = Conv x w2 pads=1,1,1,1\nfloat d - = 64\n"
          + "s1 = Div y1 d\nf1 = Floor s1\na1 = Clip f1 min=0.0 max=255.0\n"
          + "s2 = Div y2 d\nf2 = Floor s2\na2 = Clip f2 min=0.0 max=255.0\n";

  @Test
  void channelsOfBranchesAreJoined() {
    agrees(PARTS + "a = Concat a1 x a2 axis=1\noutput a", 4);
    agrees(PARTS + "a = Concat a1 a1 axis=-3\noutput a", 3);
    agrees(
        PARTS
            + "c = Concat a1 a2 axis=1\nrandom k 1,8,1,1 1 9\nrandom l 1,8,1,1 -99 99\n"
            + "b = Mul c k\nn = Add b l\nfloat e - = 8\nt = Div n e\nf = Floor t\n"
            + "a = Clip f min=0.0 max=255.0\noutput a",
        4);
  }

  @Test
  void joinedBranchesMayHaveScalesOfTheirOwn() {
    String text =
        PARTS
            + "float m1 - = 7\nfloat m2 - = 20\nu = Mul a1 m1\nv = Mul m2 a2\n"
            + "c = Concat v x u axis=1\nfloat e - = 16\nt = Div c e\nr = Floor t\n"
            + "a = Clip r min=0.0 max=255.0\noutput a";
    agrees(text, 7);
    refused(text.replace("t = Div c e", "t = Identity c").replace("output a", "output t"))
        .hasMessageContaining("Concat node 'n_c'");
  }

  @Test
  void whatTheHostJoinsLeavesAllItsPartsAsOutputs() {
    Network network =
        NetworkReader.read(
            OnnxText.model(
                    INPUT
                        + "v = Flatten x\nrandom w 252,5 -9 9\nrandom u 252,2 -9 9\n"
                        + "y = MatMul v w\nz = MatMul v u\ns = Sigmoid z\n"
                        + "a = Concat y s axis=1\noutput a")
                .toByteArray(),
            "heads");
    assertThat(network.outputs()).extracting(Tensor::name).containsExactly("y", "z");
  }

  @Test
  void joiningAlongOtherAxesIsRefused() {
    refused(PARTS + "a = Concat a1 a1 axis=2\noutput a")
        .hasMessageContaining("along axis 2; supported: channels (axis 1) of pictures");
    refused(PARTS + "p = MaxPool a1 kernel_shape=2,2\na = Concat p a2 axis=1\noutput a")
        .hasMessageContaining("joins [[1, 3, 8, 6], [1, 5, 9, 7]]");
  }

  @Test
  void severalBranchesMayBeAliveAtOnce() {
    String one = REQUANT.replace("y", "y1").replaceAll("\\b([sqfa])\\b", "$11");
    String two = REQUANT.replaceAll("float.*\n", "").replace("y", "y2");
    two = two.replaceAll("\\b([sqfa])\\b", "$12");
    agrees(
        INPUT
            + "random w1 4,4,1,1 -20 20\nrandom w2 4,4,3,3 -20 20\n"
            + "y1 = Conv x w1\ny2 = Conv x w2 pads=1,1,1,1\n"
            + one
            + two
            + "float h - = 2\nu = Mul a1 h\ng = Add u a2\nfloat e - = 4\nt = Div g e\nr = Floor t\n"
            + "g2 = Add r x\nt2 = Div g2 e\nr2 = Floor t2\noutput r2\noutput a1",
        4);
  }

  @Test
  void fullyConnectedLayersReadTheFlattenedOrder() {
    String flat = INPUT + "v = Flatten x axis=1\n";
    agrees(flat + "random w 252,5 -20 20\na = MatMul v w\noutput a", 1);
    agrees(flat + "random w 252,5 -20 20\na = Gemm v w\noutput a", 1);
    agrees(
        flat + "random w 5,252 -20 20\nrandom b 5 -900 900\na = Gemm v w b transB=1\noutput a", 1);
    agrees(
        flat + "random w 252,5 -20 20\nrandom b 5 -900 900\ny = MatMul v w\na = Add y b\noutput a",
        1);
  }

  @Test
  void squareWeightsAreReadAsTheirOperatorSays() {
    String vector = "input x 1,6\nrandom w 6,6 -20 20\n";
    agrees(vector + "a = MatMul x w\noutput a", 1);
    agrees(vector + "a = Gemm x w transB=1\noutput a", 1);
    agrees(vector + "a = Gemm x w transB=0\noutput a", 1);
  }

  @Test
  void hiddenFullyConnectedLayersAreRequantized() {
    agrees(
        "input x 1,30\nrandom w 30,6 -20 20\nrandom k 6 1 90\nrandom l 6 -90000 90000\n"
            + "y = MatMul x w\n"
            + normalized("b = Mul k y", "n = Add b l", "s = Mul c m")
            + "\nrandom w2 6,3 -20 20\no = MatMul a w2\noutput o",
        2);
  }

  @Test
  void oneDimensionalNetworksHaveOneRow() {
    Network network =
        agrees(
            "input x 1,3,40\nrandom w 5,3,3 -20 20\nrandom k 1,5,1 1 90\nrandom l 1,5,1 -9000 9000\n"
                + "p = Pad x pads=0,0,8,0,0,0 mode=constant value=0.0\n"
                + "y = Conv p w dilations=4 strides=1 kernel_shape=3 pads=0,0\n"
                + normalized("b = Mul k y", "n = Add b l", "s = Mul c m")
                + "\no1 = AveragePool a kernel_shape=2 strides=2\no = Floor o1\noutput o",
            2);
    assertThat(network.input().shape()).isEqualTo(new Shape(1, 40, 3));
    assertThat(((Convolution) network.layers().get(0)).window())
        .isEqualTo(new Window(1, 3, 1, 1, 1, 4, 0, 8, 0, 0));
  }

  @Test
  void groupsAndDepthwiseMultipliersAreGroupedConvolutions() {
    agrees(
        CONV.replace("6,4,3,3", "6,2,3,3").replace("pads=1,1", "group=2 pads=1,1")
            + REQUANT
            + "output a",
        1);
    Network network =
        agrees(
            CONV.replace("6,4,3,3", "8,1,3,3").replace("pads=1,1", "group=4 pads=1,1")
                + REQUANT
                + "output a",
            1);
    assertThat(((Convolution) network.layers().get(0)).isDepthwise()).isFalse();
  }

  @Test
  void stridesDilationsAndPaddingMayDifferByAxis() {
    agrees(
        INPUT
            + "random w 5,4,2,3 -20 20\ny = Conv x w strides=2,1 dilations=3,1 pads=2,0,1,2\n"
            + REQUANT
            + "output a",
        1);
  }

  @Test
  void clipsMayHaveTheirBoundsAsInputs() {
    agrees(
        CONV
            + REQUANT.replace("min=0.0 max=255.0", "low high")
            + "float low - = 0\nfloat high - = 15\noutput a",
        1);
  }

  @Test
  void aComputedReshapeIsAFlatten() {
    agrees(
        INPUT
            + "h = Shape x\nint64 z - = 0\nb = Gather h z axis=0\nb1 = Unsqueeze b axes=0\n"
            + "int64 one 1 = -1\nt = Concat b1 one axis=0\nv = Reshape x t\n"
            + "random w 252,5 -20 20\na = MatMul v w\noutput a",
        1);
  }

  @Test
  void whatFollowsTheLastLayerIsLeftToTheHost() {
    Network network =
        agrees(
            """
            input x 1,30
            random w 30,3 -20 20
            y = MatMul x w
            int64 zero - = 0
            int64 one - = 1
            a = Gather y zero axis=1
            b = Gather y one axis=1
            c = Sigmoid b
            output a
            output c
            """,
            1);
    assertThat(network.outputs()).hasSize(1);
  }

  @Test
  void operatorsOfTheHostInsideTheNetworkAreRefused() {
    refused(
            """
            input x 1,30
            random w 30,3 -20 20
            y = MatMul x w
            s = Sigmoid y
            random w2 3,3 -20 20
            a = MatMul s w2
            output a
            """)
        .hasMessageContaining("MatMul node 'n_a' (output 'a') reads 's'")
        .hasMessageContaining("only behind the last layer");
  }

  @Test
  void sumsWithoutRequantizationFeedNoLayer() {
    refused(CONV + "random w2 2,6,1,1 -9 9\na = Conv y w2\noutput a")
        .hasMessageContaining("Conv node 'n_a'")
        .hasMessageContaining("raw 32-bit sums 'y'");
  }

  @Test
  void shapesThatDoNotFitAreRefusedWithBoth() {
    refused(INPUT + "random w 6,5,3,3 -9 9\na = Conv x w\noutput a")
        .hasMessageContaining("has weights [6, 5, 3, 3] and 1 groups")
        .hasMessageContaining("4 input channels");
    refused(INPUT + "random w 99,5 -9 9\nv = Flatten x\na = MatMul v w\noutput a")
        .hasMessageContaining("has weights [99, 5] for 252 inputs");
    refused(INPUT + "p = MaxPool x kernel_shape=2,2\na = Add p x\noutput a")
        .hasMessageContaining("adds 4x8x6 and 4x9x7 (CHW)");
  }

  @Test
  void quantlabsAdditionScalesEachOperandBeforeTheSum() {
    Network network =
        NetworkReader.read(
            OnnxText.model(
                    INPUT
                        + "y = MaxPool x kernel_shape=1,1\n"
                        + "a = Add y x in1_mul=3 in1_add=1 in1_shift=2 in1_n_levels=256 in2_mul=5"
                        + " in2_add=2 in2_shift=3 in2_n_levels=256 out_mul=1 out_add=0 out_shift=1"
                        + " out_n_levels=256\noutput a")
                .toByteArray(),
            "quantlab");
    int[] input = SeededInput.forNetwork(network);
    Activation sum = ReferenceInterpreter.run(network, input).get(1);
    for (int i = 0; i < input.length; i++) {
      int expected = (((3 * input[i] + 1) >> 2) + ((5 * input[i] + 2) >> 3)) >> 1;
      assertThat(sum.get(i)).isEqualTo(expected);
    }
  }

  private static String normalized(String multiply, String add, String scale) {
    return String.join(
        "\n",
        multiply,
        add,
        "c = Cast n to=7",
        "constant m int64 - = 5",
        "constant d int64 - = 131072",
        scale,
        "q = Div s d",
        "i = Cast q to=7",
        "f = Cast i to=1",
        "a = Clip f min=0.0 max=255.0",
        "output a\n");
  }
}
