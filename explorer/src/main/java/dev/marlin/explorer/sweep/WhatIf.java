package dev.marlin.explorer.sweep;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What of the chip may differ from GAP8, beside memories, cores and clock. */
public enum WhatIf {
  /** L1 banks per core. */
  BANKING_FACTOR("banking-factor", 2, 1, 16, "L1 banks a core"),
  /** Speed of the bus to HyperRAM. */
  L3_BANDWIDTH("l3-bandwidth", 1000, 1, 4000, "thousandths of a byte in a cycle"),
  /** From the start of a HyperRAM transfer to chip select. */
  L3_LATENCY("l3-latency", 72, 1, 100_000, "cycles");

  private final String label;
  private final int gap8;
  private final int least;
  private final int most;
  private final String meaning;

  WhatIf(String label, int gap8, int least, int most, String meaning) {
    this.label = label;
    this.gap8 = gap8;
    this.least = least;
    this.most = most;
    this.meaning = meaning;
  }

  /** As in a sweep and on the command line. */
  public String label() {
    return label;
  }

  /** What GAP8 has. */
  public int gap8() {
    return gap8;
  }

  /** For people, with the unit. */
  public String meaning() {
    return meaning;
  }

  /** Revisions of the silicon by the names that {@code --chip} knows; the last is the default. */
  private static final List<String> REVISIONS = List.of("gap8v1", "gap8v2", "gap8v3");

  private static final String REVISION = "revision";

  /** The revision of the silicon in a chip's parts, 3 if none is named. */
  public static int revision(SortedMap<String, String> chip) {
    return Integer.parseInt(chip.getOrDefault(REVISION, String.valueOf(REVISIONS.size())));
  }

  /** The value in a chip's parts, or GAP8's. */
  public int of(SortedMap<String, String> chip) {
    String value = chip.get(label);
    return value == null ? gap8 : Integer.parseInt(value);
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
          WhatIf part = known.get(name);
          if (part == null) {
            throw new IllegalArgumentException(
                "a chip has no \"" + name + "\"" + Nearest.hint(name, known.keySet()));
          }
          int value = part.value(text);
          if (value != part.gap8) {
            chip.put(name, Integer.toString(value));
          }
        });
    return chip;
  }

  private int value(String text) {
    if (text.matches("\\d{1,9}")) {
      int value = Integer.parseInt(text);
      if (value >= least && value <= most) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        label + " is \"" + text + "\", but must be a whole number, " + least + " to " + most);
  }
}
