package dev.marlin.reports.published;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * All published results that ship. A new one is one file in the folder {@code data} beside this
 * class: nothing else names it. Its line {@code # kind:} says what its table holds.
 *
 * @param networks end to end ({@code kind: network}; columns {@code model}, {@code fps} or {@code
 *     cycles}, and {@code mmac}, {@code mj}, {@code cores})
 * @param layers layer by layer ({@code kind: layers})
 * @param claims single numbers ({@code kind: claims}; columns {@code what}, {@code value}, {@code
 *     unit})
 */
public record Published(
    List<PublishedNetwork> networks, List<PublishedLayers> layers, List<PublishedClaims> claims) {
  private static final String FOLDER = "data";

  public Published {
    networks = List.copyOf(networks);
    layers = List.copyOf(layers);
    claims = List.copyOf(claims);
  }

  /** What ships. */
  public static Published load() {
    List<DataFile> files = new ArrayList<>();
    for (String name : names()) {
      files.add(DataFile.parse(name, resource(FOLDER + "/" + name)));
    }
    return of(files);
  }

  static Published of(List<DataFile> files) {
    List<PublishedNetwork> networks = new ArrayList<>();
    List<PublishedLayers> layers = new ArrayList<>();
    List<PublishedClaims> claims = new ArrayList<>();
    for (DataFile file : files) {
      switch (file.need("kind")) {
        case "network" -> networks.addAll(networks(file));
        case "layers" -> layers.add(layers(file));
        case "claims" -> claims.add(claims(file));
        default ->
            throw new IllegalArgumentException(
                file.need("title")
                    + ": kind is \""
                    + file.need("kind")
                    + "\", but must be network, layers or claims");
      }
    }
    return new Published(networks, layers, claims);
  }

  private static List<PublishedNetwork> networks(DataFile file) {
    Source source = Source.of(file);
    List<PublishedNetwork> networks = new ArrayList<>();
    for (Map<String, String> row : file.rows()) {
      double cycles = file.number(row.getOrDefault("cycles", ""));
      boolean derived = Double.isNaN(cycles);
      if (derived) {
        cycles = source.clusterMegahertz() * 1e6 / file.number(row.getOrDefault("fps", ""));
      }
      if (!(cycles > 0)) {
        throw new IllegalArgumentException(
            source.title() + ": " + row + " has neither cycles nor fps with a clock");
      }
      double macs = file.number(row.getOrDefault("mmac", ""));
      networks.add(
          new PublishedNetwork(
              source,
              file.need("chip"),
              row.getOrDefault("model", ""),
              Integer.parseInt(row.getOrDefault("cores", "8")),
              Double.isNaN(macs) ? 0 : macs * 1e6,
              cycles,
              derived,
              file.number(row.getOrDefault("mj", ""))));
    }
    return networks;
  }

  private static PublishedLayers layers(DataFile file) {
    List<PublishedLayers.Row> rows = new ArrayList<>();
    for (Map<String, String> row : file.rows()) {
      rows.add(
          new PublishedLayers.Row(
              row.getOrDefault("name", ""),
              Arrays.stream(row.getOrDefault("layers", "").split(" ", -1))
                  .map(Integer::valueOf)
                  .toList(),
              file.number(row.getOrDefault("mmac", "")) * 1e6,
              file.number(row.getOrDefault("mw", "")),
              file.number(row.getOrDefault("ms", "")),
              file.number(row.getOrDefault("weight_bytes", ""))));
    }
    return new PublishedLayers(Source.of(file), file.need("model"), rows);
  }

  private static PublishedClaims claims(DataFile file) {
    return new PublishedClaims(
        Source.of(file),
        file.rows().stream()
            .map(
                row ->
                    new PublishedClaims.Row(
                        row.getOrDefault("what", ""),
                        row.getOrDefault("value", ""),
                        row.getOrDefault("unit", "")))
            .toList());
  }

  /** Published layers of a network. */
  public Optional<PublishedLayers> layers(String model) {
    return layers.stream().filter(l -> l.model().equals(model)).findFirst();
  }

  /** All collections, for a list of sources. */
  public List<Source> sources() {
    return Stream.of(
            networks.stream().map(PublishedNetwork::source),
            layers.stream().map(PublishedLayers::source),
            claims.stream().map(PublishedClaims::source))
        .flatMap(s -> s)
        .distinct()
        .toList();
  }

  /** Names of the files in the folder, which lies in a directory or in a jar. */
  private static List<String> names() {
    try {
      URL folder = Published.class.getResource(FOLDER);
      if (folder == null) {
        throw new IllegalStateException("the folder of published results is not on the class path");
      }
      URLConnection connection = folder.openConnection();
      List<String> names = new ArrayList<>();
      if (connection instanceof JarURLConnection jar) {
        String prefix = jar.getEntryName() + (jar.getEntryName().endsWith("/") ? "" : "/");
        // Not the jar that all of the JVM shares: whoever closes that one closes it for all.
        jar.setUseCaches(false);
        try (JarFile file = jar.getJarFile()) {
          file.stream()
              .map(entry -> entry.getName())
              .filter(name -> name.startsWith(prefix))
              .forEach(name -> names.add(name.substring(prefix.length())));
        }
      } else {
        try (Stream<Path> paths = Files.list(Path.of(folder.toURI()))) {
          paths.forEach(path -> names.add(String.valueOf(path.getFileName())));
        }
      }
      return names.stream().filter(name -> name.endsWith(".csv")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String resource(String name) {
    try (InputStream in = Published.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
