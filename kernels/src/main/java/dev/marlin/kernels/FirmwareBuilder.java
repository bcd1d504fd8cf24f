package dev.marlin.kernels;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes programs: compiles generated sources, links them with the runtime ({@code pmsis/}) and the
 * kernels ({@code nn/}).
 *
 * <p>Objects of the runtime and the kernels are kept in the cache folder by toolchain, flags,
 * source and headers, so that a build compiles the generated sources only. The same request gives
 * the same bytes on every machine. Any number of threads and processes may build at once.
 */
public final class FirmwareBuilder {

  private static final List<String> FLAGS =
      List.of(
          "-std=c11",
          "-ffreestanding",
          "-ffunction-sections",
          "-fdata-sections",
          "-msmall-data-limit=0",
          "-Wall",
          "-Wextra",
          "-Werror");

  private static final List<String> LINK_FLAGS = List.of("--gc-sections");

  private static final int MAX_BYTES_PER_LAYER = 320;

  private final Toolchain toolchain;
  private final CacheFolder cache;
  private final CSources library;
  private final Path libraryFolder;
  private final String headers;

  /** A builder that keeps its objects in {@code cache}. */
  public FirmwareBuilder(Toolchain toolchain, CacheFolder cache) {
    this.toolchain = toolchain;
    this.cache = cache;
    this.library = CSources.load();
    this.libraryFolder = cache.folder("sources/" + library.hash(""), library::writeTo);
    this.headers = library.hash("include/");
  }

  /** A builder with the user's cache folder. */
  public FirmwareBuilder(Toolchain toolchain) {
    this(toolchain, CacheFolder.ofUser());
  }

  /** Returns the toolchain's name and version. */
  public String toolchainId() {
    return toolchain.id();
  }

  /** Returns the flags that generated sources are compiled with, without paths of this machine. */
  public String compilerFlags(int cores) {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add("-O2");
    flags.add("-DNUM_CORES=" + cores);
    return String.join(" ", flags);
  }

  /**
   * Builds a program.
   *
   * @throws ToolchainException if the generated sources do not compile, or if code, data and arenas
   *     do not fit the memories; the message says what is missing
   */
  public FirmwareImage build(FirmwareRequest request) {
    FirmwareTarget target = request.target();
    List<Path> objects = new ArrayList<>();
    for (String file : libraryFiles(library, request.kernels())) {
      objects.add(libraryObject(file, target));
    }
    Path folder = cache.temporaryFolder();
    try {
      for (Map.Entry<String, String> source : request.sources().entrySet()) {
        Files.writeString(folder.resolve(source.getKey()), source.getValue());
      }
      for (String source : request.sources().keySet()) {
        if (source.endsWith(".c") || source.endsWith(".S")) {
          Path object = Path.of(source + ".o");
          toolchain.compile(folder, source, object, flags("-O2", target));
          objects.add(object);
        }
      }
      return link(folder, objects, request);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deleteQuietly(folder);
    }
  }

  /**
   * Returns an upper bound of {@link FirmwareImage#residentBytes} before the network is generated:
   * a program without layers that refers to the kernels is linked.
   *
   * @param kernels what it will call
   * @param layers how many layers it will have
   * @param cores cores of the cluster
   */
  public int residentBytes(Collection<Kernel> kernels, int layers, int cores) {
    SortedSet<String> files = new TreeSet<>();
    SortedSet<String> functions = new TreeSet<>();
    for (Kernel kernel : kernels) {
      files.add(kernel.file());
      functions.add(kernel.function());
    }
    FirmwareTarget large = new FirmwareTarget(cores, 1 << 20, 1 << 24);
    FirmwareRequest request =
        FirmwareRequest.of(large, Map.of("network.c", noLayers(functions)), files, 0, 0);
    return build(request).residentBytes() + layers * MAX_BYTES_PER_LAYER;
  }

