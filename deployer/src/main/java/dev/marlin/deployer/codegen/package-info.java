/** The application: generated C sources and the L3 image. */
@NullMarked
package dev.marlin.deployer.codegen;

import org.jspecify.annotations.NullMarked;
