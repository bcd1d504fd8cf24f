package dev.marlin.explorer.execution;

import dev.marlin.deployer.network.Network;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.CacheFolder;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Toolchains;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * What the points in one JVM share: networks with their expected outputs, and one builder a
 * toolchain. It holds nothing that could not be made again, so tasks stay stateless; it is bounded,
 * so that its size is known: the expected outputs of the largest MobileNet take 25 MB.
 */
final class SharedState {
  private static final int MOST_MODELS = 6;

  private static final SharedState INSTANCE = new SharedState();

  private final Map<String, CompletableFuture<PreparedModel>> models =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<String, CompletableFuture<PreparedModel>> eldest) {
          return size() > MOST_MODELS;
        }
      };
  private final Map<String, FirmwareBuilder> builders = new ConcurrentHashMap<>();

  private SharedState() {}

  static SharedState ofThisJvm() {
    return INSTANCE;
  }

  /** The model of a point, prepared by the first of the threads that ask for it. */
  PreparedModel model(ModelRef model, PointOptions options, Function<ModelRef, Network> load) {
    String key = model.hash() + " " + options.requantization();
    CompletableFuture<PreparedModel> mine = new CompletableFuture<>();
    CompletableFuture<PreparedModel> first;
    synchronized (models) {
      CompletableFuture<PreparedModel> there = models.putIfAbsent(key, mine);
      first = there == null ? mine : there;
    }
    if (first == mine) {
      try {
        mine.complete(PreparedModel.of(load.apply(model), PointExecution.requantization(options)));
      } catch (RuntimeException | Error e) {
        mine.completeExceptionally(e);
        synchronized (models) {
          models.remove(key, mine);
        }
      }
    }
    try {
      return first.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * The builder of a toolchain.
   *
   * @throws dev.marlin.kernels.ToolchainException if the toolchain is not there
   */
  FirmwareBuilder builder(String toolchain) {
    return builders.computeIfAbsent(
        toolchain,
        name ->
            new FirmwareBuilder(
                Toolchains.find(name, line -> System.err.println("explore: " + line))));
  }

  /**
   * Where executions are kept.
   *
   * @param cache the folder; empty for the user's
   */
  RunCache runs(String cache) {
    Path root = cache.isEmpty() ? CacheFolder.ofUser().root() : Path.of(cache);
    return new RunCache(root.resolve("runs"));
  }
}
