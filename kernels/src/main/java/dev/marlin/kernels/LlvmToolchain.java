package dev.marlin.kernels;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The bundled clang and lld: the default, because it is the same on every machine. */
final class LlvmToolchain implements Toolchain {

  private final BundledLlvm.Installation llvm;

  LlvmToolchain(BundledLlvm.Installation llvm) {
    this.llvm = llvm;
  }

  @Override
  public String id() {
    return "llvm-" + llvm.version();
  }

  /** Returns the path of llvm-objdump, which prints what an ELF holds. */
  Path objdump() {
    return llvm.program("llvm-objdump");
  }

  @Override
  public void compile(Path folder, String source, Path object, List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(llvm.program("clang").toString());
    command.addAll(List.of("--target=riscv32-unknown-elf", "-march=rv32imc_zicsr", "-mabi=ilp32"));
    command.addAll(List.of("-nostdlibinc", "-fno-color-diagnostics"));
    command.addAll(flags);
    command.addAll(List.of("-c", source, "-o", object.toString()));
    Tool.step("compile " + source, folder, command);
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
    command.add(llvm.program("lld").toString());
    command.addAll(List.of("-flavor", "gnu", "-m", "elf32lriscv", "--color-diagnostics=never"));
    command.addAll(List.of("-T", script.toString()));
    symbols.forEach((name, value) -> command.add("--defsym=" + name + "=" + value));
    command.addAll(flags);
    objects.forEach(object -> command.add(object.toString()));
    command.addAll(List.of("-o", elf.toString()));
    Tool.step("link " + elf.getFileName(), folder, command);
  }
}
