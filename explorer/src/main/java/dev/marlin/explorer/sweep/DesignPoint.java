package dev.marlin.explorer.sweep;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

/**
 * One network with one set of options: the unit of a sweep.
 *
 * @param model the network
 * @param options how it is deployed and run
 */
public record DesignPoint(ModelRef model, PointOptions options) implements Serializable {

  /**
   * What identifies this point's result: a hash of the network's content, of every option that can
   * change the result, and of the code that makes it. Equal on every machine; it does not depend on
   * names, paths or the order in a sweep.
   *
   * @param version of executor and deployer
   * @return 32 hex digits
   */
  public String key(String version) {
    return sha256(canonical() + "version=" + version + "\n").substring(0, 32);
  }

  /** Text with one line for each thing that can change the result. */
  String canonical() {
    StringBuilder text = new StringBuilder("marlin point 1\n");
    line(text, "model", model.hash());
    line(text, "l1", options.l1Bytes());
    line(text, "l2", options.l2Bytes());
    line(text, "l3", options.l3Bytes());
    line(text, "cores", options.cores());
    line(text, "clock", options.clockHertz());
    line(text, "tiling", options.tiling());
    options.heuristics().forEach((name, weight) -> line(text, "heuristic " + name, weight));
    line(text, "toolchain", options.toolchain());
    line(text, "requantization", options.requantization());
    line(text, "executor", options.executor());
    options.chip().forEach((name, value) -> line(text, "chip " + name, value));
    return text.toString();
  }

  /** For people: {@code dronet, L1 64KiB, L2 512KiB, 8 cores, cycles}. */
  public String label() {
    return String.format(
        Locale.ROOT,
        "%s, L1 %s, L2 %s, %d %s, %s%s",
        model.name(),
        ByteSize.format(options.l1Bytes()),
        ByteSize.format(options.l2Bytes()),
        options.cores(),
        options.cores() == 1 ? "core" : "cores",
        options.tiling(),
        extras());
  }

  /** What a sweep may vary and most do not. */
  private String extras() {
    PointOptions defaults = PointOptions.defaults();
    StringBuilder text = new StringBuilder();
    if (options.l3Bytes() != defaults.l3Bytes()) {
      text.append(", L3 ").append(ByteSize.format(options.l3Bytes()));
    }
    if (options.clockHertz() != defaults.clockHertz()) {
      text.append(", ").append(Frequency.format(options.clockHertz()));
    }
    if (!options.heuristics().isEmpty()) {
      text.append(", ").append(options.heuristicsText());
    }
    if (!options.toolchain().equals(defaults.toolchain())) {
      text.append(", ").append(options.toolchain());
    }
    if (!options.requantization().equals(defaults.requantization())) {
      text.append(", ").append(options.requantization());
    }
    if (!options.executor().equals(defaults.executor())) {
      text.append(", ").append(options.executor());
    }
    if (!options.chip().isEmpty()) {
      text.append(", ").append(options.chipText());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append(name).append('=').append(value).append('\n');
  }

  static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
