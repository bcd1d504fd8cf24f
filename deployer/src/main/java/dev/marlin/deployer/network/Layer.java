package dev.marlin.deployer.network;

import java.util.List;

/** One step of a network, as it runs on GAP8: exporter's operators already fused. */
public sealed interface Layer permits Convolution, FullyConnected, Pooling, Addition {

  /** Name for people: the kind and the position, for example {@code conv3}. */
  String name();

  /** What it reads: one tensor, or two for an {@link Addition}. */
  List<Tensor> inputs();

  /** What it writes. */
  Tensor output();

  /** Multiply-accumulates, as DORY counts them: 0 for pooling and addition. */
  long macs();
}
