package dev.marlin.reports.figures;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.font.FontRenderContext;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/** What drawings by hand need: text that is anchored, rectangles, lines. */
final class Pen {
  private static final FontRenderContext CONTEXT =
      new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics().getFontRenderContext();

  private final Graphics2D graphics;

  Pen(Graphics2D graphics) {
    this.graphics = graphics;
  }

  static double width(String text, Font font) {
    return font.getStringBounds(text, CONTEXT).getWidth();
  }

  /**
   * Writes a line of text.
   *
   * @param x of the anchor
   * @param y of the baseline
   * @param anchor 0: x is the left end, 0.5: the middle, 1: the right end
   */
  void text(String text, double x, double y, double anchor, Font font, Color color) {
    graphics.setFont(font);
    graphics.setColor(color);
    graphics.drawString(text, (float) (x - anchor * width(text, font)), (float) y);
  }

  /** Writes a line of text from bottom to top; {@code y} is the middle. */
  void upright(String text, double x, double y, Font font, Color color) {
    AffineTransform before = graphics.getTransform();
    graphics.translate(x, y);
    graphics.rotate(-Math.PI / 2);
    text(text, 0, 0, 0.5, font, color);
    graphics.setTransform(before);
  }

  void fill(double x, double y, double w, double h, Color color) {
    graphics.setColor(color);
    graphics.fill(new Rectangle2D.Double(x, y, w, h));
  }

  void box(double x, double y, double w, double h, Color color) {
    graphics.setColor(color);
    graphics.setStroke(new BasicStroke(1));
    graphics.draw(new Rectangle2D.Double(x, y, w, h));
  }

  void line(double x1, double y1, double x2, double y2, Color color, float strength) {
    graphics.setColor(color);
    graphics.setStroke(new BasicStroke(strength));
    graphics.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  void shape(Shape shape, Color color, float strength) {
    graphics.setColor(color);
    graphics.setStroke(new BasicStroke(strength));
    graphics.draw(shape);
  }

  /** Diagonal lines in a rectangle, for what there is no number for. */
  void hatch(double x, double y, double w, double h, Color color) {
    double step = 8;
    for (double d = step; d < w + h; d += step) {
      double x1 = x + Math.max(0, d - h);
      double y1 = y + Math.min(d, h);
      double x2 = x + Math.min(d, w);
      double y2 = y + Math.max(0, d - w);
      line(x1, y1, x2, y2, color, 0.8f);
    }
    box(x, y, w, h, color);
  }
}
