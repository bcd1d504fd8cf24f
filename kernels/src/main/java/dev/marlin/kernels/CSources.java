package dev.marlin.kernels;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The C that this module carries as resources, as {@code include/layer.h} or {@code pmsis/l3.c}.
 *
 * @param files path to content
 */
record CSources(SortedMap<String, byte[]> files) {

  private static final String FOLDER = "dev/marlin/kernels/c/";
  private static final String KNOWN = "include/layer.h";

  /** Reads them from the folder of classes or from the jar that this class came from. */
  static CSources load() {
    URL known = CSources.class.getClassLoader().getResource(FOLDER + KNOWN);
    if (known == null) {
      throw new IllegalStateException("The C sources are not on the class path: no " + KNOWN + ".");
    }
    try {
      SortedMap<String, byte[]> files = new TreeMap<>();
      if (known.openConnection() instanceof JarURLConnection connection) {
        connection.setUseCaches(false);
        try (JarFile jar = connection.getJarFile()) {
          for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName().startsWith(FOLDER) && !entry.isDirectory()) {
              try (InputStream in = jar.getInputStream(entry)) {
                files.put(entry.getName().substring(FOLDER.length()), in.readAllBytes());
              }
            }
          }
        }
      } else {
        Path folder = Path.of(new URI(known.toString())).getParent().getParent();
        try (Stream<Path> paths = Files.walk(folder)) {
          for (Path path : paths.filter(Files::isRegularFile).toList()) {
            String name = folder.relativize(path).toString().replace('\\', '/');
            files.put(name, Files.readAllBytes(path));
          }
        }
      }
      return new CSources(files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the names of all files in a folder, as {@code pmsis/l3.c}, in order. */
  List<String> in(String folder) {
    return files.keySet().stream().filter(name -> name.startsWith(folder + "/")).toList();
  }

  /**
   * Returns the text of a file.
   *
   * @throws IllegalArgumentException if there is none
   */
  byte[] file(String name) {
    byte[] content = files.get(name);
    if (content == null) {
      throw new IllegalArgumentException("No C file " + name + "; there are " + files.keySet());
    }
    return content;
  }

  /** Writes all files below {@code folder}. */
  void writeTo(Path folder) throws IOException {
    for (String name : files.keySet()) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      Files.write(file, file(name));
    }
  }

  /** Returns a hash of all names and contents in {@code folder}, or of everything for "". */
  String hash(String folder) {
    Digest digest = new Digest();
    for (String name : files.keySet()) {
      if (name.startsWith(folder)) {
        digest.add(name).add(file(name));
      }
    }
    return digest.hex();
  }

  /** SHA-256 of a list of texts; every part counts with its length. */
  static final class Digest {
    private final MessageDigest sha;

    Digest() {
      try {
        sha = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    Digest add(byte[] part) {
      sha.update((part.length + ":").getBytes(StandardCharsets.UTF_8));
      sha.update(part);
      return this;
    }

    Digest add(String part) {
      return add(part.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the first 128 bits. */
    String hex() {
      return HexFormat.of().formatHex(sha.digest(), 0, 16);
    }
  }
}
