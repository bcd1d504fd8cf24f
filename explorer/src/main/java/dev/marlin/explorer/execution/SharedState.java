package dev.marlin.explorer.execution;

import dev.marlin.deployer.ResidentBytes;
import dev.marlin.deployer.network.Network;
import dev.marlin.explorer.sweep.ModelRef;
import dev.marlin.explorer.sweep.PointOptions;
import dev.marlin.kernels.CacheFolder;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.kernels.Kernel;
import dev.marlin.kernels.Toolchains;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * What the points in one JVM share: networks, their expected outputs, builds, one builder a
 * toolchain, and sizes of linked kernels. It holds nothing that could not be made again, so tasks
 * stay stateless; it is bounded, so that its size is known: a network and a build take about the
 * bytes of the network's constants each, 5 MB for the largest MobileNet, whose expected outputs
 * take 25 MB.
 */
final class SharedState {
  private static final int MOST_NETWORKS = 32;
  private static final int MOST_MODELS = 6;
  private static final int MOST_BUILDS = 8;

  private static final SharedState INSTANCE = new SharedState();

  private final Once<Network> networks = new Once<>(MOST_NETWORKS);
  private final Once<PreparedModel> models = new Once<>(MOST_MODELS);
  private final Once<Build> builds = new Once<>(MOST_BUILDS);
  private final Map<String, FirmwareBuilder> builders = new ConcurrentHashMap<>();
  private final Map<List<Object>, Integer> resident = new ConcurrentHashMap<>();

  private final Map<Path, AtomicLong> kept = new ConcurrentHashMap<>();
  private final Set<Path> full = ConcurrentHashMap.newKeySet();

  private SharedState() {}

  static SharedState ofThisJvm() {
    return INSTANCE;
  }

  /** A network, read by the first of the threads that ask for it. */
  Network network(ModelRef model, Function<ModelRef, Network> load) {
    return networks.get(model.hash(), () -> load.apply(model));
  }

  /** The model of a point, prepared by the first of the threads that ask for it. */
  PreparedModel model(ModelRef model, PointOptions options, Function<ModelRef, Network> load) {
    return models.get(
        model.hash() + " " + options.requantization(),
        () -> PreparedModel.of(network(model, load), PointExecution.requantization(options)));
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
   * The build of a point. Points that differ only in what neither tiling nor code depend on (clock,
   * executor, parts of the chip) share one.
   */
  Build build(ModelRef model, PointOptions options, Supplier<Build> make) {
    String key =
        String.join(
            "\n",
            model.hash(),
            Integer.toString(options.l1Bytes()),
            Integer.toString(options.l2Bytes()),
            Integer.toString(options.l3Bytes()),
            Integer.toString(options.cores()),
            options.tiling(),
            options.heuristicsText(),
            options.toolchain(),
            options.requantization(),
            Integer.toString(PointExecution.target(options).revision()));
    Build build = builds.get(key, make);
    return new Build(build.deployment(), build.firmware(), options);
  }

  /** What {@code builder} says of the size of kernels: it links a program to know it. */
  ResidentBytes residentBytes(FirmwareBuilder builder) {
    return (kernels, layers, cores) ->
        resident.computeIfAbsent(
            List.of(
                builder.toolchainId(),
                kernels.stream().map(Kernel::function).toList(),
                layers,
                cores),
            key -> builder.residentBytes(kernels, layers, cores));
  }

  /**
   * Where executions are kept.
   *
   * @param cache the folder; empty for the user's
   */
  RunCache runs(String cache) {
    return new RunCache(cacheRoot(cache).resolve("runs"));
  }

  /** The folder of caches: {@code cache}, or the user's if that is empty. */
  static Path cacheRoot(String cache) {
    return cache.isEmpty() ? CacheFolder.ofUser().root() : Path.of(cache);
  }

  /** Whether another application may be kept in a folder. */
  boolean admits(Path folder, long budget) {
    boolean admitted = kept.computeIfAbsent(folder, SharedState::bytesIn).get() < budget;
    if (!admitted && full.add(folder)) {
      System.err.println(
          "explore: the applications in "
              + folder
              + " take "
              + budget
              + " bytes, no more are kept; --disk-budget raises that");
    }
    return admitted;
  }

  /** An application was kept. */
  void kept(Path folder, long bytes) {
    kept.computeIfAbsent(folder, SharedState::bytesIn).addAndGet(bytes);
  }

  private static AtomicLong bytesIn(Path folder) {
    if (!Files.isDirectory(folder)) {
      return new AtomicLong();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return new AtomicLong(
          files.map(Path::toFile).filter(File::isFile).mapToLong(File::length).sum());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder + ": " + e, e);
    }
  }

  /** Things that are made once, by the first thread that asks; the ones used last are kept. */
  private static final class Once<T> {
    private final Map<String, CompletableFuture<T>> made;

    Once(int most) {
      made =
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, CompletableFuture<T>> eldest) {
              return size() > most;
            }
          };
    }

    T get(String key, Supplier<T> make) {
      CompletableFuture<T> mine = new CompletableFuture<>();
      CompletableFuture<T> first;
      synchronized (made) {
        CompletableFuture<T> there = made.putIfAbsent(key, mine);
        first = there == null ? mine : there;
      }
      if (first == mine) {
        try {
          mine.complete(make.get());
        } catch (RuntimeException | Error e) {
          mine.completeExceptionally(e);
          synchronized (made) {
            made.remove(key, mine);
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
  }
}
