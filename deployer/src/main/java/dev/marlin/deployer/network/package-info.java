/**
 * The network between the frontends and everything else: a graph of integer layers over HWC
 * tensors.
 */
@NullMarked
package dev.marlin.deployer.network;

import org.jspecify.annotations.NullMarked;
