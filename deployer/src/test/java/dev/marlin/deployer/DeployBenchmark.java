package dev.marlin.deployer;

import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.zoo.Models;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.FirmwareTarget;
import dev.marlin.kernels.Toolchains;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.LongStream;

/**
 * How long a network takes from layers to ELF in a warm JVM: the median of some deployments, tiling
 * and the rest apart. Arguments: name of the model, number of deployments.
 */
public final class DeployBenchmark {
  private DeployBenchmark() {}

  public static void main(String... arguments) {
    String model = arguments.length > 0 ? arguments[0] : "mobilenet_v1_1.0_128";
    int runs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 7;
    Network network = Models.load(model);
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("auto", System.err::println));
    long[] planned = new long[runs];
    long[] built = new long[runs];
    for (int i = -2; i < runs; i++) {
      long start = System.nanoTime();
      Deployment deployment =
          Deployer.deploy(network, DeploymentOptions.defaults(), builder::residentBytes);
      long middle = System.nanoTime();
      byte[] elf = builder.build(deployment.application().firmware(FirmwareTarget.GAP8)).elf();
      long end = System.nanoTime();
      if (i >= 0) {
        planned[i] = middle - start;
        built[i] = end - middle;
        System.out.printf(
            Locale.ROOT,
            "%s: %.3f s to plan and generate, %.3f s to compile and link %d bytes%n",
            model,
            planned[i] * 1e-9,
            built[i] * 1e-9,
            elf.length);
      }
    }
    long[] all = LongStream.range(0, runs).map(i -> planned[(int) i] + built[(int) i]).toArray();
    System.out.printf(
        Locale.ROOT,
        "%s: median %.3f s = %.3f s + %.3f s%n",
        model,
        median(all),
        median(planned),
        median(built));
  }

  private static double median(long[] nanoseconds) {
    long[] sorted = nanoseconds.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2] * 1e-9;
  }
}
