package dev.marlin.explorer.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LayerTimesTest {
  private static String slice(int process, int lane, String name, long from, long cycles) {
    return "{\"ph\":\"X\",\"pid\":%d,\"tid\":%d,\"name\":\"%s\",\"ts\":%d,\"dur\":%d,\"args\":{}},\n"
        .formatted(process, lane, name, from, cycles);
  }

  private static List<LayerParts> parts(int cores, List<Long> cycles, String... slices) {
    LayerTimes times = new LayerTimes(cores);
    byte[] text = String.join("", slices).getBytes(StandardCharsets.UTF_8);
    // In pieces that end anywhere, as a stream gets them.
    for (int from = 0; from < text.length; from += 37) {
      times.write(text, from, Math.min(37, text.length - from));
    }
    return times.parts(cycles);
  }

  @Test
  void computingComesFirstThenConductingThenTransfers() {
    assertThat(
            parts(
                8,
                List.of(100L, 50L),
                slice(1, 8, "running", 0, 20),
                slice(1, 0, "running", 30, 30),
                slice(1, 7, "running", 35, 35),
                slice(1, 7, "waiting for events", 70, 30),
                slice(3, 0, "layer 0", 0, 100),
                slice(2, 0, "1024 B", 10, 30),
                slice(2, 1, "96 B 2-D", 90, 10),
                slice(2, 2, "read 4000 B", 60, 35),
                slice(2, 0, "8 B", 90, 11),
                slice(1, 3, "running", 100, 45),
                slice(3, 0, "layer 1", 100, 50)))
        .containsExactly(new LayerParts(40, 20, 20, 20, 1120), new LayerParts(45, 0, 0, 5, 8));
  }

  @Test
  void ofOneCoreTheFabricControllerIsTheSecond() {
    assertThat(
            parts(
                1,
                List.of(100L),
                slice(1, 1, "running", 0, 30),
                slice(1, 0, "running", 20, 60),
                slice(3, 0, "layer 0", 0, 100)))
        .containsExactly(new LayerParts(60, 0, 0, 40, 0));
  }

  @Test
  void partsAddUpToTheCyclesThatTheProgramMeasured() {
    LayerParts parts =
        parts(8, List.of(90L), slice(1, 1, "running", 0, 100), slice(3, 0, "layer 0", 0, 100))
            .get(0);
    assertThat(parts.compute() + parts.dmaWait() + parts.l3Wait() + parts.overhead()).isEqualTo(90);
  }

  @Test
  void aTimelineOfOtherLayersSaysNothing() {
    assertThat(parts(8, List.of(1L, 2L), slice(3, 0, "layer 0", 0, 1))).isEmpty();
  }
}
