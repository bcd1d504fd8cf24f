package dev.marlin.deployer.codegen;

import dev.marlin.deployer.lowering.KernelLayer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Tensor;
import dev.marlin.deployer.schedule.LayerSchedule;
import dev.marlin.deployer.schedule.Place;
import dev.marlin.deployer.schedule.Schedule;
import dev.marlin.deployer.tiling.TilingProblem;
import dev.marlin.kernels.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes the application of a schedule: sources, packed constants, places of the outputs. */
public final class ApplicationBuilder {
  private ApplicationBuilder() {}

  /**
   * The application.
   *
   * @param policy name of the tiling policy, for readers of the code
   * @param residentBytes of L2 that were kept for code and data
   */
  public static Application build(
      Network network, TilingProblem problem, Schedule schedule, String policy, int residentBytes) {
    List<OutputPlace> outputs = new ArrayList<>();
    for (LayerSchedule layer : schedule.layers()) {
      Place place = layer.output().whole();
      outputs.add(
          new OutputPlace(
              outputs.size(), layer.layer().layer().output(), place.level(), place.offset()));
    }
    return new Application(
        network.name(),
        Map.of("network.c", CodeGenerator.networkC(network, problem, schedule, policy)),
        schedule.layers().stream()
            .flatMap(l -> l.kernels().stream())
            .map(Kernel::file)
            .distinct()
            .sorted()
            .toList(),
        new L3Image(
            constants(schedule),
            schedule.inputsInL3(),
            network.inputs().stream().map(Tensor::bytes).toList(),
            schedule.hashesInL3(),
            schedule.l3Bytes()),
        outputs,
        schedule.l1Bytes(),
        schedule.l2Bytes(),
        residentBytes);
  }

  /** The packed constants of all layers, from the end of the header to the start of the inputs. */
  private static byte[] constants(Schedule schedule) {
    byte[] bytes = new byte[schedule.inputsInL3().get(0) - L3Image.HEADER_BYTES];
    for (LayerSchedule scheduled : schedule.layers()) {
      KernelLayer layer = scheduled.layer();
      if (scheduled.constants().isEmpty()) {
        continue;
      }
      int at = scheduled.constants().get().whole().offset() - L3Image.HEADER_BYTES;
      int tile =
          layer.sharesConstants() ? layer.out().channels() : scheduled.tiling().l1().channels();
      for (int first = 0; first < layer.out().channels(); first += tile) {
        int channels = Math.min(tile, layer.out().channels() - first);
        byte[] packed = layer.packConstants(first, channels, scheduled.tiling().l1().depth());
        System.arraycopy(packed, 0, bytes, at, packed.length);
        at += packed.length;
      }
    }
    return bytes;
  }
}
