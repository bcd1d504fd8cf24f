package dev.marlin.explorer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.marlin.explorer.cli.InProcess.Result;
import dev.marlin.explorer.store.Query;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The compiler as an axis, where Debian's gcc-riscv64-unknown-elf is installed. */
final class GccSweepTest {
  @TempDir Path folder;

  private static boolean isInstalled(String program) {
    return List.of(System.getenv("PATH").split(File.pathSeparator, -1)).stream()
        .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
  }

  @Test
  void pointsOfBothCompilersAreCorrectAndSayWhichMadeThem() throws Exception {
    assumeTrue(
        isInstalled("riscv64-unknown-elf-gcc"), "riscv64-unknown-elf-gcc is not on the PATH");
    Files.writeString(
        folder.resolve("s.yaml"), "{grid: {models: [dscnn, autoencoder], toolchain: [llvm, gcc]}}");
    Result sweep =
        InProcess.explore(
            folder, "s.yaml", "--master", "local[2]", "--cache", "cache", "--out", "out");
    assertThat(sweep.err()).contains("4 points: 4 correct");
    Query compilers =
        Query.ask(
            folder.resolve("out"),
            "SELECT toolchain, substr(compiler, 1, 3), count(DISTINCT program_hash) FROM points JOIN"
                + " runs USING (run_key) GROUP BY 1, 2 ORDER BY 1");
    assertThat(compilers.rows().toString()).isEqualTo("[[gcc, gcc, 2], [llvm, llv, 2]]");
  }
}
