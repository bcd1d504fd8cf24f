package dev.marlin.explorer.sweep;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds the word that somebody meant. */
public final class Nearest {
  private static final int MOST_SHOWN = 12;

  private Nearest() {}

  /**
   * The candidate with the fewest edits to {@code word}, case ignored; the first of equals. Empty
   * if even that differs in more than half of its letters.
   */
  public static Optional<String> of(String word, Collection<String> candidates) {
    String wanted = word.toLowerCase(Locale.ROOT);
    return candidates.stream()
        .filter(c -> distance(wanted, c.toLowerCase(Locale.ROOT)) <= Math.max(1, c.length() / 2))
        .min(Comparator.comparingInt(c -> distance(wanted, c.toLowerCase(Locale.ROOT))));
  }

  /** {@code ; did you mean X?} or, when nothing is near, {@code ; there are A, B, C}. */
  public static String hint(String word, Collection<String> candidates) {
    return of(word, candidates)
        .map(near -> "; did you mean " + near + "?")
        .orElseGet(() -> "; there are " + list(candidates));
  }

  private static String list(Collection<String> candidates) {
    String shown = candidates.stream().limit(MOST_SHOWN).collect(Collectors.joining(", "));
    int more = candidates.size() - MOST_SHOWN;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  /**
   * Insertions, deletions, substitutions and swaps of neighbours that make {@code b} of {@code a}.
   */
  static int distance(String a, String b) {
    int[][] edits = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        edits[i][j] = i == 0 || j == 0 ? i + j : edit(edits, a, b, i, j);
      }
    }
    return edits[a.length()][b.length()];
  }

  private static int edit(int[][] edits, String a, String b, int i, int j) {
    int best =
        Math.min(
            Math.min(edits[i - 1][j], edits[i][j - 1]) + 1,
            edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, edits[i - 2][j - 2] + 1) : best;
  }
}
