/** How far the embedded simulator is from GVSOC and from boards: measured, recorded, compared. */
@NullMarked
package dev.marlin.explorer.validation;

import org.jspecify.annotations.NullMarked;
