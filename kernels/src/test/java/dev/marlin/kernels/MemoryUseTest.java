package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The memory that kernels are said to need is what they use, to the word. (That they use no more,
 * {@link KernelProgram} sees in every case: it guards all else, and the simulator guards the
 * stacks.)
 */
final class MemoryUseTest {

  private static final int CASES = 30;

  /** What the stack may be deeper than any kernel needs it: for other versions of the compilers. */
  private static final int SPARE_STACK = 64;

  /**
   * The parts of two cores begin an odd number of words apart, so that their columns lie in
   * different banks.
   */
  private static final Map<String, Integer> STAGGER =
      Map.of("depthwise_3x3", 8, "depthwise_3x3_stride_2", 8);

  private static final FirmwareTarget TARGET = new FirmwareTarget(8, 128 * 1024, 1024 * 1024);

  @ParameterizedTest
  @ValueSource(strings = {"llvm", "gcc"})
  void kernelsUseTheirWorkingMemoryAndTheirStackToTheEnd(String toolchain) {
    if (toolchain.equals("gcc")) {
      GccTest.assumeGcc();
    }
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find(toolchain, line -> {}));
    MemoryUse use = new MemoryUse();
    for (String family : KernelTest.FAMILIES) {
      Random random = new Random(family.hashCode() + 5L);
      List<KernelCase> cases = new ArrayList<>();
      for (int i = 0; i < CASES; i++) {
        cases.add(KernelTest.random(random, family, KernelCase.Filling.RANDOM));
      }
      KernelProgram program = new KernelProgram(TARGET, cases);
      assertThat(program.run(builder, new ArrayList<>())).isEmpty();
      use.add(program.use());
    }
    assertThat(use.unused().keySet())
        .contains("convolution, shared", "grouped", "depthwise", "fully_connected");
    use.unused()
        .forEach(
            (kernel, bytes) ->
                assertThat(bytes / 4 * 4)
                    .as("bytes of the working memory of %s that no case has touched", kernel)
                    .isEqualTo(STAGGER.getOrDefault(kernel, 0)));
    assertThat(use.deepestStack())
        .as("bytes of the deepest stack")
        .isBetween(RuntimeLayout.STACK_BYTES - SPARE_STACK, RuntimeLayout.STACK_BYTES);
  }
}
