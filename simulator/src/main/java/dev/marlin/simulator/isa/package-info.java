/**
 * The instruction set, written once: the table of encodings, the decoder, the text form and the
 * arithmetic. For every engine of the simulator; nothing here knows memory or time.
 */
@NullMarked
package dev.marlin.simulator.isa;

import org.jspecify.annotations.NullMarked;
