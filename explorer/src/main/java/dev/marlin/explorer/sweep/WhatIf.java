package dev.marlin.explorer.sweep;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What of the chip may differ from GAP8, beside memories, cores and clock. */
public enum WhatIf {
  /** L1 banks per core. */
  BANKING_FACTOR("banking-factor", 0, 2, 1, 16, "L1 banks a core"),
  /** Speed of the bus to HyperRAM, in thousandths of a byte in an FC cycle. */
  L3_BANDWIDTH("l3-bandwidth", 3, 1000, 1, 4000, "bytes in an FC cycle"),
  /** From the start of a HyperRAM transfer to chip select. */
  L3_LATENCY("l3-latency", 0, 72, 1, 100_000, "FC cycles");

  /** The part that says how fast fabric controller and cluster run, relative to each other. */
  public static final String CLOCK_RATIO = "clock-ratio";

  private static final String SAME_CLOCK = "1:1";
  private static final Pattern RATIO = Pattern.compile("([1-9]\\d{0,3}):([1-9]\\d{0,3})");
  private static final int MOST_CLOCK = 1000;

  private final String label;
  private final int decimals;
  private final int gap8;
  private final int least;
  private final int most;
  private final String meaning;

  /** Numbers are in units of the last decimal. */
  WhatIf(String label, int decimals, int gap8, int least, int most, String meaning) {
    this.label = label;
    this.decimals = decimals;
    this.gap8 = gap8;
    this.least = least;
    this.most = most;
    this.meaning = meaning;
  }

  /** As in a sweep and on the command line. */
  public String label() {
    return label;
  }

  /** For people: the name, the unit and what GAP8 has. */
  public String describe() {
    return label + " (" + meaning + "; GAP8: " + text(gap8) + ")";
  }

  /** Revisions of the silicon by the names that {@code --chip} knows; the last is the default. */
  private static final List<String> REVISIONS = List.of("gap8v1", "gap8v2", "gap8v3");

  private static final String REVISION = "revision";

  /** The revision of the silicon in a chip's parts, 3 if none is named. */
  public static int revision(SortedMap<String, String> chip) {
    return Integer.parseInt(chip.getOrDefault(REVISION, String.valueOf(REVISIONS.size())));
  }

  /** The value in a chip's parts, or GAP8's; of the bandwidth in thousandths. */
  public int of(SortedMap<String, String> chip) {
    String value = chip.get(label);
    return value == null ? gap8 : new BigDecimal(value).movePointRight(decimals).intValueExact();
  }

  /** The clock ratio of a chip in lowest terms, FC:cluster. */
  public static String clockRatio(SortedMap<String, String> chip) {
    return chip.getOrDefault(CLOCK_RATIO, SAME_CLOCK);
  }

  /** The two numbers of {@link #clockRatio}. */
  public static int[] clocks(SortedMap<String, String> chip) {
    return Pattern.compile(":")
        .splitAsStream(clockRatio(chip))
        .mapToInt(Integer::parseInt)
        .toArray();
  }

  /**
   * The same parts with another clock ratio.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SortedMap<String, String> withClockRatio(
      SortedMap<String, String> chip, String ratio) {
    SortedMap<String, String> changed = new TreeMap<>(chip);
    String reduced = reduced(ratio);
    if (reduced.equals(SAME_CLOCK)) {
      changed.remove(CLOCK_RATIO);
    } else {
      changed.put(CLOCK_RATIO, reduced);
    }
    return changed;
  }

  /** So that 250:175 and 10:7 are the same point. */
  private static String reduced(String ratio) {
    Matcher matcher = RATIO.matcher(ratio);
    int fc = matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    int cluster = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
    if (fc < 1 || fc > MOST_CLOCK || cluster < 1 || cluster > MOST_CLOCK) {
      throw new IllegalArgumentException(
          CLOCK_RATIO
              + " is \""
              + ratio
              + "\", but must be FC:cluster, 1 to 1000 each, for instance \"250:175\"");
    }
    int divisor = BigInteger.valueOf(fc).gcd(BigInteger.valueOf(cluster)).intValue();
    return fc / divisor + ":" + cluster / divisor;
  }

  /** The labels of all. */
  public static List<String> labels() {
    return List.of(values()).stream().map(WhatIf::label).toList();
  }

  /**
   * Reads parts of a chip; what is as in GAP8 is left out, so that it makes no other point.
   *
   * @throws IllegalArgumentException naming the part that does not exist or is out of range
   */
  public static SortedMap<String, String> parse(Map<String, String> texts) {
    Map<String, WhatIf> known = new LinkedHashMap<>();
    List.of(values()).forEach(part -> known.put(part.label, part));
    List<String> names = new ArrayList<>(known.keySet());
    names.add(CLOCK_RATIO);
    names.add(REVISION);
    names.addAll(REVISIONS);
    SortedMap<String, String> chip = new TreeMap<>();
    texts.forEach(
        (name, text) -> {
          int revision =
              name.equals(REVISION) && text.matches("[1-3]")
                  ? Integer.parseInt(text)
                  : text.isEmpty() ? REVISIONS.indexOf(name) + 1 : 0;
          if (revision > 0) {
            if (revision < REVISIONS.size()) {
              chip.put(REVISION, Integer.toString(revision));
            }
            return;
          }
          if (name.equals(CLOCK_RATIO)) {
            chip.putAll(withClockRatio(new TreeMap<>(), text));
            return;
          }
          if (name.equals(REVISION)) {
            throw new IllegalArgumentException(
                REVISION + " is \"" + text + "\", but must be 1, 2 or 3");
          }
          WhatIf part = known.get(name);
          if (part == null) {
            throw new IllegalArgumentException(
                "a chip has no \"" + name + "\"" + Nearest.hint(name, names));
          }
          int value = part.value(text);
          if (value != part.gap8) {
            chip.put(name, part.text(value));
          }
        });
    return chip;
  }

  private int value(String text) {
    if (text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      BigDecimal value = new BigDecimal(text).movePointRight(decimals);
      boolean whole = value.stripTrailingZeros().scale() <= 0;
      if (whole
          && value.compareTo(BigDecimal.valueOf(least)) >= 0
          && value.compareTo(BigDecimal.valueOf(most)) <= 0) {
        return value.intValueExact();
      }
      if (this == L3_BANDWIDTH && value.compareTo(BigDecimal.valueOf(most)) > 0) {
        throw new IllegalArgumentException(
            mustBe(text) + "; it is no longer in thousandths: 0.6 is what was 600");
      }
    }
    throw new IllegalArgumentException(mustBe(text));
  }

  private String mustBe(String text) {
    return label
        + " is \""
        + text
        + "\", but must be "
        + (decimals == 0 ? "a whole number, " : meaning + ", ")
        + text(least)
        + " to "
        + text(most);
  }

  /** A value as people write it. */
  private String text(int value) {
    BigDecimal number = BigDecimal.valueOf(value, decimals).stripTrailingZeros();
    return number.toPlainString();
  }
}
