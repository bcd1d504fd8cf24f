package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marlin.simulator.FlashImage;
import dev.marlin.simulator.RunOptions;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A program whose L3 image lies in HyperFlash brings it to HyperRAM before anything is timed. */
final class FlashBootTest {

  private static final FirmwareBuilder BUILDER = Programs.builder();
  private static final FirmwareTarget GAP8 = FirmwareTarget.GAP8;

  private static byte[] random(int bytes) {
    byte[] data = new byte[bytes];
    new Random(bytes).nextBytes(data);
    return data;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void aProgramPrintsTheSameFromFlashAndWithAPreloadedImage(long seed) {
    LayerProgram program = new LayerProgram(seed, 6, 5);
    FirmwareImage image = BUILDER.build(program.request(GAP8));
    Run preloaded = Run.of(GAP8, image, program.image());
    // The image is not the first file, its name does not matter, and its size is odd.
    byte[] odd = Arrays.copyOf(program.image(), program.image().length + 3 - (int) (seed & 3));
    byte[] flash = new FlashImage().file("readme", random(77)).file("any name.bin", odd).toBytes();
    Run fromFlash = Run.fromFlash(GAP8, image, flash);
    assertThat(fromFlash.status()).isZero();
    assertThat(fromFlash.hashLines()).isEqualTo(program.expected());
    assertThat(fromFlash.lines()).as("cycles too").isEqualTo(preloaded.lines());
    assertThat(fromFlash.result().statistics().cycles())
        .as("copying takes time, but before the clock starts")
        .isGreaterThan(preloaded.result().statistics().cycles() + 2L * odd.length);
  }

  @Test
  void aPreloadedImageIsNotReplacedByTheOneInFlash() {
    LayerProgram program = new LayerProgram(1, 2, 2);
    FirmwareImage image = BUILDER.build(program.request(GAP8));
    byte[] other = program.image().clone();
    Arrays.fill(other, L3Image.HEADER_BYTES, other.length, (byte) 0);
    byte[] flash = new FlashImage().file("l3.bin", other).toBytes();
    Run run =
        Run.of(
            GAP8,
            image,
            RunOptions.defaults().withL3Image(program.image()).withFlashImage(flash),
            Map.of());
    assertThat(run.hashLines()).isEqualTo(program.expected());
  }

  @Test
  void flashesWithoutAnImageLeaveTheErrorAsItIs() {
    FirmwareImage image =
        BUILDER.build(
            FirmwareRequest.of(
                GAP8, Map.of("network.c", Programs.EMPTY_NETWORK), Set.of(), 256, 1024));
    byte[] nothing = {};
    byte[] noFiles = new FlashImage().toBytes();
    byte[] otherFiles = new FlashImage().file("a", random(5)).file("b", random(5000)).toBytes();
    byte[] noise = random(1 << 20);
    for (byte[] flash : new byte[][] {nothing, noFiles, otherFiles, noise}) {
      Run run = Run.fromFlash(GAP8, image, flash);
      assertThat(run.lines().get(0))
          .isEqualTo("marlin error: HyperRAM holds no L3 image: word 0 is ffffffff, not 4e4c524d");
      assertThat(run.status()).isEqualTo(98);
    }
  }
}
