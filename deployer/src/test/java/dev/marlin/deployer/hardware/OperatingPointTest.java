package dev.marlin.deployer.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

final class OperatingPointTest {

  @Test
  void theBoardThatWasMeasuredIsReproduced() {
    OperatingPoint point = OperatingPoint.gap8();
    long cycles = 23_890_000;
    assertThat(point.milliseconds(cycles)).isCloseTo(238.9, within(0.01));
    assertThat(point.millijoules(cycles)).isCloseTo(9.3, within(0.05));
    assertThat(point.source()).contains("board");
  }

  @Test
  void hardwareOutsideItsRangesIsRefusedWithItsValues() {
    assertThatThrownBy(() -> Hardware.gap8().withCores(17))
        .hasMessageContaining("cores is 17")
        .hasMessageContaining("16");
    assertThat(Hardware.gap8().l3().cycles(1000, 2)).isEqualTo(1000 + 2 * 82);
    assertThat(Hardware.gap8().withClockHertz(175_000_000).milliseconds(175_000)).isEqualTo(1.0);
  }
}