  private static String noLayers(SortedSet<String> functions) {
    StringBuilder c = new StringBuilder("#include \"network.h\"\n");
    functions.forEach(function -> c.append("extern kernel_t ").append(function).append(";\n"));
    c.append("static kernel_t *const used[] = {");
    functions.forEach(function -> c.append(function).append(", "));
    c.append("(kernel_t *)layer_run};\nstatic uint32_t results[2];\n");
    c.append("const network_t network = {0, (const network_layer_t *)used, 0, 0, results};\n");
    return c.toString();
  }

  /** What the C sources are told of the chip. */
  static List<String> definitions(FirmwareTarget target) {
    String cores = "-DNUM_CORES=" + target.cores();
    return target.revision() == FirmwareTarget.LATEST_REVISION
        ? List.of(cores)
        : List.of(cores, "-DGAP8_REVISION=" + target.revision());
  }

  /**
   * The runtime is compiled for size: the cluster's instruction cache of 4 KiB is for the kernels.
   * So is what unrolling gains nothing for, because its loops are assembly.
   */
  private static String optimisation(String file) {
    if (file.equals("nn/depthwise_3x3.c")) {
      return "-O2";
    }
    return file.startsWith("nn/") ? "-O3" : "-Os";
  }

  /**
   * Everything that the program of {@code request} is built of, path to content: its sources, the
   * runtime, the kernels, and a Makefile that builds the same program with any cross-compiler, or
   * with the GAP SDK's.
   */
  public static SortedMap<String, byte[]> project(FirmwareRequest request) {
    CSources library = CSources.load();
    SortedMap<String, byte[]> files = new TreeMap<>();
    for (String file : library.in("include")) {
      files.put(file, library.file(file));
    }
    for (String file : library.in("pmsis")) {
      files.put(file, library.file(file));
    }
    for (String file : library.in("gap_sdk")) {
      files.put(file, library.file(file));
    }
    for (String kernel : request.kernels()) {
      files.put("nn/" + kernel, library.file("nn/" + kernel));
    }
    request
        .sources()
        .forEach((name, text) -> files.put(name, text.getBytes(StandardCharsets.UTF_8)));
    String makefile =
        Makefile.of(
            List.copyOf(request.sources().keySet()),
            List.copyOf(libraryFiles(library, request.kernels())),
            FLAGS,
            definitions(request.target()),
            symbols(request, request.l1ArenaBytes(), request.l2ArenaBytes()),
            LINK_FLAGS);
    files.put("Makefile", makefile.getBytes(StandardCharsets.UTF_8));
    String sdkMakefile =
        SdkMakefile.of(
            List.copyOf(request.sources().keySet()),
            List.copyOf(libraryFiles(library, request.kernels())),
            definitions(request.target()),
            symbols(request, request.l1ArenaBytes(), request.l2ArenaBytes()));
    files.put("Makefile.pmsis", sdkMakefile.getBytes(StandardCharsets.UTF_8));
    return files;
  }

  private static SortedSet<String> libraryFiles(CSources library, SortedSet<String> kernels) {
    SortedSet<String> files = new TreeSet<>();
    for (String file : library.in("pmsis")) {
      if (file.endsWith(".c") || file.endsWith(".S")) {
        files.add(file);
      }
    }
    kernels.forEach(kernel -> files.add("nn/" + kernel));
    return files;
  }

  private List<String> flags(String optimisation, FirmwareTarget target) {
    List<String> flags = new ArrayList<>(FLAGS);
    flags.add(optimisation);
    flags.addAll(definitions(target));
    flags.add("-I" + libraryFolder.resolve("include"));
    return flags;
  }

