package dev.marlin.kernels;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The Makefile of an application's folder: what {@link FirmwareBuilder} does, as a text. */
final class Makefile {
  private static final String TEXT =
      """
      # Builds program.elf from the sources in this folder, the same program that Marlin built.
      #
      #     make                              with riscv64-unknown-elf-gcc
      #     make CC=clang LD=ld.lld           with LLVM
      #     make                              in a shell with the environment of the GAP SDK: with the SDK's compiler
      #
      # l3.bin is what HyperRAM holds when the program starts; on a board it is a file of the flash, from which the program
      # copies it. Kernels are compiled for speed, the runtime for size: the cluster's instruction cache has 4 KiB.

      SOURCES = %1$s
      RUNTIME = %2$s
      KERNELS = %3$s

      CFLAGS  = %4$s
      DEFINES = %5$s
      SYMBOLS = %6$s

      ifeq ($(origin CC),default)
        ifdef GAP_RISCV_GCC_TOOLCHAIN
          CC = $(GAP_RISCV_GCC_TOOLCHAIN)/bin/riscv32-unknown-elf-gcc
        else
          CC = riscv64-unknown-elf-gcc
        endif
      endif

      ifneq (,$(findstring clang,$(notdir $(CC))))
        MACHINE = --target=riscv32-unknown-elf -march=rv32imc_zicsr -mabi=ilp32 -nostdlibinc
        ifeq ($(origin LD),default)
          LD = ld.lld
        endif
        LINK = $(LD) -m elf32lriscv -T pmsis/link.ld $(addprefix --defsym=,$(SYMBOLS)) %7$s
        LIBS =
      else
        # GAP's compiler knows the chip by name; others know CSR instructions as an extension, but have no libgcc of that name.
        ifdef GAP_RISCV_GCC_TOOLCHAIN
          ARCH = rv32imcxgap8
          LINK_ARCH = rv32imcxgap8
        else
          ARCH = rv32imc_zicsr
          LINK_ARCH = rv32imc
        endif
        MACHINE = -march=$(ARCH) -mabi=ilp32 -nostdinc -isystem $(shell $(CC) -print-file-name=include) -fno-tree-loop-distribute-patterns
        LINK = $(CC) -march=$(LINK_ARCH) -mabi=ilp32 -nostdlib -nostartfiles -T pmsis/link.ld $(addprefix -Wl$(COMMA)--defsym=,$(SYMBOLS)) %8$s
        LIBS = -lgcc
      endif
      COMMA = ,

      OBJECTS = $(addprefix build/,$(addsuffix .o,$(SOURCES) $(RUNTIME) $(KERNELS)))

      program.elf: $(OBJECTS) pmsis/link.ld
      	$(LINK) $(OBJECTS) $(LIBS) -o $@

      $(addprefix build/,$(addsuffix .o,$(SOURCES))): OPTIMISATION = -O2
      $(addprefix build/,$(addsuffix .o,$(RUNTIME))): OPTIMISATION = -Os
      $(addprefix build/,$(addsuffix .o,$(KERNELS))): OPTIMISATION = -O3

      build/%%.o: %% $(wildcard include/*.h)
      	@mkdir -p $(dir $@)
      	$(CC) $(MACHINE) $(CFLAGS) $(OPTIMISATION) $(DEFINES) -Iinclude -c $< -o $@

      clean:
      	rm -rf build program.elf

      .PHONY: clean
      """;

  private Makefile() {}

  static String of(
      List<String> sources,
      List<String> library,
      List<String> flags,
      List<String> definitions,
      Map<String, Long> symbols,
      List<String> linkFlags) {
    return TEXT.formatted(
        sources.stream()
            .filter(source -> source.endsWith(".c") || source.endsWith(".S"))
            .collect(Collectors.joining(" ")),
        joined(library, "pmsis/"),
        joined(library, "nn/"),
        String.join(" ", flags),
        String.join(" ", definitions),
        symbols.entrySet().stream()
            .map(symbol -> symbol.getKey() + "=" + symbol.getValue())
            .collect(Collectors.joining(" ")),
        String.join(" ", linkFlags),
        linkFlags.stream().map(flag -> "-Wl," + flag).collect(Collectors.joining(" ")));
  }

  private static String joined(List<String> files, String folder) {
    return files.stream().filter(file -> file.startsWith(folder)).collect(Collectors.joining(" "));
  }
}
