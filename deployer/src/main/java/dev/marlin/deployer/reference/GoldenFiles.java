package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.Addition;
import dev.marlin.deployer.network.ElementType;
import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Recorded activations: {@code input.txt} and one {@code out_layer<i>.txt} for each layer.
 *
 * <p>Sets differ in two ways that the files do not tell reliably; each is decided by a rule and
 * said in {@link #adjustments}. Order: elements are stored HWC or, in some sets, CHW; the order is
 * taken in which fewer elements of the whole set differ from the reference interpreter's. Numbers:
 * where an activation follows a residual addition, some sets store the sum and the activation, the
 * network has one layer; of a surplus file and its successor, both of the addition's size, the
 * first is left out.
 *
 * <p>A folder may hold several sets, {@code input_<n>.txt} and {@code out_<n>_layer<i>.txt}; the
 * one with the smallest number is read unless another is asked for.
 *
 * @param input elements of the network's inputs, one behind the other, each HWC
 * @param outputs HWC, for each layer of the network
 * @param adjustments what was done to read the set, one line each, for people
 */
public record GoldenFiles(int[] input, List<int[]> outputs, List<String> adjustments) {

  /**
   * Reads a folder.
   *
   * @param network whose activations these are, with the requantization that was recorded
   * @throws ModelException if files are missing, damaged, or do not fit the network
   */
  public static GoldenFiles read(Path folder, Network network) {
    return read(GoldenSet.first(folder), network);
  }

  /**
   * Reads one set of a folder.
   *
   * @param network whose activations these are, with the requantization that was recorded
   * @throws ModelException if files are missing, damaged, or do not fit the network
   */
  public static GoldenFiles read(GoldenSet set, Network network) {
    int[] input = checked(set.input(), network);
    GoldenFiles hwc = aligned(set, network, input, outputs(set));
    long differences = hwc.differences(network);
    if (differences == 0) {
      return hwc;
    }
    GoldenFiles chw = hwc.fromChw(network);
    return chw.differences(network) < differences ? chw : hwc;
  }

  /**
   * The type of each input in {@code file}, which no ONNX file states: signed if a value is
   * negative and all fit int8, else unsigned.
   *
   * @throws ModelException if the file has not as many values as the inputs of {@code network}
   */
  public static List<ElementType> inputTypes(Path file, Network network) {
    int[] values = values(file, network);
    List<ElementType> types = new ArrayList<>();
    int from = 0;
    for (Tensor input : network.inputs()) {
      int end = from + input.shape().elements();
      types.add(inputType(Arrays.stream(values, from, end).summaryStatistics()));
      from = end;
    }
    return List.copyOf(types);
  }

  private static ElementType inputType(IntSummaryStatistics values) {
    boolean signed =
        values.getMin() < 0
            && values.getMin() >= ElementType.INT8.min()
            && values.getMax() <= ElementType.INT8.max();
    return signed ? ElementType.INT8 : ElementType.UINT8;
  }

  /**
   * Reads {@code file} as input for {@code network}: all inputs one behind the other, each HWC,
   * checked for number and range.
   */
  public static int[] readInput(Path file, Network network) {
    return checked(file, network);
  }

  /**
   * Compares outputs of all layers with the recorded ones.
   *
   * @param got in the order of the network's layers
   */
  public List<LayerComparison> compare(Network network, List<Activation> got) {
    return IntStream.range(0, outputs.size())
        .mapToObj(i -> LayerComparison.of(i, network.layers().get(i), outputs.get(i), got.get(i)))
        .toList();
  }

  private long differences(Network network) {
    return compare(network, ReferenceInterpreter.run(network, input)).stream()
        .mapToLong(LayerComparison::mismatches)
        .sum();
  }

  private GoldenFiles fromChw(Network network) {
    List<int[]> reordered = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      reordered.add(hwc(outputs.get(i), network.layers().get(i).output().shape()));
    }
    List<String> said = new ArrayList<>(adjustments);
    said.add("the set is stored channel by channel (CHW): fewer elements differ than as HWC");
    int[] inputs =
        ReferenceInterpreter.inputs(network, input).stream()
            .flatMapToInt(one -> Arrays.stream(hwc(one.values(), one.tensor().shape())))
            .toArray();
    return new GoldenFiles(inputs, reordered, List.copyOf(said));
  }

  private static int[] hwc(int[] chw, Shape shape) {
    int[] hwc = new int[chw.length];
    int pixels = shape.height() * shape.width();
    for (int c = 0; c < shape.channels(); c++) {
      for (int pixel = 0; pixel < pixels; pixel++) {
        hwc[pixel * shape.channels() + c] = chw[c * pixels + pixel];
      }
    }
    return hwc;
  }

  /** The values of {@code file}, as many as the network's inputs have elements. */
  private static int[] values(Path file, Network network) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException("golden file " + file + " is missing");
    }
    int[] values = GoldenFile.read(file);
    if (values.length != network.inputElements()) {
      String inputs =
          network.inputs().stream()
              .map(tensor -> tensor.name() + " (" + tensor.shape().toChw() + ")")
              .collect(Collectors.joining(" and "));
      throw new ModelException(
          String.format(
              "%s has %d values; %s %d",
              file,
              values.length,
              network.inputs().size() == 1
                  ? "the network's input " + inputs + " has"
                  : "the network's inputs " + inputs + ", one behind the other, have",
              network.inputElements()));
    }
    return values;
  }

  private static int[] checked(Path file, Network network) {
    int[] values = values(file, network);
    int i = 0;
    for (Tensor tensor : network.inputs()) {
      for (int end = i + tensor.shape().elements(); i < end; i++) {
        if (values[i] < tensor.type().min() || values[i] > tensor.type().max()) {
          throw new ModelException(
              String.format(
                  "%s: value %d is %d; the network's input %s holds %d..%d",
                  file, i, values[i], tensor.name(), tensor.type().min(), tensor.type().max()));
        }
      }
    }
    return values;
  }

  private static List<int[]> outputs(GoldenSet set) {
    List<int[]> files = new ArrayList<>();
    for (Path file = set.output(0); Files.isRegularFile(file); ) {
      files.add(GoldenFile.read(file));
      file = set.output(files.size());
    }
    return files;
  }

  /** Gives each layer its file. */
  private static GoldenFiles aligned(
      GoldenSet set, Network network, int[] input, List<int[]> files) {
    List<Layer> layers = network.layers();
    if (files.size() < layers.size()) {
      throw new ModelException(
          String.format(
              "%s is missing: the network has %d layers, the folder has files for %d",
              set.output(files.size()), layers.size(), files.size()));
    }
    int surplus = files.size() - layers.size();
    List<int[]> outputs = new ArrayList<>();
    List<String> adjustments = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      int elements = layer.output().shape().elements();
      // If additions outnumber surplus files, the last are taken: there activations follow.
      boolean needed = surplus > additions(layers.subList(i + 1, layers.size()));
      if (needed && skips(layer, files, next, elements)) {
        adjustments.add(
            String.format(
                "%s is left out: the sum before the activation that layer %d (%s) contains",
                set.output(next).getFileName(), i, layer.name()));
        next++;
        surplus--;
      }
      int[] values = files.get(next);
      if (values.length != elements) {
        throw new ModelException(
            String.format(
                "%s has %d values; layer %d (%s) has %d outputs (%s)",
                set.output(next),
                values.length,
                i,
                layer.name(),
                elements,
                layer.output().shape().toChw()));
      }
      reportExceeding(set.output(next), values, layer, adjustments);
      outputs.add(values);
      next++;
    }
    if (surplus > 0) {
      throw new ModelException(
          String.format(
              "%s: files for %d layers, the network has %d",
              set.folder(), files.size(), layers.size()));
    }
    return new GoldenFiles(input, List.copyOf(outputs), List.copyOf(adjustments));
  }

  private static long additions(List<Layer> layers) {
    return layers.stream().filter(Addition.class::isInstance).count();
  }

  private static boolean skips(Layer layer, List<int[]> files, int next, int elements) {
    return layer instanceof Addition
        && next + 1 < files.size()
        && files.get(next).length == elements
        && files.get(next + 1).length == elements;
  }

  private static void reportExceeding(
      Path file, int[] values, Layer layer, List<String> adjustments) {
    int max = layer.output().type().max();
    long exceeding = Arrays.stream(values).filter(value -> value > max).count();
    if (exceeding > 0) {
      adjustments.add(
          String.format(
              "%s: golden exceeds uint8 in %d elements (largest %d); outputs saturate at %d",
              file.getFileName(), exceeding, Arrays.stream(values).max().orElse(0), max));
    }
  }
}