  private Path libraryObject(String file, FirmwareTarget target) {
    List<String> keyFlags = new ArrayList<>(FLAGS);
    String optimisation = optimisation(file);
    keyFlags.add(optimisation);
    CSources.Digest key = new CSources.Digest();
    key.add(toolchain.id()).add(String.join(" ", keyFlags));
    key.add(String.join(" ", definitions(target)));
    key.add(headers).add(file).add(library.file(file));
    String name = "objects/" + Path.of(file).getFileName() + "-" + key.hex() + ".o";
    Path object = cache.root().resolve(name);
    if (Files.exists(object)) {
      return object;
    }
    Path folder = cache.temporaryFolder();
    try {
      Path part = folder.resolve("object.o");
      toolchain.compile(libraryFolder, file, part, flags(optimisation, target));
      return cache.keep(name, Files.readAllBytes(part));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deleteQuietly(folder);
    }
  }

  private FirmwareImage link(Path folder, List<Path> objects, FirmwareRequest request)
      throws IOException {
    Path script = libraryFolder.resolve("pmsis/link.ld");
    Path elf = folder.resolve("program.elf");
    try {
      toolchain.link(
          folder,
          objects,
          script,
          symbols(request, request.l1ArenaBytes(), request.l2ArenaBytes()),
          LINK_FLAGS,
          elf);
    } catch (ToolchainException e) {
      String message = e.getMessage();
      if (message.contains("will not fit in region") || message.contains("not within region")) {
        throw tooSmall(folder, objects, request, e);
      }
      throw e;
    }
    return FirmwareImage.of(Files.readAllBytes(elf));
  }

  /** Links again without the arenas, to say how much is missing. */
  private ToolchainException tooSmall(
      Path folder, List<Path> objects, FirmwareRequest request, ToolchainException cause)
      throws IOException {
    FirmwareTarget target = request.target();
    Path elf = folder.resolve("sizes.elf");
    FirmwareTarget large = new FirmwareTarget(target.cores(), 1 << 20, 1 << 24);
    FirmwareRequest unlimited =
        new FirmwareRequest(large, request.sources(), request.kernels(), 0, 0);
    Path script = libraryFolder.resolve("pmsis/link.ld");
    toolchain.link(folder, objects, script, symbols(unlimited, 0, 0), LINK_FLAGS, elf);
    int resident = FirmwareImage.of(Files.readAllBytes(elf)).residentBytes();
    int runtime = RuntimeLayout.l1RuntimeBytes(target.cores());
    List<String> missing = new ArrayList<>();
    describe(
        missing, "L1", "stacks and runtime", runtime, request.l1ArenaBytes(), target.l1Bytes());
    describe(missing, "L2", "code and data", resident, request.l2ArenaBytes(), target.l2Bytes());
    ToolchainException exception =
        new ToolchainException(String.join("; ", missing) + ".", cause.getMessage());
    exception.initCause(cause);
    return exception;
  }

  private static void describe(
      List<String> missing, String memory, String what, int resident, int arena, int bytes) {
    long lacking = (long) resident + arena - bytes;
    if (lacking > 0) {
      missing.add(
          memory
              + " is too small by "
              + lacking
              + " bytes: "
              + what
              + " take "
              + resident
              + ", the network "
              + arena
              + ", there are "
              + bytes);
    }
  }

  private static Map<String, Long> symbols(FirmwareRequest request, int l1Arena, int l2Arena) {
    FirmwareTarget target = request.target();
    Map<String, Long> symbols = new TreeMap<>();
    symbols.put("__cores", (long) target.cores());
    symbols.put("__l1_bytes", (long) target.l1Bytes());
    symbols.put("__l2_bytes", (long) target.l2Bytes());
    symbols.put("__l1_arena_bytes", (long) l1Arena);
    symbols.put("__l2_arena_bytes", (long) l2Arena);
    symbols.put("__stack_bytes", (long) RuntimeLayout.STACK_BYTES);
    symbols.put("__l1_runtime_bytes", (long) RuntimeLayout.L1_WORDS_BYTES);
    return symbols;
  }

  private static void deleteQuietly(Path folder) {
    try {
      CacheFolder.delete(folder);
    } catch (IOException e) {
      // A file that is left behind costs a few kilobytes and nobody reads it.
    }
  }
}
