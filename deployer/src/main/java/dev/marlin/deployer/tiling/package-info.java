/**
 * How every layer is cut: stripes and slices for L2, tiles for L1, as a {@link TilingPolicy} says.
 */
@NullMarked
package dev.marlin.deployer.tiling;

import org.jspecify.annotations.NullMarked;
