package dev.marlin.explorer.execution;

import dev.marlin.deployer.InfeasibleException;
import dev.marlin.deployer.network.ModelException;
import dev.marlin.explorer.execution.gvsoc.GvsocException;
import dev.marlin.explorer.sweep.DesignPoint;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.ToolchainException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs points with the executor that they name, in the JVM that it is called in.
 *
 * @param fresh whether to execute programs that were executed before
 * @param keepBuilds whether to keep every application, not only those of wrong and failed points
 * @param builds folder for applications, one sub-folder a point
 */
public record LocalPointRunner(boolean fresh, boolean keepBuilds, String builds)
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
      String kind = attempt.builder == null ? "environment" : "compiler";
      failure = Failure.of(kind, e.summary(), String.valueOf(e.getMessage()));
    } catch (ExecutionException e) {
      failure = Failure.of(e.kind(), String.valueOf(e.getMessage()), e.output());
    } catch (GvsocException e) {
      failure = Failure.of("environment", String.valueOf(e.getMessage()), "");
    } catch (UncheckedIOException e) {
      failure = Failure.of("environment", String.valueOf(e.getMessage()), trace(e));
    } catch (IllegalArgumentException e) {
      failure = Failure.of("unsupported", String.valueOf(e.getMessage()), trace(e));
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
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
        host());
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
        BuildFolder.write(attempt.build, attempt.image, Path.of(builds).resolve(key));
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

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** One point on its way; what it has come to is there even if the next step fails. */
  private final class Attempt {
    private final DesignPoint point;
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
      PreparedModel model = shared.model(point.model(), options, ModelLoader::load);
      FirmwareBuilder compiler = shared.builder(options.toolchain());
      builder = compiler;
      Build built = PointExecution.build(model.network(), options, compiler);
      build = built;
      image = built.deployment().application().l3Image(model.inputBytes(), executor.needsHashes());
      String program = Hashes.of(built.firmware().elf());
      String imageHash = Hashes.of(image);
      String chip = chip(options);
      String runKey =
          Hashes.of(
              String.join(
                  "\n",
                  "marlin run 1",
                  CodeVersion.current(),
                  executor.name() + executor.version(),
                  chip,
                  program,
                  imageHash));
      RunCache.Found found =
          shared.runs().get(runKey, fresh, () -> executor.execute(built, image, model.expected()));
      Execution execution = found.execution();
      info =
          new PointOutcome.BuildInfo(
              runKey,
              program,
              imageHash,
              chip,
              compiler.toolchainId(),
              execution.instructions(),
              found.reused());
      run = PointExecution.report(point.model().name(), executor.name(), options, built, execution);
    }

    private static String chip(PointOptions options) {
      return String.format(
          Locale.ROOT,
          "gap8 cores=%d l1=%d l2=%d l3=%d",
          options.cores(),
          options.l1Bytes(),
          options.l2Bytes(),
          options.l3Bytes());
    }
  }
}
