/** The C that runs on GAP8, and the cross-compiler that turns C into an ELF. */
@NullMarked
package dev.marlin.kernels;

import org.jspecify.annotations.NullMarked;
