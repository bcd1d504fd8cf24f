/**
 * What a layer becomes for its kernel: specification, constants and requantization in C's types.
 */
@NullMarked
package dev.marlin.deployer.lowering;

import org.jspecify.annotations.NullMarked;
