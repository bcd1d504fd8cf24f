/** The command line: one class a command, errors in one line, exit statuses. */
@NullMarked
package dev.marlin.explorer.cli;

import org.jspecify.annotations.NullMarked;
