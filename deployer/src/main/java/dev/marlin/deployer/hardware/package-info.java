/** The machine that a network is deployed to: memory levels, transfers, clocks. */
@NullMarked
package dev.marlin.deployer.hardware;

import org.jspecify.annotations.NullMarked;
