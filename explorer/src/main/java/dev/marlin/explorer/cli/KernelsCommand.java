package dev.marlin.explorer.cli;

import dev.marlin.explorer.benchmark.KernelBenchmark;
import dev.marlin.explorer.benchmark.KernelCase;
import dev.marlin.explorer.benchmark.KernelCases;
import dev.marlin.explorer.benchmark.KernelTiming;
import dev.marlin.explorer.sweep.Nearest;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.RuntimeLayout;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Times every kernel alone, in the embedded simulator. */
@Command(
    name = "kernels",
    header = "Times every kernel alone: cycles, rate, share of its bound, code size.",
    description =
        "All operands of a tile of natural size lie in L1; cycles are those between two barriers"
            + " around the kernel, instruction cache warm. Bounds and targets are for 8 cores.",
    mixinStandardHelpOptions = true,
    usageHelpAutoWidth = true,
    sortOptions = false)
final class KernelsCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "0..*",
      paramLabel = "KERNEL",
      description = "lines whose name begins so (default: all)")
  private List<String> names = List.of();

  @Option(
      names = "--cores",
      paramLabel = "N,...",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "numbers of cores, 1 to 16 (default: ${DEFAULT-VALUE})")
  private List<Integer> cores = List.of();

  @Option(names = "--json", paramLabel = "FILE", description = "write JSON; - for stdout")
  private @Nullable String json;

  @Option(
      names = "--update",
      paramLabel = "FILE.md",
      description = "write the table into a document: docs/kernels.md")
  private @Nullable String update;

  @Option(
      names = "--toolchain",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "auto, llvm, gcc or gap (default: auto)")
  private String toolchain = "";

  KernelsCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    for (int n : cores) {
      if (n < 1 || n > RuntimeLayout.MAX_CORES) {
        throw CommandException.usage("--cores: " + n + " is not 1 to " + RuntimeLayout.MAX_CORES);
      }
    }
    DeployOptions.known("--toolchain", toolchain, Toolchains.NAMES);
    List<KernelCase> cases = cases();
    KernelBenchmark benchmark =
        new KernelBenchmark(new FirmwareBuilder(Toolchains.find(toolchain, console::say)));
    List<Integer> ascending = List.copyOf(new TreeSet<>(cores));
    List<KernelTiming> timings = new ArrayList<>();
    for (KernelCase measured : cases) {
      timings.add(benchmark.run(measured, ascending));
    }
    if (update != null) {
      KernelTable.update(console.resolve(update), timings);
    }
    if (json != null && !json.equals("-")) {
      Files.write(console.resolve(json), KernelsJson.write(timings));
    }
    if (json != null && json.equals("-")) {
      console.out().write(KernelsJson.write(timings));
    } else {
      console.out().print(KernelTable.text(timings));
    }
    return ExitStatus.OK;
  }

  private List<KernelCase> cases() {
    if (names.isEmpty()) {
      return KernelCases.all();
    }
    for (String name : names) {
      if (KernelCases.all().stream().noneMatch(c -> c.name().startsWith(name))) {
        List<String> known = KernelCases.all().stream().map(KernelCase::name).distinct().toList();
        throw CommandException.usage(
            "there is no kernel \"" + name + "\"" + Nearest.hint(name, known));
      }
    }
    return KernelCases.all().stream()
        .filter(c -> names.stream().anyMatch(c.name()::startsWith))
        .toList();
  }
}
