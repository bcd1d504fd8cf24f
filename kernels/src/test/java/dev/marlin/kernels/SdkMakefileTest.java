package dev.marlin.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Makefile for the GAP SDK, and whether its sources agree with the SDK's headers. */
final class SdkMakefileTest {
  private static final String COMPILER = "riscv64-unknown-elf-gcc";

  private static final Map<String, byte[]> PROJECT =
      FirmwareBuilder.project(Programs.request(FirmwareTarget.GAP8, Programs.EMPTY_NETWORK));

  @TempDir private Path folder;

  private static List<String> sources() {
    String makefile = new String(PROJECT.get("Makefile.pmsis"), StandardCharsets.UTF_8);
    return makefile
        .lines()
        .filter(line -> line.startsWith("APP_SRCS = "))
        .flatMap(line -> Arrays.stream(line.substring(11).split(" ", -1)))
        .toList();
  }

  @Test
  void namesEverySourceThatPmsisDoesNotReplace() {
    assertThat(sources())
        .contains("network.c", "gap_sdk/main.c", "pmsis/run.c", "pmsis/layer.c", "pmsis/l3.c")
        .doesNotContain("pmsis/crt0.S", "pmsis/fabric.c")
        .allMatch(PROJECT::containsKey);
    assertThat(new String(PROJECT.get("Makefile.pmsis"), StandardCharsets.UTF_8))
        .contains("include $(RULES_DIR)/pmsis_rules.mk", "-DNUM_CORES=8", "-DMARLIN_PMSIS");
  }

  @Test
  void sourcesAgreeWithTheHeadersOfTheSdk() throws IOException, InterruptedException {
    String home = System.getenv().getOrDefault("GAP_SDK_HOME", "");
    assumeTrue(!home.isBlank(), "GAP_SDK_HOME names no GAP SDK");
    Path sdk = Path.of(home);
    assumeTrue(Files.isDirectory(sdk.resolve("rtos/pmsis/api/include")), "it has no PMSIS");
    assumeTrue(onPath(COMPILER), COMPILER + " is not installed");
    for (String file : PROJECT.keySet()) {
      Path path = folder.resolve(file);
      Files.createDirectories(path.getParent());
      Files.write(path, PROJECT.get(file));
    }
    // Of the C library the headers use these two.
    Files.createDirectories(folder.resolve("libc/sys"));
    Files.writeString(folder.resolve("libc/inttypes.h"), "#include <stdint.h>\n");
    Files.writeString(folder.resolve("libc/sys/types.h"), "typedef long ssize_t;\n");
    for (String source : sources()) {
      List<String> command = new ArrayList<>(command(sdk));
      command.add(source);
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("%s: %s", source, said).isZero();
    }
  }

  private static boolean onPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  /** As the SDK's rules have it, with the folders of the sources instead of the installed ones. */
  private static List<String> command(Path sdk) {
    String pulp = sdk.resolve("gap8/rtos/pulp").toString();
    return List.of(
        COMPILER,
        "-fsyntax-only",
        "-march=rv32imc_zicsr",
        "-mabi=ilp32",
        "-ffreestanding",
        "-std=gnu11",
        "-D__riscv__",
        "-D__GAP__",
        "-D__GAP8__",
        "-DCHIP_VERSION=3",
        "-D__pulp__",
        "-DCONFIG_GAP",
        "-D__PULP_OS__",
        "-DCONFIG_GAPUINO",
        "-D__PLATFORM_GVSOC__",
        "-DRT_FC_STACK_SIZE=2048",
        "-include",
        pulp + "/pulp-os/include/rt/chips/gap8_revc/config.h",
        "-I" + pulp + "/pulp-os/include",
        "-I" + pulp + "/pulp-os/include/io",
        "-I" + pulp + "/pulp-os/kernel",
        "-I" + pulp + "/hal_pulp/include",
        "-I" + pulp + "/archi_pulp/include",
        "-I" + sdk.resolve("rtos/pulp/gap_archi/include"),
        "-I" + sdk.resolve("rtos/pmsis/api/include"),
        "-I" + sdk.resolve("rtos/pmsis/bsp/include"),
        "-I" + sdk.resolve("rtos/pmsis/archi/include"),
        "-Ilibc",
        "-iquote",
        "include",
        "-DMARLIN_PMSIS",
        "-DNUM_CORES=8",
        "-DMARLIN_L1_ARENA_BYTES=40000",
        "-DMARLIN_L2_ARENA_BYTES=300000");
  }
}
