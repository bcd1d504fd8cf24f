/** From the integer ONNX of an exporter (NEMO, Quantlab) to a network of fused layers. */
@NullMarked
package dev.marlin.deployer.onnx;

import org.jspecify.annotations.NullMarked;
