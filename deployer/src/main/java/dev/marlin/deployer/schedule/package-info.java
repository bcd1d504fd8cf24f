/** Where every buffer lives and when it moves: the L2 arena, the L3 image, prefetches. */
@NullMarked
package dev.marlin.deployer.schedule;

import org.jspecify.annotations.NullMarked;
