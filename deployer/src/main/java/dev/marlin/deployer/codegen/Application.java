package dev.marlin.deployer.codegen;

import dev.marlin.kernels.FirmwareRequest;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.OutputHash;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network as a program: what the cross-compiler and the executor need.
 *
 * @param name of the network, a C identifier
 * @param sources generated C files, name to text, in the order of a reader
 * @param kernelFiles files under {@code nn/} that the network uses, sorted
 * @param image what HyperRAM holds before the program starts
 * @param outputs where each layer's output is found, in layer order
 * @param l1Bytes used of the L1 arena
 * @param l2Bytes used of the L2 arena
 * @param residentBytes of L2 that the plan leaves to code and data
 */
public record Application(
    String name,
    Map<String, String> sources,
    List<String> kernelFiles,
    L3Image image,
    List<OutputPlace> outputs,
    int l1Bytes,
    int l2Bytes,
    int residentBytes) {

  public Application {
    kernelFiles = List.copyOf(kernelFiles);
    outputs = List.copyOf(outputs);
  }

  /** What the cross-compiler makes the program of. */
  public FirmwareRequest firmware(FirmwareTarget target) {
    return FirmwareRequest.of(target, sources, Set.copyOf(kernelFiles), l1Bytes, l2Bytes);
  }

  /**
   * The content of HyperRAM from offset 0 for one run.
   *
   * @param input the network's inputs one behind the other, each HWC, one byte an element
   * @param report what the program prints
   */
  public byte[] l3Image(byte[] input, ProgramReport report) {
    return image.withInput(input, report, List.of());
  }

  /**
   * As above, for a program that checks itself: it runs the network a second time, compares the
   * hash of every layer's output and ends with status 97 if one differs.
   *
   * @param expected output of each layer as it lies in memory, HWC, 1 byte an element or 4 in
   *     little-endian order
   */
  public byte[] l3Image(byte[] input, ProgramReport report, List<byte[]> expected) {
    if (expected.size() != outputs.size()) {
      throw new IllegalArgumentException(
          expected.size() + " outputs are expected of " + outputs.size() + " layers");
    }
    return image.withInput(input, report, expected.stream().map(OutputHash::of).toList());
  }
}
