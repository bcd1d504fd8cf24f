package dev.marlin.deployer.schedule;

import java.util.List;

/**
 * Where every buffer of a network lives and when it moves.
 *
 * @param layers in the order in which they run
 * @param inputs where the network's inputs lie: in L2, where they are put before the first layer,
 *     or in L3
 * @param inputsInL3 byte offset of each input in the L3 image
 * @param hashesInL3 byte offset of room for a word for each layer, the hash that its output should
 *     have
 * @param activationsInL3 byte offset behind the image, where activations in L3 begin
 * @param l3Bytes of HyperRAM, image and activations
 * @param l2Blocks what lies in the L2 arena, for people and tests
 * @param l2Offsets of these blocks
 * @param l2Bytes of the L2 arena
 * @param l1Bytes of the L1 arena
 */
public record Schedule(
    List<LayerSchedule> layers,
    List<Place> inputs,
    List<Integer> inputsInL3,
    int hashesInL3,
    int activationsInL3,
    int l3Bytes,
    List<Block> l2Blocks,
    List<Integer> l2Offsets,
    int l2Bytes,
    int l1Bytes) {

  public Schedule {
    layers = List.copyOf(layers);
    inputs = List.copyOf(inputs);
    inputsInL3 = List.copyOf(inputsInL3);
    l2Blocks = List.copyOf(l2Blocks);
    l2Offsets = List.copyOf(l2Offsets);
  }
}
