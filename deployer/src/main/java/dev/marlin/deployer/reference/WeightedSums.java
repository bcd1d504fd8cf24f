package dev.marlin.deployer.reference;

import dev.marlin.deployer.network.Convolution;
import dev.marlin.deployer.network.FullyConnected;
import dev.marlin.deployer.network.Shape;
import dev.marlin.deployer.network.Window;
import java.util.Arrays;

/**
 * The 32-bit sums of layers with weights, before bias and requantization.
 *
 * <p>One input element at a time is multiplied with the weights of all output channels, so that the
 * inner loop is a multiply-add of two arrays that the JIT turns into vector code, and zeros of the
 * input cost nothing. For that the weights are transposed once a layer: window, input channel,
 * output channel. Depthwise layers walk all channels of a tap at once instead. Additions wrap, so
 * partial sums beyond 32 bits do no harm if the sum fits.
 */
final class WeightedSums {
  private WeightedSums() {}

  /** Sums of a convolution: HWC, one for each output element. */
  static int[] of(Convolution layer, int[] input) {
    return layer.isDepthwise() ? depthwise(layer, input) : dense(layer, input);
  }

  /** Sums of a fully connected layer, one for each output. */
  static int[] of(FullyConnected layer, int[] input) {
    byte[] weights = layer.weights();
    int[] sums = new int[layer.output().shape().elements()];
    for (int o = 0; o < sums.length; o++) {
      int row = o * input.length;
      int sum = 0;
      for (int i = 0; i < input.length; i++) {
        sum += weights[row + i] * input[i];
      }
      sums[o] = sum;
    }
    return sums;
  }

  private static int[] dense(Convolution layer, int[] input) {
    Shape in = layer.input().shape();
    Shape out = layer.output().shape();
    Window window = layer.window();
    int groups = layer.groups();
    int groupIn = in.channels() / groups;
    int groupOut = out.channels() / groups;
    int taps = window.kernelHeight() * window.kernelWidth();
    int[] weights = transposed(layer.weights(), groups, groupOut, taps, groupIn);
    int[] sums = new int[out.elements()];
    int[] pixel = new int[out.channels()];
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        Arrays.fill(pixel, 0);
        for (int tap = 0; tap < taps; tap++) {
          int row = row(window, y, tap);
          int column = column(window, x, tap);
          if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
            continue;
          }
          int at = (row * in.width() + column) * in.channels();
          for (int group = 0; group < groups; group++) {
            int first = (group * taps + tap) * groupIn * groupOut;
            for (int c = 0; c < groupIn; c++) {
              int value = input[at + group * groupIn + c];
              if (value != 0) {
                multiplyAdd(
                    pixel, group * groupOut, weights, first + c * groupOut, value, groupOut);
              }
            }
          }
        }
        System.arraycopy(pixel, 0, sums, (y * out.width() + x) * out.channels(), out.channels());
      }
    }
    return sums;
  }

  private static int[] depthwise(Convolution layer, int[] input) {
    Shape in = layer.input().shape();
    Shape out = layer.output().shape();
    Window window = layer.window();
    int channels = out.channels();
    int taps = window.kernelHeight() * window.kernelWidth();
    int[] weights = transposed(layer.weights(), 1, channels, taps, 1);
    int[] sums = new int[out.elements()];
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        int at = (y * out.width() + x) * channels;
        for (int tap = 0; tap < taps; tap++) {
          int row = row(window, y, tap);
          int column = column(window, x, tap);
          if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
            continue;
          }
          multiplyAdd(
              sums,
              at,
              input,
              (row * in.width() + column) * channels,
              weights,
              tap * channels,
              channels);
        }
      }
    }
    return sums;
  }

  /** sums[at + i] += weights[first + i] * value. */
  private static void multiplyAdd(
      int[] sums, int at, int[] weights, int first, int value, int count) {
    for (int i = 0; i < count; i++) {
      sums[at + i] += weights[first + i] * value;
    }
  }

  /** sums[at + i] += input[from + i] * weights[first + i]. */
  private static void multiplyAdd(
      int[] sums, int at, int[] input, int from, int[] weights, int first, int count) {
    for (int i = 0; i < count; i++) {
      sums[at + i] += input[from + i] * weights[first + i];
    }
  }

  private static int row(Window window, int y, int tap) {
    return y * window.strideHeight()
        - window.padTop()
        + tap / window.kernelWidth() * window.dilationHeight();
  }

  private static int column(Window window, int x, int tap) {
    return x * window.strideWidth()
        - window.padLeft()
        + tap % window.kernelWidth() * window.dilationWidth();
  }

  /** From output x tap x input to group x tap x input x output of the group. */
  private static int[] transposed(byte[] weights, int groups, int groupOut, int taps, int groupIn) {
    int[] transposed = new int[weights.length];
    int i = 0;
    for (int group = 0; group < groups; group++) {
      for (int o = 0; o < groupOut; o++) {
        for (int tap = 0; tap < taps; tap++) {
          for (int c = 0; c < groupIn; c++) {
            transposed[((group * taps + tap) * groupIn + c) * groupOut + o] = weights[i++];
          }
        }
      }
    }
    return transposed;
  }
}
