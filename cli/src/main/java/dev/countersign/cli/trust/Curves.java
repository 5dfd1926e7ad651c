package dev.countersign.cli.trust;

import dev.countersign.cli.page.Markup;
import java.util.List;
import java.util.Locale;

/// Draws shares along the proposals of a life.
final class Curves {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 200;
  private static final double LEFT = 52;
  private static final double BOTTOM = 24;
  private static final double TOP = 10;

  private Curves() {}

  /// @param lines each from the first to the last of so many proposals; the first lies on top
  static void draw(Markup page, String what, int proposals, List<List<Double>> lines) {
    double highest =
        lines.stream().flatMap(List::stream).mapToDouble(Double::doubleValue).max().orElse(0);
    double top = highest > 0 ? highest : 1;
    page.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", what);
    double base = HEIGHT - BOTTOM;
    page.shape("line", "class", "axis", "x1", LEFT, "x2", WIDTH, "y1", base, "y2", base);
    page.shape("line", "class", "axis", "x1", LEFT, "x2", LEFT, "y1", TOP, "y2", base);
    label(page, LEFT - 6, TOP + 10, "end", String.format(Locale.ROOT, "%.1f%%", 100 * top));
    label(page, LEFT - 6, base, "end", "0");
    label(page, LEFT, HEIGHT - 6, "start", what + ", along their proposals");
    label(page, WIDTH, HEIGHT - 6, "end", String.format(Locale.ROOT, "%,d", proposals));
    for (int i = lines.size() - 1; i >= 0; i--) {
      page.shape("polyline", "class", "curve c" + i, "points", points(lines.get(i), top));
    }
    page.raw("</svg>\n");
  }

  private static void label(Markup page, double x, double y, String anchor, String text) {
    page.open("text", "x", x, "y", y, "text-anchor", anchor).text(text).raw("</text>\n");
  }

  private static String points(List<Double> curve, double top) {
    var points = new StringBuilder();
    for (int i = 0; i < curve.size(); i++) {
      double x = LEFT + (WIDTH - LEFT) * i / Math.max(1, curve.size() - 1);
      double y = TOP + (HEIGHT - BOTTOM - TOP) * (1 - curve.get(i) / top);
      points.append(String.format(Locale.ROOT, "%s%.1f,%.1f", i == 0 ? "" : " ", x, y));
    }
    return points.toString();
  }
}
