/** What a network must compute: its layers in integers on the host, and recorded activations. */
@NullMarked
package dev.marlin.deployer.reference;

import org.jspecify.annotations.NullMarked;
