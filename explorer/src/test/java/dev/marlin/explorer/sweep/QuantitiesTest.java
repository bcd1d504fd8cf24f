package dev.marlin.explorer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class QuantitiesTest {

  @ParameterizedTest
  @CsvSource({"64KiB,65536", "1MiB,1048576", "1000,1000", "12 KiB,12288", "7B,7"})
  void readsSizes(String text, int bytes) {
    assertThat(ByteSize.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "64KB", "64k", "-1", "1.5MiB", "KiB", "64 KiB KiB"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).hasMessageContaining("is no size: write bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0KiB", "2048MiB", "9999999999"})
  void refusesSizesOutOfRange(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text)).hasMessageContaining("out of range");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 1000, 1024, 65536, 98304, 1 << 20, 3 << 20, Integer.MAX_VALUE})
  void readsBackTheSizesThatItWrites(int bytes) {
    assertThat(ByteSize.parse(ByteSize.format(bytes))).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "100MHz,100000000",
    "87.5MHz,87500000",
    "50000,50000",
    "32kHz,32000",
    "1GHz,1000000000"
  })
  void readsClocks(String text, long hertz) {
    assertThat(Frequency.parse(text)).isEqualTo(hertz);
    assertThat(Frequency.parse(Frequency.format(hertz))).isEqualTo(hertz);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "100", "fast", "100M", "0.5", "0MHz", "11GHz", "-1MHz"})
  void refusesWhatIsNoClockOrMeansSomethingElse(String text) {
    if (text.equals("100")) {
      assertThat(Frequency.parse(text)).isEqualTo(100); // hertz, as documented
    } else {
      assertThatThrownBy(() -> Frequency.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void findsTheNearestWord() {
    List<String> words = List.of("models", "l1", "l2", "tiling");
    assertThat(Nearest.of("tilling", words)).contains("tiling");
    assertThat(Nearest.of("modles", words)).contains("models");
    assertThat(Nearest.of("L2", words)).contains("l2");
    assertThat(Nearest.of("quantum", words)).isEmpty();
    assertThat(Nearest.hint("quantum", words)).isEqualTo("; there are models, l1, l2, tiling");
    assertThat(Nearest.distance("ab", "ba")).isEqualTo(1);
  }
}
