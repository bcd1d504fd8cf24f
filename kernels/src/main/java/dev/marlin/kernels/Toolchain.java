package dev.marlin.kernels;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A compiler and linker for GAP8's cores: {@link LlvmToolchain} or {@link GccToolchain}. {@link
 * Toolchains#find} makes one.
 *
 * <p>Paths of sources and objects are given relative to a working folder, so that no path of the
 * machine gets into an object.
 */
public sealed interface Toolchain permits LlvmToolchain, GccToolchain {

  /** Name and version; two toolchains with the same id make the same objects. */
  String id();

  /**
   * Compiles one C file, or preprocesses and assembles one {@code .S} file.
   *
   * @param folder working folder
   * @param source the file, relative to {@code folder}
   * @param object the file to write, relative to {@code folder} or absolute
   * @param flags further flags: optimisation, macros, include folders
   * @throws ToolchainException if the compiler refuses; warnings are errors
   */
  void compile(Path folder, String source, Path object, List<String> flags);

  /**
   * Links objects to an ELF.
   *
   * @param folder working folder
   * @param objects relative to {@code folder} or absolute
   * @param script linker script
   * @param symbols absolute symbols that the script uses
   * @param flags further flags of the linker itself
   * @param elf the file to write
   * @throws ToolchainException if the linker refuses
   */
  void link(
      Path folder,
      List<Path> objects,
      Path script,
      Map<String, Long> symbols,
      List<String> flags,
      Path elf);
}
