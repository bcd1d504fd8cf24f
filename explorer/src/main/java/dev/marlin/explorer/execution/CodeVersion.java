package dev.marlin.explorer.execution;

import dev.marlin.deployer.Deployer;
import dev.marlin.kernels.FirmwareBuilder;
import dev.marlin.reports.energy.PowerModel;
import dev.marlin.simulator.Simulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Identifies the code that decides what a point's result is: simulator, kernels, deployer, the
 * power model and this package. Two builds of the same sources have the same version; a result of
 * other code is never taken for one of this.
 *
 * <p>It is a hash of names and checksums of the files on the class path: a jar's directory holds
 * both, so nothing is unpacked.
 */
public final class CodeVersion {
  private static final List<Class<?>> ROOMS =
      List.of(
          Simulator.class,
          FirmwareBuilder.class,
          Deployer.class,
          PowerModel.class,
          CodeVersion.class);
  private static final String REPORTS = "dev/marlin/reports/";
  private static final String EXECUTION = "dev/marlin/explorer/execution/";
  private static final String EXPLORER = "dev/marlin/explorer/";

  private CodeVersion() {}

  private static final class Holder {
    static final Map<String, Long> FILES = files();
    static final String VERSION = hash(FILES, CodeVersion::decides);
  }

  /** Of the code that decides results: 16 hex digits. */
  public static String current() {
    return Holder.VERSION;
  }

  /** Of all of Marlin, for what is made of results: 16 hex digits. */
  public static String ofEverything() {
    return hash(Holder.FILES, name -> true);
  }

  private static Map<String, Long> files() {
    Map<String, Long> files = new TreeMap<>();
    try {
      for (Class<?> room : ROOMS) {
        Path place = Path.of(room.getProtectionDomain().getCodeSource().getLocation().toURI());
        if (Files.isDirectory(place)) {
          folder(place, files);
        } else {
          jar(place, files);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the class path has no proper address", e);
    }
    return files;
  }

  private static void jar(Path jar, Map<String, Long> files) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (Enumeration<? extends ZipEntry> e = zip.entries(); e.hasMoreElements(); ) {
        ZipEntry entry = e.nextElement();
        add(files, entry.getName(), entry.getCrc());
      }
    }
  }

  private static void folder(Path folder, Map<String, Long> files) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        CRC32 crc = new CRC32();
        crc.update(Files.readAllBytes(path));
        add(files, folder.relativize(path).toString().replace('\\', '/'), crc.getValue());
      }
    }
  }

  private static void add(Map<String, Long> files, String name, long crc) {
    if (name.startsWith("dev/marlin/") && !name.endsWith("/")) {
      files.put(name, crc);
    }
  }

  private static boolean decides(String name) {
    return name.startsWith(REPORTS)
        ? name.startsWith(REPORTS + "energy/") || name.startsWith(REPORTS + "published/")
        : !name.startsWith(EXPLORER) || name.startsWith(EXECUTION);
  }

  private static String hash(Map<String, Long> files, Predicate<String> counts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      files.forEach(
          (name, crc) -> {
            if (counts.test(name)) {
              digest.update((name + " " + crc + "\n").getBytes(StandardCharsets.UTF_8));
            }
          });
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
