package dev.marlin.explorer.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All combinations of some choices, without writing them out: a number names a combination.
 *
 * <p>The first choice changes slowest.
 */
final class Space {

  /**
   * One of the alternatives of a choice.
   *
   * @param model the network; null if this choice is not about it
   * @param change sets options
   * @param config name of the case; empty if it has none
   */
  record Alternative(@Nullable ModelRef model, UnaryOperator<PointOptions> change, String config) {}

  /** A point and the name of its case. */
  record Named(DesignPoint point, String config) {}

  private final PointOptions defaults;
  private final List<List<Alternative>> choices;
  private final UnaryOperator<PointOptions> last;
  private final Predicate<Named> admitted;

  /**
   * A space.
   *
   * @param choices one of them names the network
   * @param last is applied to all options in the end, and checks them
   * @param admitted which points there are
   */
  Space(
      PointOptions defaults,
      List<List<Alternative>> choices,
      UnaryOperator<PointOptions> last,
      Predicate<Named> admitted) {
    this.defaults = defaults;
    this.choices = choices.stream().map(List::copyOf).toList();
    this.last = last;
    this.admitted = admitted;
  }

  /** How many combinations there are, those that are not admitted included; 2^62 if more. */
  long size() {
    long size = 1;
    for (List<Alternative> choice : choices) {
      size = size > (1L << 62) / choice.size() ? 1L << 62 : size * choice.size();
    }
    return size;
  }

  /** How many alternatives each choice has. */
  List<Integer> sizes() {
    return choices.stream().map(List::size).toList();
  }

  /** The combination of a number, or null if it is not admitted. */
  @Nullable Named at(long number) {
    int[] digits = new int[choices.size()];
    long rest = number;
    for (int i = choices.size() - 1; i >= 0; i--) {
      digits[i] = (int) (rest % choices.get(i).size());
      rest /= choices.get(i).size();
    }
    return at(digits);
  }

  /** The combination of one alternative of each choice, or null if it is not admitted. */
  @Nullable Named at(int[] digits) {
    PointOptions options = defaults;
    ModelRef model = null;
    String config = "";
    for (int i = 0; i < digits.length; i++) {
      Alternative alternative = choices.get(i).get(digits[i]);
      options = alternative.change().apply(options);
      model = alternative.model() == null ? model : alternative.model();
      config = alternative.config().isEmpty() ? config : alternative.config();
    }
    Named named =
        new Named(new DesignPoint(Objects.requireNonNull(model), last.apply(options)), config);
    return admitted.test(named) ? named : null;
  }

  /** All points that are admitted, each once. */
  List<Named> all() {
    List<Named> points = new ArrayList<>();
    for (long i = 0; i < size(); i++) {
      Named point = at(i);
      if (point != null) {
        points.add(point);
      }
    }
    return points;
  }

  /** Which choice names the network, if the network is the only thing that it names. */
  int modelChoice() {
    for (int i = 0; i < choices.size(); i++) {
      if (choices.get(i).stream().allMatch(a -> a.model() != null)) {
        return i;
      }
    }
    throw new IllegalStateException("no choice names the network");
  }

  Space withLast(UnaryOperator<PointOptions> more) {
    return new Space(defaults, choices, options -> more.apply(last.apply(options)), admitted);
  }
}
