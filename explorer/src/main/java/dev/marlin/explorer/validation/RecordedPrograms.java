package dev.marlin.explorer.validation;

import dev.marlin.simulator.ChipConfig;
import dev.marlin.simulator.Program;
import dev.marlin.simulator.RunOptions;
import dev.marlin.simulator.Simulator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A folder of programs with what GVSOC printed of them: {@code NAME.elf} and {@code NAME.out}.
 * Lines {@code cyc ID CORE N} are cycles, {@code val ID WORD} are results; the others are not
 * compared.
 */
public final class RecordedPrograms {
  private static final int LARGE_L1 = 128 << 10;
  private static final int LARGE_L2 = 1 << 20;

  private RecordedPrograms() {}

  /**
   * The lines of the programs of one kind, the part of their names before the first {@code _}.
   *
   * @param lines cycle lines that both printed
   * @param exact of them, those that are equal
   * @param close those within 1 % or 2 cycles
   * @param far those off by more than 10 %
   * @param embedded sum of their cycles here
   * @param gvsoc sum of their cycles in GVSOC
   * @param wrongValues result lines that differ or are missing
   */
  public record Kind(
      int lines, int exact, int close, int far, long embedded, long gvsoc, int wrongValues) {

    private static final Kind NONE = new Kind(0, 0, 0, 0, 0, 0, 0);

    private Kind plus(long here, long there) {
      long off = Math.abs(here - there);
      return new Kind(
          lines + 1,
          exact + (off == 0 ? 1 : 0),
          close + (off <= Math.max(2, there / 100) ? 1 : 0),
          far + (off > there / 10 + 2 ? 1 : 0),
          embedded + here,
          gvsoc + there,
          wrongValues);
    }

    private Kind plusWrong(int more) {
      return new Kind(lines, exact, close, far, embedded, gvsoc, wrongValues + more);
    }
  }

  /** Whether a folder holds such programs. */
  public static boolean isFolder(Path folder) throws IOException {
    return Files.isDirectory(folder) && !programs(folder).isEmpty();
  }

  /** Runs all programs of a folder; their kinds in alphabetical order. */
  public static Map<String, Kind> compare(Path folder) throws IOException {
    Map<String, Kind> kinds = new TreeMap<>();
    for (Path elf : programs(folder)) {
      String file = elf.getFileName().toString();
      String name = file.substring(0, file.length() - ".elf".length());
      Map<String, String> there = lines(Files.readString(elf.resolveSibling(name + ".out")));
      Map<String, String> here = lines(run(elf, name));
      String kind = name.contains("_") ? name.substring(0, name.indexOf('_')) : name;
      Kind sum = kinds.getOrDefault(kind, Kind.NONE);
      for (Map.Entry<String, String> line : there.entrySet()) {
        String found = here.get(line.getKey());
        if (line.getKey().startsWith("cyc ") && found != null) {
          sum = sum.plus(Long.parseLong(found), Long.parseLong(line.getValue()));
        } else if (!line.getValue().equals(found)) {
          sum = sum.plusWrong(1);
        }
      }
      kinds.put(kind, sum);
    }
    return kinds;
  }

  private static List<Path> programs(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".elf"))
          .filter(file -> Files.exists(Path.of(file.toString().replaceAll("elf$", "out"))))
          .sorted()
          .toList();
    }
  }

  /** Programs named {@code whatif_} are linked for 128 KiB of L1 and 1 MiB of L2. */
  private static String run(Path elf, String name) throws IOException {
    ChipConfig gap8 = ChipConfig.gap8();
    ChipConfig chip =
        name.startsWith("whatif") ? gap8.withL1Bytes(LARGE_L1).withL2Bytes(LARGE_L2) : gap8;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Simulator.run(Program.read(elf), RunOptions.defaults().withChip(chip).withStdout(out));
    return out.toString(StandardCharsets.UTF_8);
  }

  private static Map<String, String> lines(String output) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : output.lines().toList()) {
      int last = line.lastIndexOf(' ');
      boolean cycles = line.matches("cyc \\S+ \\d+ \\d{1,15}");
      if (cycles || line.matches("val \\S+ [0-9a-f]{8}")) {
        lines.put(line.substring(0, last), line.substring(last + 1));
      }
    }
    return lines;
  }
}
