package dev.marlin.explorer;

import dev.marlin.explorer.execution.Failure;
import dev.marlin.explorer.execution.LayerReport;
import dev.marlin.explorer.execution.MarlinBuild;
import dev.marlin.explorer.execution.PointOutcome;
import dev.marlin.explorer.execution.PointStatus;
import dev.marlin.explorer.execution.Provenance;
import dev.marlin.explorer.execution.RunReport;
import dev.marlin.explorer.store.ResultStore;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.sweep.Sweep;
import java.util.List;
import java.util.stream.IntStream;

/** Sweeps and outcomes for tests that need no network. */
public final class Fakes {
  /** Who made the results of tests. */
  public static final ResultStore.Provenance PROVENANCE =
      new ResultStore.Provenance(
          new MarlinBuild("1.0", "abc"), "code1", "explore demo.yaml", "host");

  private static final Provenance MADE =
      new Provenance("1.0", "abc", "code1", "1", "host", "2026-01-01T00:00:00Z");

  private Fakes() {}

  /** A sweep of points that differ in L1. */
  public static Sweep sweep(int points) {
    return new Sweep(
        "demo",
        "a description",
        "grid: ...",
        IntStream.range(0, points).mapToObj(Fakes::point).toList());
  }

  /** Point number {@code i}: its L1 has 1000 + i bytes. */
  public static DesignPoint point(int i) {
    return new DesignPoint(ModelRef.zoo("dscnn"), PointOptions.defaults().withL1Bytes(1000 + i));
  }

  /** A deterministic outcome of any status. */
  public static PointOutcome outcome(DesignPoint point, String key, PointStatus status) {
    return outcome(point, key, status, 1);
  }

  /** The same of a machine that is {@code slower} times as slow. */
  public static PointOutcome outcome(
      DesignPoint point, String key, PointStatus status, double slower) {
    boolean ran = status == PointStatus.CORRECT || status == PointStatus.WRONG;
    long wrong = status == PointStatus.WRONG ? 3 : 0;
    int l1 = point.options().l1Bytes();
    return new PointOutcome(
        point,
        key,
        status,
        status == PointStatus.CORRECT ? null : failure(status),
        ran ? run(point, l1, wrong, slower) : null,
        ran
            ? new PointOutcome.BuildInfo(
                "run" + l1 + "-" + point.options().cores(),
                "program",
                "image",
                "chip",
                "hash",
                "cc 1",
                "-O2",
                77,
                0.125,
                false,
                MADE)
            : null,
        0.25,
        "host");
  }

  private static Failure failure(PointStatus status) {
    return status == PointStatus.INFEASIBLE
        ? new Failure("infeasible", "layer x needs more", "", "L1", "x", 123)
        : Failure.of(
            status == PointStatus.WRONG ? "wrong result" : "deadlock", "bad, \"very\"", "log");
  }

  private static RunReport run(DesignPoint point, int l1, long wrong, double slower) {
    LayerReport conv =
        new LayerReport(0, "conv0", "conv", 1000L * l1, 8000, "4x4x8", 3, 999, 555, 900, null, 0);
    LayerReport fc = new LayerReport(1, "fc1", "fc", 10, 20, "1x1x2", 1, 10, 0, 9, null, wrong);
    return new RunReport(
        point.model().name(),
        "embedded",
        Math.round((1000L * l1 + 10) * slower),
        100_000_000,
        389.0,
        wrong == 0 ? "" : "layer 1 (fc1): (h 0, w 0, c 1): expected 5, got 6",
        List.of(conv, fc));
  }
}
