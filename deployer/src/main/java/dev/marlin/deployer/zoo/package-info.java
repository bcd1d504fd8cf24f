/** Model families with seeded weights, written as NEMO writes its integer ONNX. */
@NullMarked
package dev.marlin.deployer.zoo;

import org.jspecify.annotations.NullMarked;
