package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployment;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareImage;

/**
 * A deployed network and its program.
 *
 * @param deployment the network, its tilings and its sources
 * @param firmware the linked program
 * @param options what it was built for
 */
public record Build(Deployment deployment, FirmwareImage firmware, PointOptions options) {}
