package dev.marlin.reports.studies;

import dev.marlin.reports.published.PublishedLayers;
import dev.marlin.reports.rows.LayerRow;
import dev.marlin.reports.rows.ResultRow;
import java.util.List;

/** Which of our layers a published one is. */
public final class Correspondence {
  /** Published multiply-accumulates are rounded to 10,000. */
  private static final double ROUNDING = 30_000;

  private Correspondence() {}

  /** Whether every published layer is one of ours with about as many multiply-accumulates. */
  public static boolean matches(PublishedLayers published, ResultRow row) {
    List<LayerRow> layers = row.measured().layers();
    return published.rows().stream()
        .allMatch(
            theirs ->
                theirs.layers().stream()
                    .allMatch(
                        i ->
                            i < layers.size()
                                && Math.abs(layers.get(i).macs() - theirs.macs())
                                    <= 0.05 * theirs.macs() + ROUNDING));
  }
}
