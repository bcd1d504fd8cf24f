package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployment;
import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.deployer.network.Network;
import dev.marlin.explorer.execution.gvsoc.GvsocException;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.ToolchainException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs points with the executor that they name, in the JVM that it is called in.
 *
 * @param fresh whether to execute programs that were executed before
 * @param keepBuilds whether to keep every application, not only those of wrong and failed points
 * @param builds folder for applications, one sub-folder a point
 * @param diskBudget most bytes of kept applications; more are not kept
 * @param cache folder of executions; empty for the user's
 * @param marlin that runs the sweep
 */
public record LocalPointRunner(
    boolean fresh,
    boolean keepBuilds,
    String builds,
    long diskBudget,
    String cache,
    MarlinBuild marlin)
    implements PointRunner {

  @Override
  public PointOutcome run(DesignPoint point, String key) {
    long start = System.nanoTime();
    Attempt attempt = new Attempt(point);
    Failure failure = null;
    try {
      attempt.go();
      if (attempt.run != null && !attempt.run.correct()) {
        failure =
            Failure.of(
                "wrong result",
                attempt.run.mismatches() + " elements differ, " + attempt.run.firstMismatch(),
                "");
      }
    } catch (InfeasibleException e) {
      failure =
          new Failure(
              "infeasible",
              String.valueOf(e.getMessage()),
              "",
              e.level().name(),
              e.layer(),
              e.missingBytes());
    } catch (ModelException e) {
      failure = Failure.of("model", String.valueOf(e.getMessage()), "");
    } catch (ToolchainException e) {
      // Without any builder the toolchain itself is missing: that is no fault of the point.
      String kind = attempt.builder == null ? Failure.ENVIRONMENT : "compiler";
      failure = Failure.of(kind, e.summary(), String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      failure = Failure.of(e.kind(), String.valueOf(e.getMessage()), e.output());
    } catch (GvsocException e) {
      failure = Failure.of(Failure.ENVIRONMENT, String.valueOf(e.getMessage()), "");
    } catch (IllegalArgumentException e) {
      failure = Failure.of("unsupported", String.valueOf(e.getMessage()), trace(e));
    } catch (UncheckedIOException e) {
      throw e; // a disk that is full, for example
    } catch (OutOfMemoryError e) {
      failure =
          Failure.of(
              Failure.ENVIRONMENT,
              "out of memory; give Java more, for example with MARLIN_JAVA_OPTS=-Xmx8g, or run fewer"
                  + " points at once with --master local[1]",
              trace(e));
    } catch (RuntimeException | StackOverflowError e) {
      failure = Failure.of("internal", e.toString(), trace(e));
    }
    PointStatus status = status(failure);
    if (attempt.build != null && (keepBuilds || isBad(status))) {
      keep(attempt, key);
    }
    return new PointOutcome(
        point,
        key,
        status,
        failure,
        attempt.run,
        attempt.info,
        (System.nanoTime() - start) * 1e-9,
        Provenance.hostName(),
        attempt.effort());
  }

  @Override
  public long work(ModelRef model) {
    try {
      return SharedState.ofThisJvm().network(model, ModelLoader::load).macs();
    } catch (RuntimeException e) {
      return 0; // its points will say what is wrong
    }
  }

  private static PointStatus status(@Nullable Failure failure) {
    if (failure == null) {
      return PointStatus.CORRECT;
    }
    return switch (failure.kind()) {
      case "wrong result" -> PointStatus.WRONG;
      case "infeasible" -> PointStatus.INFEASIBLE;
      default -> PointStatus.FAILED;
    };
  }

  private static boolean isBad(PointStatus status) {
    return status == PointStatus.WRONG || status == PointStatus.FAILED;
  }

  private void keep(Attempt attempt, String key) {
    try {
      if (attempt.build != null) {
        Path folder = Path.of(builds);
        if (SharedState.ofThisJvm().admits(folder, diskBudget)) {
          long bytes = BuildFolder.write(attempt.build, attempt.image, folder.resolve(key));
          SharedState.ofThisJvm().kept(folder, bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep an application in " + builds + ": " + e, e);
    }
  }

  private static String trace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** How long something took, whether it went well or not. */
  private static final class Stopwatch {
    private long nanoseconds;

    <T> T time(Supplier<T> work) {
      long start = System.nanoTime();
      try {
        return work.get();
      } finally {
        nanoseconds += System.nanoTime() - start;
      }
    }

    double seconds() {
      return nanoseconds * 1e-9;
    }
  }

  /** One point on its way; what it has come to is there even if the next step fails. */
  private final class Attempt {
    private final DesignPoint point;
    private final CountedTilings tilings = SharedState.ofThisJvm().tilings();
    private final Stopwatch prepare = new Stopwatch();
    private final Stopwatch making = new Stopwatch();
    private final Stopwatch compile = new Stopwatch();
    private @Nullable FirmwareBuilder builder;
    private @Nullable Build build;
    private byte[] image = new byte[0];
    private @Nullable RunReport run;
    private PointOutcome.@Nullable BuildInfo info;

    Attempt(DesignPoint point) {
      this.point = point;
    }

    void go() {
      PointOptions options = point.options();
      SharedState shared = SharedState.ofThisJvm();
      Executor executor = Executors.named(options.executor());
      PreparedModel model =
          prepare.time(() -> shared.model(point.model(), options, ModelLoader::load));
      FirmwareBuilder compiler = shared.builder(options.toolchain());
      builder = compiler;
      Build built =
          making.time(
              () ->
                  shared.build(
                      point.model(), options, () -> make(model.network(), compiler, shared)));
      build = built;
      image =
          built.deployment().application().l3Image(model.inputBytes(), executor.programReport());
      String program = Hashes.of(built.firmware().elf());
      String imageHash = Hashes.of(image);
      String chip = chip(options);
      String runKey =
          Hashes.of(
              String.join(
                  "\n",
                  "marlin run 1",
                  CodeVersion.current(),
                  executor.name(),
                  executor.version(),
                  chip,
                  program,
                  imageHash));
      RunCache.Found found =
          shared
              .runs(cache)
              .get(
                  runKey,
                  fresh,
                  () -> {
                    Execution made = executor.execute(built, image, model.expected());
                    return new RunCache.Kept(made, Provenance.now(marlin, executor));
                  });
      Execution execution = found.kept().execution();
      info =
          new PointOutcome.BuildInfo(
              runKey,
              program,
              imageHash,
              chip,
              Hashes.of(chip),
              compiler.toolchainId(),
              compiler.compilerFlags(options.cores()),
              execution.instructions(),
              execution.hostSeconds(),
              found.reused(),
              found.kept().provenance());
      run = PointExecution.report(point.model().name(), executor.name(), options, built, execution);
    }

    private Build make(Network network, FirmwareBuilder compiler, SharedState shared) {
      Deployment deployment =
          PointExecution.deploy(
              network,
              point.options(),
              shared.residentBytes(compiler),
              new MeasuredPrograms(compiler, point.options(), SharedState.cacheRoot(cache)),
              tilings);
      return compile.time(() -> PointExecution.compile(deployment, point.options(), compiler));
    }

    Effort effort() {
      return new Effort(
          tilings.solved(),
          tilings.found(),
          prepare.seconds(),
          making.seconds() - compile.seconds(),
          compile.seconds());
    }

    private static String chip(PointOptions options) {
      return String.format(
          Locale.ROOT,
          "gap8 cores=%d l1=%d l2=%d l3=%d%s",
          options.cores(),
          options.l1Bytes(),
          options.l2Bytes(),
          options.l3Bytes(),
          options.chip().isEmpty() ? "" : " " + options.chipText());
    }
  }
}
