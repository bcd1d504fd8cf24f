/** One design point from network to checked cycles: deploy, build, run, compare. */
@NullMarked
package dev.marlin.explorer.execution;

import org.jspecify.annotations.NullMarked;
