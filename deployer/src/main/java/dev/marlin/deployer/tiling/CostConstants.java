package dev.marlin.deployer.tiling;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/**
 * The constants of the cost model by name, in cycles: data that {@code ./explore calibrate} makes.
 *
 * @param values all of them
 */
public record CostConstants(Map<String, Double> values) {
  private static final String FILE = "cycles.properties";

  public CostConstants {
    values = Map.copyOf(values);
  }

  private static final class Shipped {
    private static final CostConstants CONSTANTS = read();

    private Shipped() {}

    private static CostConstants read() {
      try (InputStream in = CostConstants.class.getResourceAsStream(FILE)) {
        if (in == null) {
          throw new IllegalStateException("resource " + FILE + " is missing from the deployer");
        }
        return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** The constants that ship. */
  public static CostConstants shipped() {
    return Shipped.CONSTANTS;
  }

  /**
   * Reads constants, one {@code name = cycles} a line.
   *
   * @throws IllegalArgumentException if a value is no number
   */
  public static CostConstants parse(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Double> values = new HashMap<>();
    for (String name : properties.stringPropertyNames()) {
      try {
        values.put(name, Double.parseDouble(properties.getProperty(name)));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "constant " + name + " of the cost model is " + properties.getProperty(name), e);
      }
    }
    return new CostConstants(values);
  }

  /** Constants by name, in order. */
  public Map<String, Double> sorted() {
    return new TreeMap<>(values);
  }

  /**
   * The constant called {@code name}.
   *
   * @throws IllegalStateException if it is missing
   */
  double get(String name) {
    Double value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("constant " + name + " is missing from the cost model");
    }
    return value;
  }

  /**
   * The constant {@code term} of a kernel: of its own variant; else the largest of any variant;
   * else that of the kernel's fallback. So a new kernel has a cost before it is calibrated.
   *
   * @param file kernel, as {@code convolution_gather}
   * @param term as {@code unit}
   * @param variant as {@code shift_32}; empty for what all variants share
   * @param fallback kernel that computes the same
   */
  double get(String file, String term, String variant, String fallback) {
    String stem = file + "." + term;
    Double own = values.get(variant.isEmpty() ? stem : stem + "." + variant);
    if (own != null) {
      return own;
    }
    double largest = values.getOrDefault(stem, -1.0);
    for (Map.Entry<String, Double> entry : values.entrySet()) {
      if (entry.getKey().startsWith(stem + ".")) {
        largest = Math.max(largest, entry.getValue());
      }
    }
    if (largest >= 0) {
      return largest;
    }
    if (file.equals(fallback)) {
      throw new IllegalStateException("constant " + stem + " is missing from the cost model");
    }
    return get(fallback, term, variant, fallback);
  }
}
