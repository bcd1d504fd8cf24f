package dev.marlin.reports.figures;

import de.erichseifert.vectorgraphics2d.Document;
import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.knowm.xchart.internal.chartpart.IChart;

/**
 * A figure that is ready to be written.
 *
 * @param file name of its files, without ending
 * @param title for people
 * @param caption what the reader sees, what was left out, and at which clock
 * @param width in pixels
 * @param height in pixels
 * @param painter draws it; called once for each file
 */
public record Drawing(
    String file, String title, String caption, int width, int height, Painter painter) {

  /** Draws on white paper. */
  @FunctionalInterface
  public interface Painter {
    void paint(Graphics2D graphics);
  }

  private static final int PNG_SCALE = 2;

  /** Between speed (1) and size (0): half of the time of the default, a tenth more bytes. */
  private static final float PNG_QUALITY = 0.8f;

  /**
   * Coordinates of glyphs have up to 16 digits: two behind the point are finer than any printer.
   */
  private static final Pattern LONG_NUMBER = Pattern.compile("(\\d+\\.\\d{2})\\d+");

  private static final Pattern OUTLINE = Pattern.compile(" d=\"[^\"]*\"");

  private static final Pattern COLOR = Pattern.compile("rgb\\((\\d+),(\\d+),(\\d+)\\)");

  /** Paper, ink and lines as they are in the dark; all other colours stay. */
  private static final Map<String, String> DARK =
      Map.of(
          rgb(Style.PAPER), "rgb(21,24,28)",
          rgb(Style.INK), "rgb(230,230,230)",
          rgb(Style.GRID), "rgb(58,64,71)",
          rgb(Style.SOFT), "rgb(160,166,173)");

  private static String rgb(java.awt.Color color) {
    return "rgb(" + color.getRed() + "," + color.getGreen() + "," + color.getBlue() + ")";
  }

  /** A chart as a drawing. */
  static Drawing of(String file, String title, String caption, IChart chart) {
    return new Drawing(
        file,
        title,
        caption,
        chart.getWidth(),
        chart.getHeight(),
        graphics -> chart.paint(graphics, chart.getWidth(), chart.getHeight()));
  }

  /** As SVG for print and light pages. */
  public String svg() {
    VectorGraphics2D graphics = new VectorGraphics2D();
    graphics.setColor(Style.PAPER);
    graphics.fillRect(0, 0, width, height);
    painter.paint(graphics);
    Document document =
        Processors.get("svg").getDocument(graphics.getCommands(), new PageSize(width, height));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      document.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String svg = out.toString(StandardCharsets.UTF_8);
    // Only in outlines: numbers that are text stay as they are.
    svg =
        OUTLINE
            .matcher(svg)
            .replaceAll(
                found ->
                    Matcher.quoteReplacement(LONG_NUMBER.matcher(found.group()).replaceAll("$1")));
    return svg.replace("SansSerif", "sans-serif").replace("Dialog", "sans-serif");
  }

  /** An SVG of {@link #svg} as dark pages show it. */
  public static String dark(String svg) {
    return COLOR
        .matcher(svg)
        .replaceAll(
            found -> Matcher.quoteReplacement(DARK.getOrDefault(found.group(), found.group())));
  }

  /** As PNG, two pixels for one. */
  public byte[] png() {
    BufferedImage image =
        new BufferedImage(width * PNG_SCALE, height * PNG_SCALE, BufferedImage.TYPE_3BYTE_BGR);
    Graphics2D graphics = image.createGraphics();
    graphics.scale(PNG_SCALE, PNG_SCALE);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setColor(Style.PAPER);
    graphics.fillRect(0, 0, width, height);
    painter.paint(graphics);
    graphics.dispose();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    // In memory: ImageIO's own way goes through a temporary file.
    try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
      writer.setOutput(stream);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(PNG_QUALITY);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}
