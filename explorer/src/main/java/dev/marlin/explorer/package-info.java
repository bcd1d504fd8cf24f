/** The sweep: read it, run it on Spark, store its rows, and the command line. */
@NullMarked
package dev.marlin.explorer;

import org.jspecify.annotations.NullMarked;
