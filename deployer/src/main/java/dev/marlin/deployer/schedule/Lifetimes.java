package dev.marlin.deployer.schedule;

import dev.marlin.deployer.network.Layer;
import dev.marlin.deployer.network.Network;
import dev.marlin.deployer.network.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * When each tensor of a network must exist, in steps: step i is the run of layer i.
 *
 * @param inputs how many inputs the network has
 * @param tensors the network's inputs first, then the layers' outputs in order
 */
public record Lifetimes(int inputs, List<Lifetime> tensors) {

  /**
   * @param tensor what lives
   * @param first step that writes it; 0 for an input of the network
   * @param last step that reads it; the last step of all for an output of the network
   */
  public record Lifetime(Tensor tensor, int first, int last) {
    public boolean covers(int step) {
      return first <= step && step <= last;
    }
  }

  public Lifetimes {
    tensors = List.copyOf(tensors);
  }

  /**
   * Lifetimes of all tensors of {@code network}.
   *
   * @throws IllegalArgumentException if a layer reads what no earlier layer wrote
   */
  public static Lifetimes of(Network network) {
    Map<String, Integer> last = new HashMap<>();
    for (Tensor input : network.inputs()) {
      last.put(input.name(), 0);
    }
    int end = network.layers().size() - 1;
    for (int i = 0; i <= end; i++) {
      Layer layer = network.layers().get(i);
      for (Tensor input : layer.inputs()) {
        if (last.replace(input.name(), i) == null) {
          throw new IllegalArgumentException(
              "layer " + layer.name() + " reads tensor " + input.name() + ", which is not written");
        }
      }
      if (last.put(layer.output().name(), i) != null) {
        throw new IllegalArgumentException(
            "layer " + layer.name() + " writes tensor " + layer.output().name() + " again");
      }
    }
    for (Tensor output : network.outputs()) {
      if (last.replace(output.name(), end) == null) {
        throw new IllegalArgumentException(
            "output " + output.name() + " of network " + network.name() + " is not written");
      }
    }
    List<Lifetime> tensors = new ArrayList<>();
    for (Tensor input : network.inputs()) {
      tensors.add(new Lifetime(input, 0, last.get(input.name())));
    }
    for (int i = 0; i <= end; i++) {
      Tensor output = network.layers().get(i).output();
      tensors.add(new Lifetime(output, i, last.get(output.name())));
    }
    return new Lifetimes(network.inputs().size(), tensors);
  }

  /** Position in {@link #tensors} of the tensor called {@code name}. */
  public int indexOf(String name) {
    for (int t = 0; t < tensors.size(); t++) {
      if (tensors.get(t).tensor().name().equals(name)) {
        return t;
      }
    }
    throw new IllegalArgumentException("there is no tensor " + name);
  }
}
