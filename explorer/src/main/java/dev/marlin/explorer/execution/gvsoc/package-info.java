/**
 * Runs programs in an installed GVSOC: the same ELF and the same L3 image as in the embedded
 * simulator.
 */
@NullMarked
package dev.marlin.explorer.execution.gvsoc;

import org.jspecify.annotations.NullMarked;
