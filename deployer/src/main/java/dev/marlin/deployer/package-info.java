/** ONNX in, GAP8 application out: network, tiling, schedule and generated code. */
@NullMarked
package dev.marlin.deployer;

import org.jspecify.annotations.NullMarked;
