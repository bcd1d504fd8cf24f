package dev.marlin.kernels;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * How kernels requantize: the Java side of {@code include/requantize.h}, with the same names. Where
 * the sums of 4 channels start lies before their weights, multipliers and offsets behind them.
 */
final class Scaling {

  /** Channels of a block. */
  static final int CHANNELS = 4;

  private Scaling() {}

  /**
   * Appends what lies before the weights of a channel: where its sum starts.
   *
   * @param channel of the layer, or -1 for one that there is not: zeros
   */
  static void putHead(ByteBuffer to, LayerSpec layer, LayerConstants constants, int channel) {
    check(layer, constants);
    if (layer.arithmetic().headBytes() == 0) {
      return;
    }
    if (channel < 0) {
      to.putInt(0);
    } else if (layer.arithmetic() == Arithmetic.RAW) {
      putInt(to, constants.offset()[channel], "offset", channel);
    } else {
      to.putInt(constants.lines().get(channel).start());
    }
  }

  /**
   * Appends what lies behind the weights of a channel.
   *
   * @param channel of the layer, or -1 for one that there is not: zeros
   * @throws IllegalArgumentException if a number does not fit the words of the variant
   */
  static void putTail(ByteBuffer to, LayerSpec layer, LayerConstants constants, int channel) {
    if (layer.arithmetic().isClamped()) {
      putLine(to, layer, channel < 0 ? ClampedLine.NONE : constants.lines().get(channel));
    } else if (layer.arithmetic() != Arithmetic.RAW) {
      long[] multiplier = Objects.requireNonNull(constants.multiplier());
      boolean wide = layer.arithmetic().isWide();
      put(to, channel < 0 ? 0 : multiplier[channel], wide, "multiplier", channel);
      put(to, channel < 0 ? 0 : constants.offset()[channel], wide, "offset", channel);
    }
  }

  private static void check(LayerSpec layer, LayerConstants constants) {
    boolean raw = layer.arithmetic() == Arithmetic.RAW;
    if (raw != (constants.multiplier() == null)) {
      throw new IllegalArgumentException(
          raw ? "raw 32-bit outputs have no multipliers" : "8-bit outputs need multipliers");
    }
    if (layer.arithmetic().isClamped() && constants.lines().size() < layer.outChannels()) {
      throw new IllegalArgumentException(
          constants.lines().size() + " clamped lines for " + layer.outChannels() + " channels");
    }
  }

  private static void putLine(ByteBuffer to, LayerSpec layer, ClampedLine line) {
    to.putInt(line.reach());
    if (layer.arithmetic() == Arithmetic.REFINED) {
      to.putInt(line.fineMultiplier()).putInt(line.fineOffset());
    }
    to.putInt(line.multiplier()).putInt(line.offset());
  }

  private static void put(ByteBuffer to, long value, boolean wide, String what, int channel) {
    if (wide) {
      to.putLong(value);
    } else {
      putInt(to, value, what, channel);
    }
  }

  private static void putInt(ByteBuffer to, long value, String what, int channel) {
    if (value != (int) value) {
      throw new IllegalArgumentException(
          what + " " + value + " of output channel " + channel + " does not fit 32 bits");
    }
    to.putInt((int) value);
  }
}
