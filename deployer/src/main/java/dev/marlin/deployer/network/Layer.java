package dev.marlin.deployer.network;

import java.util.List;

/** One step of a network, as it runs on GAP8: exporter's operators already fused. */
public sealed interface Layer
    permits Convolution, FullyConnected, Pooling, Addition, Concatenation {

  /** Name for people: the kind and the position, for example {@code conv3}. */
  String name();

  /** What it reads: one tensor, or two for an {@link Addition} or a {@link Concatenation}. */
  List<Tensor> inputs();

  /** What it writes. */
  Tensor output();

  /** Multiply-accumulates, as DORY counts them: 0 for layers without weights. */
  long macs();
}
