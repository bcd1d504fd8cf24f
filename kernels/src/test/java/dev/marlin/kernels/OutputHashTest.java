package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class OutputHashTest {

  @Test
  void dependsOnOrderLengthAndEveryByte() {
    int hash = OutputHash.of(new byte[] {1, 2, 3, 4, 5});
    assertThat(OutputHash.of(new byte[] {1, 2, 3, 5, 4})).isNotEqualTo(hash);
    assertThat(OutputHash.of(new byte[] {5, 2, 3, 4, 1})).isNotEqualTo(hash);
    assertThat(OutputHash.of(new byte[] {1, 2, 3, 4, 5, 0})).isNotEqualTo(hash);
    assertThat(OutputHash.of(new byte[] {1, 2, 3, 4, 6})).isNotEqualTo(hash);
  }

  @Test
  void isWhatTheDefinitionSays() {
    int hash = 5;
    hash = Integer.rotateLeft((hash ^ 0x04030201) * 0x85ebca6b, 13);
    hash = Integer.rotateLeft((hash ^ 0x05) * 0x85ebca6b, 13);
    assertThat(OutputHash.of(new byte[] {1, 2, 3, 4, 5})).isEqualTo(hash);
  }
}
