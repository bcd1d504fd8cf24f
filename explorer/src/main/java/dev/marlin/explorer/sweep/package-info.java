/** The sweep file: read, checked, and made into design points. */
@NullMarked
package dev.marlin.explorer.sweep;

import org.jspecify.annotations.NullMarked;
