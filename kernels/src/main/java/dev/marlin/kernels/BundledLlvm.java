package dev.marlin.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Unpacks clang and lld out of the Maven artifact {@code org.bytedeco:llvm}, which is on the class
 * path only for its files. Of its 490 MB about 280 MB are needed; they go once to the cache folder.
 *
 * <p>The programs look for their libraries in {@code ../lib} under the names that end in
 * major.minor.
 */
final class BundledLlvm {

  private static final String PLATFORM = "linux-x86_64";
  private static final String PREFIX = "org/bytedeco/llvm/" + PLATFORM + "/";
  private static final List<String> PROGRAMS = List.of("clang", "lld", "llvm-objdump");
  private static final List<String> LIBRARIES = List.of("libLLVM.so", "libclang-cpp.so");
  private static final Pattern HEADER =
      Pattern.compile("lib/clang/\\d+/include/(std[a-z]+|__std[a-z_]+|limits)\\.h");
  private static final Pattern MAJOR_MINOR = Pattern.compile("(\\d+\\.\\d+)\\..*");

  private BundledLlvm() {}

  /** Where the programs lie, and the version of the artifact. */
  record Installation(Path folder, String version) {
    Path program(String name) {
      return folder.resolve("bin").resolve(name);
    }
  }

  /**
   * Finds or makes the installation.
   *
   * @param progress is told, in one line, about work that takes seconds
   * @throws ToolchainException if the artifact is not on the class path or does not run here
   */
  static Installation install(CacheFolder cache, Consumer<String> progress) {
    URL clang = BundledLlvm.class.getClassLoader().getResource(PREFIX + "clang");
    if (clang == null) {
      throw new ToolchainException(
          "No LLVM on the class path for "
              + System.getProperty("os.name").toLowerCase(Locale.ROOT)
              + "-"
              + System.getProperty("os.arch")
              + ": the artifact org.bytedeco:llvm:"
              + PLATFORM
              + " is missing.\nMaybe use the toolchain gcc.",
          "");
    }
    try {
      if (!(clang.openConnection() instanceof JarURLConnection connection)) {
        throw new ToolchainException("LLVM is not in a jar but at " + clang + ".", "");
      }
      connection.setUseCaches(false);
      try (JarFile jar = connection.getJarFile()) {
        String version = version(jar);
        Path folder = cache.folder("llvm-" + version, part -> unpack(jar, version, part, progress));
        return new Installation(folder, version);
      }
    } catch (IOException e) {
      throw new ToolchainException("Cannot read LLVM at " + clang + ": " + e + ".", "");
    }
  }

  private static String version(JarFile jar) throws IOException {
    JarEntry entry = jar.getJarEntry("META-INF/maven/org.bytedeco/llvm/pom.properties");
    if (entry == null) {
      throw new IOException(jar.getName() + " does not state its version");
    }
    Properties properties = new Properties();
    try (InputStream in = jar.getInputStream(entry)) {
      properties.load(in);
    }
    return properties.getProperty("version");
  }

  private static void unpack(JarFile jar, String version, Path part, Consumer<String> progress)
      throws IOException {
    progress.accept("Unpacking LLVM " + version + " to " + part.getParent() + " (280 MB, once)");
    Matcher number = MAJOR_MINOR.matcher(version);
    String soname = number.matches() ? number.group(1) : version;
    for (String name : PROGRAMS) {
      Path file = copy(jar, PREFIX + name, part.resolve("bin/" + name));
      if (!file.toFile().setExecutable(true)) {
        throw new IOException("cannot make " + file + " executable");
      }
    }
    for (String name : LIBRARIES) {
      copy(jar, PREFIX + name, part.resolve("lib/" + name + "." + soname));
    }
    for (JarEntry entry : jar.stream().toList()) {
      String name = entry.getName();
      if (name.startsWith(PREFIX) && HEADER.matcher(name.substring(PREFIX.length())).matches()) {
        copy(jar, name, part.resolve(name.substring(PREFIX.length())));
      }
    }
    Tool.step(
        "run the LLVM that was unpacked",
        part,
        List.of(part.resolve("bin/clang").toString(), "--version"));
  }

  private static Path copy(JarFile jar, String name, Path file) throws IOException {
    JarEntry entry = jar.getJarEntry(name);
    if (entry == null) {
      throw new IOException(jar.getName() + " has no " + name);
    }
    Files.createDirectories(file.getParent());
    try (InputStream in = jar.getInputStream(entry)) {
      Files.copy(in, file);
    }
    return file;
  }
}
