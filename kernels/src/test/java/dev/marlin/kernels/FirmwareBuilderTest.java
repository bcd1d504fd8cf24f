package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FirmwareBuilderTest {

  private static final FirmwareBuilder BUILDER = Programs.builder();

  @Test
  void aProgramBootsWhereGap8Boots() {
    FirmwareImage image =
        BUILDER.build(Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK));
    ByteBuffer elf = ByteBuffer.wrap(image.elf()).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(elf.getInt(24)).as("entry").isEqualTo(0x1c000080);
    assertThat(elf.getShort(44)).as("segments").isEqualTo((short) 2);
    int segment = elf.getInt(28);
    assertThat(elf.getInt(segment)).as("type").isEqualTo(1);
    assertThat(elf.getInt(segment + 8)).as("address").isEqualTo(0x1c000000);
    int conductor = segment + elf.getShort(42);
    assertThat(elf.getInt(conductor + 8)).as("where it runs").isEqualTo(0x1b001000);
    assertThat(elf.getInt(conductor + 12)).as("where it is loaded").isGreaterThan(0x1c000000);
    assertThat(image.address("__l1_arena"))
        .isEqualTo(RuntimeLayout.L1_BASE + RuntimeLayout.l1RuntimeBytes(8));
    assertThat(image.residentBytes()).isBetween(2000, 12000);
  }

  @Test
  void theSameRequestGivesTheSameBytesInAnotherCacheFolder(@TempDir Path folder) {
    FirmwareRequest request = Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK);
    FirmwareBuilder other = new FirmwareBuilder(Programs.llvm(), new CacheFolder(folder));
    assertThat(other.build(request).elf()).isEqualTo(BUILDER.build(request).elf());
  }

  @Test
  void manyThreadsThatStartWithAnEmptyCacheAllGetTheProgram(@TempDir Path folder) throws Exception {
    FirmwareRequest request = Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK);
    byte[] expected = BUILDER.build(request).elf();
    Callable<byte[]> build =
        () -> new FirmwareBuilder(Programs.llvm(), new CacheFolder(folder)).build(request).elf();
    ExecutorService pool = Executors.newFixedThreadPool(8);
    try {
      List<Future<byte[]>> results =
          pool.invokeAll(IntStream.range(0, 8).mapToObj(i -> build).toList());
      for (Future<byte[]> result : results) {
        assertThat(result.get()).isEqualTo(expected);
      }
    } finally {
      pool.shutdown();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(".part"));
    }
    try (Stream<Path> builds = Files.list(folder.resolve("builds"))) {
      assertThat(builds).isEmpty();
    }
  }

  @Test
  void everyDiagnosticOfTheCompilerReachesTheUser() {
    String wrong =
        """
        #include "network.h"
        int f(void) { return missing_one + missing_two; }
        """;
    assertThatThrownBy(() -> BUILDER.build(Programs.request(FirmwareTarget.GAP8, wrong)))
        .isInstanceOf(ToolchainException.class)
        .hasMessageStartingWith("Cannot compile network.c: network.c:2:")
        .hasMessageContaining("missing_one")
        .hasMessageContaining("missing_two")
        .satisfies(e -> assertThat(((ToolchainException) e).summary()).doesNotContain("\n"));
  }

  @Test
  void aWarningIsAnError() {
    String sloppy = Programs.EMPTY_NETWORK + "static int unused(void) { return 1; }\n";
    assertThatThrownBy(() -> BUILDER.build(Programs.request(FirmwareTarget.GAP8, sloppy)))
        .isInstanceOf(ToolchainException.class)
        .hasMessageContaining("unused");
  }

  @Test
  void aMissingFunctionIsNamed() {
    String source =
        """
        #include "network.h"
        extern void nobody(void);
        static uint32_t results[2];
        static const network_layer_t layers[] = {{nobody, {0, 0, 0}}};
        const network_t network = {1, layers, 0, 0, results};
        """;
    assertThatThrownBy(() -> BUILDER.build(Programs.request(FirmwareTarget.GAP8, source)))
        .isInstanceOf(ToolchainException.class)
        .hasMessageContaining("nobody");
  }

  @Test
  void arenasThatDoNotFitAreRefusedWithTheMissingBytes() {
    FirmwareTarget target = new FirmwareTarget(8, 16 * 1024, 64 * 1024);
    int l1 = RuntimeLayout.l1ArenaBytes(target.l1Bytes(), 8);
    Map<String, String> sources = Map.of("network.c", Programs.EMPTY_NETWORK);
    int resident =
        BUILDER.build(FirmwareRequest.of(target, sources, Set.of(), l1, 0)).residentBytes();
    int l2 = target.l2Bytes() - resident;
    BUILDER.build(FirmwareRequest.of(target, sources, Set.of(), l1, l2));
    assertThatThrownBy(
            () -> BUILDER.build(FirmwareRequest.of(target, sources, Set.of(), l1 + 4, l2)))
        .hasMessageStartingWith("L1 is too small by 4 bytes");
    assertThatThrownBy(
            () -> BUILDER.build(FirmwareRequest.of(target, sources, Set.of(), l1, l2 + 7)))
        .hasMessageStartingWith("L2 is too small by 7 bytes: code and data take " + resident);
  }

  @Test
  void theBoundOfResidentBytesHoldsForManyLayers() {
    int layers = 40;
    StringBuilder source = new StringBuilder("#include \"network.h\"\n");
    source.append("static void kernel(const tile_t *tile) { (void)tile; }\n");
    for (int i = 0; i < layers; i++) {
      source.append(
          """
          static void run_%1$d(void) {
            static const layer_t layer = {.kernel = kernel, .out_h = %1$d, .in_h = 2};
            layer_run(&layer);
          }
          """
              .formatted(i));
    }
    source.append("static uint32_t results[2 * ").append(layers).append("];\n");
    source.append("static const network_layer_t layers[] = {");
    for (int i = 0; i < layers; i++) {
      source.append("{run_").append(i).append(", {L2(0), L3_NONE, 4}},");
    }
    source.append("};\nconst network_t network = {").append(layers);
    source.append(", layers, 0, 0, results};\n");
    int real =
        BUILDER.build(Programs.request(FirmwareTarget.GAP8, source.toString())).residentBytes();
    int bound = BUILDER.residentBytes(List.of(), layers, 8);
    assertThat(real).isLessThanOrEqualTo(bound).isGreaterThan(bound - 8192);
  }

  @Test
  void theNumbersOfTheHeadersAreThoseOfJava() {
    assertThat(defines("include/tile.h")).containsEntry("TILE_SLACK", RuntimeLayout.TILE_SLACK);
    assertThat(defines("include/layer.h"))
        .containsEntry("STRIPE_SLACK", RuntimeLayout.STRIPE_SLACK);
    assertThat(defines("include/network.h")).containsEntry("L3_HEADER_BYTES", L3Image.HEADER_BYTES);
  }

  private static Map<String, Integer> defines(String header) {
    String text = new String(CSources.load().file(header), StandardCharsets.UTF_8);
    Matcher matcher = Pattern.compile("(?m)^#define (\\w+) (\\d+)$").matcher(text);
    return matcher
        .results()
        .collect(Collectors.toMap(r -> r.group(1), r -> Integer.valueOf(r.group(2))));
  }

  @Test
  void aKernelThatDoesNotExistIsNamed() {
    FirmwareRequest request =
        FirmwareRequest.of(
            FirmwareTarget.GAP8,
            Map.of("network.c", Programs.EMPTY_NETWORK),
            Set.of("no_such_kernel.c"),
            0,
            0);
    assertThatThrownBy(() -> BUILDER.build(request)).hasMessageContaining("no_such_kernel.c");
  }

  @Test
  void aBuildOfGeneratedSourcesTakesWellUnderASecond() throws IOException {
    FirmwareRequest request = Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK);
    BUILDER.build(request);
    long begin = System.nanoTime();
    int builds = 5;
    for (int i = 0; i < builds; i++) {
      BUILDER.build(request);
    }
    double seconds = (System.nanoTime() - begin) / 1e9 / builds;
    System.out.printf("build of an empty network: %.3f s%n", seconds);
    assertThat(seconds).isLessThan(1.5);
  }
}
