package dev.marlin.kernels;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The Makefile by which the GAP SDK builds an application's folder with its PMSIS rules. */
final class SdkMakefile {
  /** What of the runtime PMSIS itself does. */
  private static final List<String> REPLACED =
      List.of("pmsis/crt0.S", "pmsis/fabric.c", "pmsis/memory.c", "pmsis/output.c");

  private static final String TEXT =
      """
      # Builds and runs the sources in this folder as an application of the GAP SDK, in a shell with its environment:
      #
      #     make -f Makefile.pmsis clean all run platform=gvsoc
      #
      # PMSIS takes part of L1 and L2: a network that fills them has to be deployed with less (--l1 48KiB --l2 400KiB).
      # l3.bin is put into the flash's read-only file system.

      APP = network
      APP_SRCS = %1$s
      APP_CFLAGS = -O3 -std=gnu11 -iquote $(CURDIR)/include -DMARLIN_PMSIS %2$s -DMARLIN_L1_ARENA_BYTES=%3$d -DMARLIN_L2_ARENA_BYTES=%4$d
      READFS_FILES = $(CURDIR)/l3.bin
      BOARD_NAME ?= gapuino
      PMSIS_OS ?= pulp_os
      CONFIG_HYPERRAM = 1
      CONFIG_HYPERFLASH = 1

      include $(RULES_DIR)/pmsis_rules.mk
      """;

  private SdkMakefile() {}

  static String of(
      List<String> sources,
      List<String> library,
      List<String> definitions,
      Map<String, Long> symbols) {
    return TEXT.formatted(
        all(sources, library),
        String.join(" ", definitions),
        symbols.get("__l1_arena_bytes"),
        symbols.get("__l2_arena_bytes"));
  }

  private static String all(List<String> sources, List<String> library) {
    List<String> own =
        library.stream().filter(file -> !REPLACED.contains(file)).collect(Collectors.toList());
    own.add(0, "gap_sdk/main.c");
    own.addAll(0, sources.stream().filter(source -> source.endsWith(".c")).toList());
    return String.join(" ", own);
  }
}
