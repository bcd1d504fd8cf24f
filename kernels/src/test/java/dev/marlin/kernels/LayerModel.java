package dev.marlin.kernels;

import java.util.Random;

/**
 * A random layer of the test kernel, without any tiling: what it reads and what it must write.
 *
 * @param constants one 32-bit number for each output channel, little endian, or empty
 */
record LayerModel(
    int inH,
    int inW,
    int inC,
    int outH,
    int outW,
    int outC,
    int kernelH,
    int kernelW,
    int strideH,
    int strideW,
    int dilationH,
    int dilationW,
    int padTop,
    int padLeft,
    boolean channelwise,
    int outBytes,
    byte[] in,
    byte[] in2,
    byte[] constants) {

  static LayerModel random(Random random, int maxSide, int maxChannels) {
    while (true) {
      int kernelH = 1 + random.nextInt(3);
      int kernelW = 1 + random.nextInt(3);
      int strideH = 1 + random.nextInt(3);
      int strideW = 1 + random.nextInt(2);
      int dilationH = 1 + random.nextInt(2);
      int dilationW = 1 + random.nextInt(2);
      boolean addition = random.nextInt(4) == 0;
      if (addition) {
        kernelH = kernelW = strideH = strideW = dilationH = dilationW = 1;
      }
      int reachH = (kernelH - 1) * dilationH + 1;
      int reachW = (kernelW - 1) * dilationW + 1;
      int inH = 1 + random.nextInt(maxSide);
      int inW = 1 + random.nextInt(maxSide);
      int padTop = random.nextInt(reachH);
      int padLeft = random.nextInt(reachW);
      int heightLeft = inH + padTop + random.nextInt(reachH) - reachH;
      int widthLeft = inW + padLeft + random.nextInt(reachW) - reachW;
      if (heightLeft < 0 || widthLeft < 0) {
        continue;
      }
      boolean channelwise = addition || random.nextInt(3) == 0;
      int inC = 1 + random.nextInt(maxChannels);
      int outC = channelwise ? inC : 1 + random.nextInt(maxChannels);
      int outH = heightLeft / strideH + 1;
      int outW = widthLeft / strideW + 1;
      byte[] in = bytes(random, inH * inW * inC);
      byte[] in2 = addition ? bytes(random, in.length) : new byte[0];
      byte[] constants = random.nextInt(5) == 0 ? new byte[0] : bytes(random, 4 * outC);
      int outBytes = random.nextInt(4) == 0 ? 4 : 1;
      return new LayerModel(
          inH,
          inW,
          inC,
          outH,
          outW,
          outC,
          kernelH,
          kernelW,
          strideH,
          strideW,
          dilationH,
          dilationW,
          padTop,
          padLeft,
          channelwise,
          outBytes,
          in,
          in2,
          constants);
    }
  }

  private static byte[] bytes(Random random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  int reachH() {
    return (kernelH - 1) * dilationH + 1;
  }

  int reachW() {
    return (kernelW - 1) * dilationW + 1;
  }

  int outSize() {
    return outH * outW * outC * outBytes;
  }

  /** What the layer must write. */
  byte[] out() {
    byte[] out = new byte[outSize()];
    int n = 0;
    for (int y = 0; y < outH; y++) {
      for (int x = 0; x < outW; x++) {
        for (int c = 0; c < outC; c++) {
          int sum = element(y, x, c);
          for (int b = 0; b < outBytes; b++) {
            out[n++] = (byte) (sum >> (8 * b));
          }
        }
      }
    }
    return out;
  }

  /** The number that is added to the sums of a channel. */
  int constant(int channel) {
    int value = 0;
    for (int b = 0; constants.length > 0 && b < 4; b++) {
      value |= (constants[4 * channel + b] & 0xff) << (8 * b);
    }
    return value;
  }

  private int element(int y, int x, int c) {
    int sum = constant(c);
    for (int ky = 0; ky < kernelH; ky++) {
      for (int kx = 0; kx < kernelW; kx++) {
        int iy = y * strideH + ky * dilationH - padTop;
        int ix = x * strideW + kx * dilationW - padLeft;
        if (iy < 0 || iy >= inH || ix < 0 || ix >= inW) {
          continue;
        }
        int from = channelwise ? c : 0;
        int end = channelwise ? c + 1 : inC;
        for (int ic = from; ic < end; ic++) {
          int at = (iy * inW + ix) * inC + ic;
          int weight = 1 + 3 * ky + 7 * kx + (channelwise ? 0 : 11 * ic);
          sum += weight * (in[at] & 0xff);
          if (in2.length > 0) {
            sum += 13 * weight * (in2[at] & 0xff);
          }
        }
      }
    }
    return sum;
  }
}
