package dev.marlin.explorer.validation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.marlin.explorer.execution.Build;
import dev.marlin.explorer.execution.Execution;
import dev.marlin.explorer.execution.ExecutionException;
import dev.marlin.explorer.execution.Executor;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.explorer.validation.ProgramPair.Origin;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ValidationTest {
  private static final String MODEL = "fc_64_10";

  @TempDir Path folder;

  private static ProgramPair pair(String model, long... cycles) {
    List<LayerPair> layers =
        java.util.stream.IntStream.range(0, cycles.length / 2)
            .mapToObj(i -> new LayerPair(i, "l" + i, "conv", cycles[2 * i], cycles[2 * i + 1]))
            .toList();
    return new ProgramPair(
        model, 65536, 524288, 8, "cycles", "0123456789abcdef", layers, Origin.NOT_BUILT);
  }

  @Test
  void addsLayersUpAndFindsTheWorst() {
    ProgramPair pair = pair("a", 110, 100, 99, 100, 800, 800);
    assertThat(pair.embedded()).isEqualTo(1009);
    assertThat(pair.error()).isCloseTo(0.009, within(1e-9));
    assertThat(pair.worst().index()).isZero();
    Validation validation = new Validation(List.of(pair, pair("b", 100, 100)));
    assertThat(validation.exactLayers()).isEqualTo(2);
    assertThat(validation.layerQuantile(0.5)).isCloseTo(0.01, within(1e-9));
    assertThat(validation.layerQuantile(1)).isCloseTo(0.1, within(1e-9));
    assertThat(validation.isGood()).isFalse();
    assertThat(new Validation(List.of(pair("b", 104, 100, 896, 900))).isGood()).isTrue();
  }

  @Test
  void readsWhatItWrites() throws IOException {
    Recording recording =
        new Recording(List.of("made today"), List.of(pair("a", 1, 2, 3, 4), pair("b", 5, 6)));
    Path file = folder.resolve("r.csv");
    recording.write(file);
    assertThat(Recording.parse(Files.readString(file), "r.csv")).isEqualTo(recording);
  }

  @Test
  void replacesWhatIsMeasuredAgainAndKeepsTheRest() {
    Recording before = new Recording(List.of(), List.of(pair("a", 1, 2), pair("b", 5, 6)));
    Recording after = before.with(List.of("x"), List.of(pair("b", 7, 7), pair("c", 8, 8)));
    assertThat(after.programs()).containsExactly(pair("a", 1, 2), pair("b", 7, 7), pair("c", 8, 8));
  }

  @Test
  void namesTheLineThatIsNoRecording() {
    assertThatThrownBy(() -> Recording.parse("# x\nmodel,1,2\n", "r.csv"))
        .hasMessage("r.csv:2: not a line of a recording: \"model,1,2\"");
    String gap =
        new Recording(List.of(), List.of(pair("a", 1, 2, 3, 4))).text().replace(",1,l1", ",5,l1");
    assertThatThrownBy(() -> Recording.parse(gap, "r.csv"))
        .hasMessageContaining("r.csv:3: layer 5");
  }

  @Test
  void shipsARecordingWhoseTotalsAreGood() {
    Recording shipped = Recording.shipped();
    assertThat(shipped.programs()).hasSizeGreaterThanOrEqualTo(20);
    assertThat(shipped.remarks()).anyMatch(remark -> remark.contains("gvsoc-"));
    Validation validation = new Validation(shipped.programs());
    assertThat(validation.isGood()).isTrue();
    assertThat(validation.exactLayers()).isGreaterThan(validation.layers().size() * 3 / 4);
  }

  @Test
  void putsThePartsOfABoardsRunTogether() {
    BoardRun run =
        BoardRun.parse(
                """
                # x
                program,cores,layer,name,board_cycles,gvsoc_cycles
                net,8,0,a,1000,900
                net,8,1,b,100,150
                other,1,,all,5,5
                """,
                "b.csv")
            .get(0);
    assertThat(run.total()).isEqualTo(new BoardRun.Part("all", 1100, 1050));
    assertThat(run.worst().name()).isEqualTo("b");
    assertThat(run.worst().error()).isEqualTo(0.5);
    assertThat(run.medianError()).isEqualTo(0.5);
    assertThatThrownBy(() -> BoardRun.parse("net,8,0,a,1000\n", "b.csv"))
        .hasMessage("b.csv:1: not a line of a board's run: \"net,8,0,a,1000\"");
  }

  @Test
  void shipsWhatIsPublishedOfBoards() {
    assertThat(BoardRun.shipped()).hasSize(2).allMatch(run -> run.cores() == 8);
    assertThat(BoardRun.shipped().get(1).parts()).hasSize(29);
    assertThat(BoardRun.shipped().get(1).total().board()).isEqualTo(23_892_000);
  }

  @Test
  void comparesWithARecordingOnlyIfTheProgramIsTheSame() {
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("auto", line -> {}));
    PointOptions options = PointOptions.defaults();
    Executor slower =
        new Executor() {
          private final Executor embedded = new dev.marlin.explorer.execution.EmbeddedExecutor();

          @Override
          public String name() {
            return "gvsoc";
          }

          @Override
          public String version() {
            return "1";
          }

          @Override
          public Execution execute(Build build, byte[] image, List<int[]> expected) {
            Execution e = embedded.execute(build, image, expected);
            return new Execution(
                e.cycles() + 7,
                List.of(e.layerCycles().get(0) + 7),
                e.mismatches(),
                e.firstMismatch(),
                0,
                0);
          }
        };
    Recording none = new Recording(List.of(), List.of());
    ProgramPair live =
        new Validator(builder, Optional.of(slower), none).compare(ModelRef.zoo(MODEL), options);
    assertThat(live.origin()).isEqualTo(Origin.LIVE);
    assertThat(live.gvsoc()).isEqualTo(live.embedded() + 7);

    Recording recording = none.with(List.of(), List.of(live));
    ProgramPair same =
        new Validator(builder, Optional.empty(), recording).compare(ModelRef.zoo(MODEL), options);
    assertThat(same).isEqualTo(live.withOrigin(Origin.RECORDED));

    Recording old =
        Recording.parse(recording.text().replace(live.program(), "00000000deadbeef"), "old.csv");
    assertThat(old.programs().get(0).origin()).isEqualTo(Origin.NOT_BUILT);
    assertThat(
            new Validator(builder, Optional.empty(), old)
                .compare(ModelRef.zoo(MODEL), options)
                .origin())
        .isEqualTo(Origin.EARLIER_PROGRAM);

    assertThatThrownBy(
            () ->
                new Validator(builder, Optional.empty(), none)
                    .compare(ModelRef.zoo(MODEL), options))
        .hasMessageContaining("nothing is recorded of this network");
  }

  @Test
  void aWrongResultIsNoFigure() {
    FirmwareBuilder builder = new FirmwareBuilder(Toolchains.find("auto", line -> {}));
    Executor wrong =
        new Executor() {
          @Override
          public String name() {
            return "gvsoc";
          }

          @Override
          public String version() {
            return "1";
          }

          @Override
          public Execution execute(Build build, byte[] image, List<int[]> expected) {
            return new Execution(1, List.of(1L), List.of(1L), "layer 0 differs", 0, 0);
          }
        };
    Validator validator = new Validator(builder, Optional.of(wrong), Recording.shipped());
    assertThatThrownBy(() -> validator.compare(ModelRef.zoo(MODEL), PointOptions.defaults()))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("gvsoc: layer 0 differs");
  }
}
