package dev.marlin.explorer.execution.gvsoc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs a command in a folder of its own within limits of time, output and disk. Whatever it started
 * is dead when {@link #run} returns or throws, and when this JVM is told to end.
 */
final class BoundedProcess {
  private static final long POLL_MILLISECONDS = 50;
  private static final long DISK_POLL_NANOS = 1_000_000_000;

  private static final Set<Tree> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(Tree::kill), "gvsoc-shutdown"));
  }

  private BoundedProcess() {}

  /** How a command ended. */
  enum End {
    EXITED,
    TOO_LONG,
    TOO_MUCH_OUTPUT,
    TOO_MUCH_DISK
  }

  /**
   * What may be used.
   *
   * @param seconds of wall time
   * @param outputBytes of stdout, and as many of stderr
   * @param diskBytes in the folder
   */
  record Limits(long seconds, int outputBytes, long diskBytes) {}

  /**
   * How it went.
   *
   * @param status the exit status; -1 unless {@code end} is {@code EXITED}
   * @param seconds of wall time
   */
  record Result(End end, int status, String stdout, String stderr, double seconds) {}

  /**
   * Runs a command.
   *
   * @param folder where it runs
   * @throws IOException if it cannot be started
   * @throws InterruptedException if this thread is interrupted; the command is dead then
   */
  static Result run(List<String> command, Path folder, Limits limits)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    long begin = System.nanoTime();
    Process process = builder.start();
    Tree tree = new Tree(process.toHandle());
    RUNNING.add(tree);
    try {
      process.getOutputStream().close();
      Drain stdout = Drain.of(process.getInputStream(), limits.outputBytes());
      Drain stderr = Drain.of(process.getErrorStream(), limits.outputBytes());
      End end = await(process, tree, folder, limits, begin, stdout, stderr);
      tree.kill();
      process.waitFor();
      stdout.join();
      stderr.join();
      return new Result(
          end,
          end == End.EXITED ? process.exitValue() : -1,
          stdout.text(),
          stderr.text(),
          (System.nanoTime() - begin) * 1e-9);
    } finally {
      tree.kill();
      RUNNING.remove(tree);
    }
  }

  private static End await(
      Process process,
      Tree tree,
      Path folder,
      Limits limits,
      long begin,
      Drain stdout,
      Drain stderr)
      throws IOException, InterruptedException {
    long disk = begin;
    while (!process.waitFor(POLL_MILLISECONDS, TimeUnit.MILLISECONDS)) {
      tree.look();
      long now = System.nanoTime();
      if (now - begin > TimeUnit.SECONDS.toNanos(limits.seconds())) {
        return End.TOO_LONG;
      }
      if (stdout.overflowed || stderr.overflowed) {
        return End.TOO_MUCH_OUTPUT;
      }
      if (now - disk > DISK_POLL_NANOS) {
        disk = now;
        if (bytesIn(folder) > limits.diskBytes()) {
          return End.TOO_MUCH_DISK;
        }
      }
    }
    return stdout.overflowed || stderr.overflowed ? End.TOO_MUCH_OUTPUT : End.EXITED;
  }

  /**
   * A process and whatever it started, also what it has left behind. Killed by handle: {@link
   * Process#destroyForcibly} closes the pipes and with them loses what was printed last.
   */
  private static final class Tree {
    private final ProcessHandle root;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();

    Tree(ProcessHandle root) {
      this.root = root;
    }

    void look() {
      root.descendants().forEach(seen::add);
    }

    void kill() {
      look();
      root.destroyForcibly();
      seen.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static long bytesIn(Path folder) throws IOException {
    long sum = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        sum += file.toFile().length(); // 0 if it was deleted meanwhile
      }
    } catch (UncheckedIOException e) {
      return sum; // a folder was deleted meanwhile: looked at again in a second
    }
    return sum;
  }

  /** Reads a stream on a thread of its own, and keeps its start. */
  private static final class Drain extends Thread {
    private final InputStream in;
    private final int limit;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private volatile boolean overflowed;

    private Drain(InputStream in, int limit) {
      super("gvsoc-output");
      this.in = in;
      this.limit = limit;
      setDaemon(true);
    }

    static Drain of(InputStream in, int limit) {
      Drain drain = new Drain(in, limit);
      drain.start();
      return drain;
    }

    @Override
    public void run() {
      byte[] buffer = new byte[1 << 13];
      try (in) {
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          int room = Math.min(n, limit - kept.size());
          kept.write(buffer, 0, room);
          overflowed |= room < n;
        }
      } catch (IOException e) {
        return; // the process was killed: what came before counts
      }
    }

    String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
