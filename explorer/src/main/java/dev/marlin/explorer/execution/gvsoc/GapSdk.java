package dev.marlin.explorer.execution.gvsoc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * A GAP SDK on this machine, with GVSOC built. It is looked for in the system property {@value
 * #PROPERTY} (the option {@code --gvsoc}), then in the environment variable {@value #VARIABLE},
 * which the SDK's {@code configs/*.sh} set.
 *
 * @param home folder of the SDK
 */
public record GapSdk(Path home) {
  /** Name of the system property that the option {@code --gvsoc} sets. */
  public static final String PROPERTY = "marlin.gvsoc";

  /** Name of the environment variable that the SDK sets. */
  public static final String VARIABLE = "GAP_SDK_HOME";

  /** Chip and board of the reference: GAP8 revision C on a GAPuino. */
  static final String TARGET = "gapuino_v3";

  private static final String LAUNCHER = "install/workstation/bin/gvsoc_launcher";
  private static final String MODELS = "install/workstation/python";
  private static final Map<Path, String> VERSIONS = new ConcurrentHashMap<>();

  /**
   * The SDK that the user names or has set up.
   *
   * @throws GvsocException if there is none, or something in it is missing; the message says what
   */
  public static GapSdk find() {
    String property = System.getProperty(PROPERTY, "");
    String variable = System.getenv(VARIABLE);
    if (property.isBlank() && (variable == null || variable.isBlank())) {
      throw new GvsocException(
          "no GVSOC: neither --gvsoc DIR nor "
              + VARIABLE
              + "; source configs/"
              + TARGET
              + ".sh of a GAP SDK whose GVSOC is built, or use --executor embedded");
    }
    return property.isBlank()
        ? at(Path.of(String.valueOf(variable)), VARIABLE)
        : at(Path.of(property), "--gvsoc");
  }

  private static GapSdk at(Path home, String from) {
    GapSdk sdk = new GapSdk(home.toAbsolutePath().normalize());
    for (Path file : List.of(sdk.configuration(), sdk.gapy(), sdk.launcher())) {
      if (!Files.isRegularFile(file)) {
        throw new GvsocException(
            from
                + " is "
                + home
                + ", but there is no "
                + file
                + (file.endsWith(LAUNCHER) ? "; build its GVSOC first" : "; is it a GAP SDK?"));
      }
    }
    return sdk;
  }

  /** The script that sets the SDK's environment; it wants bash. */
  Path configuration() {
    return home.resolve("configs").resolve(TARGET + ".sh");
  }

  /** GVSOC itself. */
  Path launcher() {
    return home.resolve(LAUNCHER);
  }

  /** The SDK's program that configures GVSOC. */
  Path gapy() {
    return home.resolve("utils/gapy/gapy");
  }

  /**
   * What was built: 12 hex digits over the launcher and all models, so that runs of one GVSOC are
   * never taken for those of another. Read once in a JVM.
   */
  public String version() {
    return "gvsoc-" + VERSIONS.computeIfAbsent(home, h -> hash());
  }

  private String hash() {
    try (Stream<Path> models =
        Files.isDirectory(home.resolve(MODELS))
            ? Files.walk(home.resolve(MODELS))
            : Stream.<Path>empty()) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      List<Path> files =
          models.filter(file -> file.getFileName().toString().endsWith(".so")).sorted().toList();
      add(digest, launcher());
      for (Path file : files) {
        add(digest, file);
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void add(MessageDigest digest, Path file) throws IOException {
    digest.update(home.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
  }
}
