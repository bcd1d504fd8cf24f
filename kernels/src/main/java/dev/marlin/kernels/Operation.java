package dev.marlin.kernels;

/** What a kernel computes. */
public enum Operation {
  /** Dense or grouped convolution, 1x1 included. */
  CONVOLUTION,
  /** Convolution whose groups, input channels and output channels are equally many. */
  DEPTHWISE,
  /** Every output is a sum over the whole input, seen as 1 x 1 x channels. */
  FULLY_CONNECTED,
  MAX_POOLING,
  AVERAGE_POOLING,
  /** Sum of two tensors of the same shape, each scaled. */
  ADDITION,
  /** Sum of two tensors of the same shape, each requantized and clipped before it is added. */
  TABLE_ADDITION,
  /** The channels of two tensors of the same height and width, one behind the other. */
  CONCATENATION
}
