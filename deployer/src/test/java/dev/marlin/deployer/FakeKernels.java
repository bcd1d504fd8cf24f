package dev.marlin.deployer;

import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.TileShape;
import java.util.Locale;

/** Kernels that take the room that real ones take, for tests that run nothing. */
public record FakeKernels(Operation operation) implements Kernel {

  public static Kernel of(LayerSpec spec) {
    return new FakeKernels(spec.operation());
  }

  @Override
  public String function() {
    return "fake_" + operation.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String file() {
    return function() + ".c";
  }

  @Override
  public int constantsBytes(LayerSpec layer, int channels) {
    int taps = layer.kernelHeight() * layer.kernelWidth() * layer.inChannels() / layer.groups();
    return channels * ((taps + 3) / 4 * 4 + 8);
  }

  @Override
  public byte[] packConstants(LayerSpec layer, LayerConstants constants, int first, int channels) {
    return new byte[constantsBytes(layer, channels)];
  }

  @Override
  public int scratchBytes(LayerSpec layer, TileShape tile, int cores) {
    int taps = layer.kernelHeight() * layer.kernelWidth();
    return operation == Operation.CONVOLUTION && taps > 1
        ? cores * 2 * ((taps * layer.inChannels() / layer.groups() + 3) / 4 * 4)
        : 0;
  }

  @Override
  public int channelBlock() {
    return 4;
  }
}
