package dev.marlin.reports.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import dev.marlin.reports.Rows;
import dev.marlin.reports.published.Published;
import dev.marlin.reports.rows.Setup;
import org.junit.jupiter.api.Test;

final class PowerModelTest {
  private final PowerModel model = PowerModel.fitted(Published.load());

  @Test
  void fitsTheBoardTable() {
    assertThat(model.fit()).hasSize(21);
    assertThat(model.meanError()).isLessThan(0.08);
    assertThat(model.leaveOneOutError()).isGreaterThan(model.meanError()).isLessThan(0.15);
    assertThat(model.energyError()).isCloseTo(0, offset(0.05));
    // Least squares leaves residuals that add up to nothing.
    assertThat(model.fit().stream().mapToDouble(r -> r.model() - r.milliwatts()).sum())
        .isCloseTo(0, offset(1e-6));
  }

  @Test
  void energyDependsOnTheSupplyAndNotOnTheClock() {
    var measured = Rows.correct("a", "net", Setup.gap8(), 100_000).measured();
    OperatingPoint slow = new OperatingPoint("a", 100, 100, 1.0, "");
    OperatingPoint fast = new OperatingPoint("b", 200, 200, 1.2, "");
    assertThat(model.millijoules(measured, fast))
        .isCloseTo(1.44 * model.millijoules(measured, slow), offset(1e-9));
    assertThat(slow.milliseconds(100_000)).isEqualTo(1.0);
  }

  @Test
  void theFirstOperatingPointIsTheBoardTables() {
    assertThat(OperatingPoint.all().get(0).powerScale()).isEqualTo(1.0);
    assertThat(OperatingPoint.all()).hasSizeGreaterThan(2);
  }
}
