package dev.marlin.deployer.codegen;

import dev.marlin.deployer.hardware.MemoryLevel;
import dev.marlin.deployer.network.Tensor;

/**
 * Where a layer's whole output lies when {@code marlin_layer_done(layer)} is called.
 *
 * @param layer index in the network
 * @param tensor its name, shape (HWC, dense) and type
 * @param level L2 or L3
 * @param offset in bytes: from the symbol {@code __l2_arena}, or from the start of HyperRAM
 */
public record OutputPlace(int layer, Tensor tensor, MemoryLevel level, int offset) {}
