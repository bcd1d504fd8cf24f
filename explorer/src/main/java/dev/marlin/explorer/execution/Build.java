package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployment;
import dev.marlin.kernels.FirmwareImage;

/**
 * A deployed network and its program.
 *
 * @param deployment the network, its tilings and its sources
 * @param firmware the linked program
 */
public record Build(Deployment deployment, FirmwareImage firmware) {}
