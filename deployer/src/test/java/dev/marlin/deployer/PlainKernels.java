package dev.marlin.deployer;

import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.KernelLibrary;
import dev.marlin.kernels.LayerConstants;
import dev.marlin.kernels.LayerSpec;
import dev.marlin.kernels.Operation;
import dev.marlin.kernels.TableAdditionKernel;
import dev.marlin.kernels.TileShape;
import dev.marlin.kernels.WorkingMemory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The kernels of {@code plain.c}: what the deployer plans can be tested with them, whatever the
 * library of fast kernels knows. They ask for as much scratch memory as an im2col would.
 */
public record PlainKernels(String function) implements Kernel {
  static final String FILE = "plain.c";

  private static final String TABLES = "plain_table_addition";
  private static final int SCALE_BYTES = 16;

  public static Kernel of(LayerSpec spec) {
    if (spec.operation() == Operation.CONCATENATION) {
      return KernelLibrary.select(spec); // copies: nothing could be plainer
    }
    String raw = spec.outBytes() == 4 ? "_raw" : "";
    return new PlainKernels(
        switch (spec.operation()) {
          case CONVOLUTION, FULLY_CONNECTED -> "plain_dense" + raw;
          case DEPTHWISE -> "plain_depthwise" + raw;
          case MAX_POOLING -> "plain_maximum";
          case AVERAGE_POOLING -> "plain_average";
          case ADDITION -> "plain_addition";
          case TABLE_ADDITION -> TABLES;
          case CONCATENATION -> throw new IllegalStateException();
        });
  }

  /** The C of all of them. */
  static String source() {
    try (InputStream in = PlainKernels.class.getResourceAsStream(FILE)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String file() {
    return FILE;
  }

  private static int weights(LayerSpec layer) {
    int channels =
        layer.operation() == Operation.DEPTHWISE ? 1 : layer.inChannels() / layer.groups();
    return layer.kernelHeight() * layer.kernelWidth() * channels;
  }

  @Override
  public boolean sharesConstants() {
    return function.equals(TABLES);
  }

  @Override
  public int constantsBytes(LayerSpec layer, int channels) {
    if (sharesConstants()) {
      return TableAdditionKernel.TABLES_BYTES;
    }
    return channels * (SCALE_BYTES + (weights(layer) + 3) / 4 * 4);
  }

  @Override
  public byte[] packConstants(LayerSpec layer, LayerConstants constants, int first, int channels) {
    if (sharesConstants()) {
      return constants.weights().clone();
    }
    int weights = weights(layer);
    byte[] packed = new byte[constantsBytes(layer, channels)];
    ByteBuffer buffer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    for (int c = 0; c < channels; c++) {
      buffer.position(c * (packed.length / channels));
      long[] multiplier = constants.multiplier();
      buffer.putLong(multiplier == null ? 1 : multiplier[first + c]);
      buffer.putLong(constants.offset()[first + c]);
      buffer.put(constants.weights(), (first + c) * weights, weights);
    }
    return packed;
  }

  @Override
  public WorkingMemory workingMemory(LayerSpec layer, TileShape tile) {
    boolean copies = layer.kernelHeight() * layer.kernelWidth() > 1;
    return layer.operation() == Operation.CONVOLUTION && copies
        ? new WorkingMemory(2 * ((weights(layer) + 3) / 4 * 4), 0)
        : WorkingMemory.NONE;
  }

  @Override
  public int channelBlock() {
    return 4;
  }
}
