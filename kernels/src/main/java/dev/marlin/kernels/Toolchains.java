package dev.marlin.kernels;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Finds the cross-compiler that the user names. */
public final class Toolchains {

  /** The names that {@link #find} knows. */
  public static final List<String> NAMES = List.of("auto", "llvm", "gcc", "gap");

  private static final String GAP_VARIABLE = "GAP_RISCV_GCC_TOOLCHAIN";

  private Toolchains() {}

  /**
   * Finds a toolchain.
   *
   * @param name {@code llvm} (bundled), {@code gcc} (riscv64-unknown-elf-gcc on the PATH), {@code
   *     gap} (riscv32-unknown-elf-gcc in $GAP_RISCV_GCC_TOOLCHAIN/bin or on the PATH), or {@code
   *     auto}, which is {@code llvm}
   * @param cache where the bundled LLVM is unpacked
   * @param progress is told, in one line, about work that takes seconds
   * @throws ToolchainException if it is not there, or the name is unknown
   */
  public static Toolchain find(String name, CacheFolder cache, Consumer<String> progress) {
    return switch (name) {
      case "auto", "llvm" -> new LlvmToolchain(BundledLlvm.install(cache, progress));
      case "gcc" -> GccToolchain.riscv(onPath("riscv64-unknown-elf-gcc", name));
      case "gap" -> GccToolchain.gap(gap());
      default ->
          throw new ToolchainException(
              "Unknown toolchain '" + name + "': one of " + String.join(", ", NAMES) + ".", "");
    };
  }

  /** Finds a toolchain with the user's cache folder. */
  public static Toolchain find(String name, Consumer<String> progress) {
    return find(name, CacheFolder.ofUser(), progress);
  }

  private static String gap() {
    String program = "riscv32-unknown-elf-gcc";
    String folder = System.getenv(GAP_VARIABLE);
    if (folder == null || folder.isBlank()) {
      return onPath(program, "gap");
    }
    Path gcc = Path.of(folder, "bin", program);
    if (!Files.isExecutable(gcc)) {
      throw new ToolchainException(
          "Toolchain gap: " + gcc + " is no program.\nMaybe " + GAP_VARIABLE + " is wrong.", "");
    }
    return gcc.toString();
  }

  private static String onPath(String program, String toolchain) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path file = Path.of(folder).resolve(program);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new ToolchainException(
        "Toolchain "
            + toolchain
            + ": "
            + program
            + " is not on the PATH.\nMaybe use the toolchain llvm, which needs no installation.",
        "");
  }
}
