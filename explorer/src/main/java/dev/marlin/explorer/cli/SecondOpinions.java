package dev.marlin.explorer.cli;

import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.validation.ProgramPair;
import dev.marlin.reports.rows.SecondOpinion;
import java.util.Collection;
import java.util.List;

/** Runs in GVSOC as reports draw them. */
final class SecondOpinions {
  private SecondOpinions() {}

  static List<SecondOpinion> of(Collection<ProgramPair> pairs) {
    return pairs.stream().map(SecondOpinions::of).toList();
  }

  private static SecondOpinion of(ProgramPair pair) {
    PointOptions gap8 = PointOptions.defaults();
    return new SecondOpinion(
        pair.model(),
        pair.l1Bytes() <= gap8.l1Bytes()
            && pair.l2Bytes() <= gap8.l2Bytes()
            && pair.cores() <= gap8.cores(),
        pair.cores(),
        "GVSOC",
        pair.layers().stream()
            .map(layer -> new SecondOpinion.Layer(layer.embedded(), layer.gvsoc()))
            .toList());
  }
}
