package dev.marlin.kernels;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An installed GCC: {@code riscv64-unknown-elf-gcc}, or that of GAP's SDK. */
final class GccToolchain implements Toolchain {

  private final String name;
  private final String gcc;
  private final String version;
  private final String compileFor;
  private final String linkFor;

  private GccToolchain(String name, String gcc, String version, String compileFor, String linkFor) {
    this.name = name;
    this.gcc = gcc;
    this.version = version;
    this.compileFor = compileFor;
    this.linkFor = linkFor;
  }

  /**
   * A GCC of the RISC-V community. It knows CSR instructions as an extension of their own; but with
   * that extension named it finds no libgcc for 32 bit, so the linker is told the same without it.
   */
  static GccToolchain riscv(String gcc) {
    return new GccToolchain("gcc", gcc, version(gcc), "rv32imc_zicsr", "rv32imc");
  }

  /** The GCC of GAP's SDK, which knows GAP8 by name. */
  static GccToolchain gap(String gcc) {
    return new GccToolchain("gap", gcc, version(gcc), "rv32imcxgap8", "rv32imcxgap8");
  }

  private static String version(String gcc) {
    Tool.Result result = Tool.run(Path.of("."), List.of(gcc, "--version"));
    if (result.failed()) {
      throw new ToolchainException(
          "Cannot run " + gcc + ": " + result.firstError(), result.output());
    }
    return result.output().lines().findFirst().orElse("").strip();
  }

  @Override
  public String id() {
    return name + " " + version;
  }

  @Override
  public void compile(Path folder, String source, Path object, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(gcc, "-march=" + compileFor, "-mabi=ilp32"));
    command.addAll(List.of("-nostdinc", "-isystem", include()));
    command.add("-fno-tree-loop-distribute-patterns"); // would turn memset() into a call of itself
    command.addAll(flags);
    command.addAll(List.of("-c", source, "-o", object.toString()));
    Tool.step("compile " + source, folder, command);
  }

  /** The folder of stdint.h and its like, which belong to the compiler. */
  private String include() {
    return Tool.run(Path.of("."), List.of(gcc, "-print-file-name=include")).output().strip();
  }

  @Override
  public void link(
      Path folder,
      List<Path> objects,
      Path script,
      Map<String, Long> symbols,
      List<String> flags,
      Path elf) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(gcc, "-march=" + linkFor, "-mabi=ilp32", "-nostdlib", "-nostartfiles"));
    command.addAll(List.of("-T", script.toString(), "-Wl,--no-warn-rwx-segments"));
    symbols.forEach((symbol, value) -> command.add("-Wl,--defsym=" + symbol + "=" + value));
    flags.forEach(flag -> command.add("-Wl," + flag));
    objects.forEach(object -> command.add(object.toString()));
    command.addAll(List.of("-lgcc", "-o", elf.toString()));
    Tool.step("link " + elf.getFileName(), folder, command);
  }
}
