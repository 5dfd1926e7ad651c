package dev.countersign.cli.replay;

import dev.countersign.cli.page.Markup;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The charts of a report, as SVG with the colours of its page.
final class Charts {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 200;
  private static final double LEFT = 46;
  private static final double BOTTOM = 24;
  private static final double TOP = 8;
  private static final double ROW = 26;
  private static final double LABELS = 170;

  private Charts() {}

  /// How the decisions of each span ended, one bar for each.
  static void overTime(Markup page, List<Findings.Span> spans) {
    long most =
        Math.max(1, spans.stream().mapToLong(span -> span.counts().decided()).max().orElse(1));
    frame(page, "decisions over time", Long.toString(most), "0");
    double wide = (WIDTH - LEFT) / Math.max(1, spans.size());
    for (int i = 0; i < spans.size(); i++) {
      var counts = spans.get(i).counts();
      double x = LEFT + i * wide;
      double base = HEIGHT - BOTTOM;
      var title =
          "%s: %d decided, %d rejected, %d harmful, %d without outcome"
              .formatted(
                  day(spans.get(i).from()),
                  counts.decided(),
                  counts.rejected(),
                  counts.harmed(),
                  counts.unobserved());
      page.open("g").element("title", title);
      base = part(page, "good", x, base, wide, counts.succeeded(), most);
      base = part(page, "open", x, base, wide, counts.unobserved(), most);
      base = part(page, "harm", x, base, wide, counts.harmed(), most);
      part(page, "no", x, base, wide, counts.rejected(), most);
      page.raw("</g>\n");
    }
    if (!spans.isEmpty()) {
      ends(page, spans.getFirst().from(), spans.getLast().from());
    }
    page.raw("</svg>\n");
  }

  private static double part(
      Markup page, String kind, double x, double base, double wide, long count, long most) {
    double high = (HEIGHT - BOTTOM - TOP) * count / most;
    if (count > 0) {
      page.shape(
          "rect",
          "class",
          kind,
          "x",
          x,
          "y",
          base - high,
          "width",
          Math.max(0.5, wide - 1),
          "height",
          high);
    }
    return base - high;
  }

  /// The range in which the trust score lay.
  static void trust(Markup page, List<TrustSample> samples) {
    frame(page, "trust score over time", "1", "0");
    var first = samples.getFirst().at();
    double whole = Math.max(1, ChronoUnit.MILLIS.between(first, samples.getLast().at()));
    var upper = samples.stream().map(each -> point(first, whole, each.at(), each.highest()));
    var lower =
        samples.reversed().stream().map(each -> point(first, whole, each.at(), each.lowest()));
    page.shape(
        "polygon",
        "class",
        "range",
        "points",
        String.join(" ", Stream.concat(upper, lower).toList()));
    for (var sample : samples) {
      page.open(
              "circle",
              "class",
              "dot",
              "cx",
              x(first, whole, sample.at()),
              "cy",
              y(sample.lowest()),
              "r",
              2.0)
          .element(
              "title",
              String.format(
                  Locale.ROOT,
                  "%s: %.2f to %.2f, at %s, after %,d decisions",
                  day(sample.at()),
                  sample.lowest(),
                  sample.highest(),
                  sample.stage(),
                  sample.decided()))
          .raw("</circle>\n");
    }
    ends(page, first, samples.getLast().at());
    page.raw("</svg>\n");
  }

  /// The share of each value that would have been wrong, with its range.
  static void group(Markup page, Findings.Group group) {
    double high = ROW * group.values().size() + TOP;
    page.open(
        "svg", "viewBox", "0 0 " + WIDTH + " " + high, "role", "img", "aria-label", group.title());
    double wide = WIDTH - LABELS - 110;
    for (int i = 0; i < group.values().size(); i++) {
      var value = group.values().get(i);
      var counts = value.counts();
      var range = counts.wrongShare();
      double y = TOP + i * ROW;
      double share = counts.decided() == 0 ? 0 : (double) counts.wrong() / counts.decided();
      page.open("text", "x", LABELS - 8, "y", y + 13, "text-anchor", "end")
          .text(value.name().length() > 26 ? value.name().substring(0, 25) + "…" : value.name())
          .raw("</text>\n");
      page.shape(
          "rect", "class", "harm", "x", LABELS, "y", y + 3, "width", wide * share, "height", 12.0);
      page.shape(
          "line",
          "class",
          "whisker",
          "x1",
          LABELS + wide * range.lowest(),
          "x2",
          LABELS + wide * range.highest(),
          "y1",
          y + 9,
          "y2",
          y + 9);
      page.open("text", "x", LABELS + wide + 8, "y", y + 13)
          .text("%d of %d".formatted(counts.wrong(), counts.decided()))
          .raw("</text>\n");
    }
    page.raw("</svg>\n");
  }

  private static void frame(Markup page, String what, String top, String bottom) {
    page.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", what);
    double base = HEIGHT - BOTTOM;
    page.shape("line", "class", "axis", "x1", LEFT, "x2", WIDTH, "y1", base, "y2", base);
    page.shape("line", "class", "axis", "x1", LEFT, "x2", LEFT, "y1", TOP, "y2", base);
    page.open("text", "x", LEFT - 6, "y", TOP + 10, "text-anchor", "end")
        .text(top)
        .raw("</text>\n");
    page.open("text", "x", LEFT - 6, "y", base, "text-anchor", "end").text(bottom).raw("</text>\n");
  }

  private static void ends(Markup page, Instant first, Instant last) {
    page.open("text", "x", LEFT, "y", HEIGHT - 6).text(day(first)).raw("</text>\n");
    page.open("text", "x", WIDTH, "y", HEIGHT - 6, "text-anchor", "end")
        .text(day(last))
        .raw("</text>\n");
  }

  private static String point(Instant first, double whole, Instant at, double value) {
    return String.format(Locale.ROOT, "%.2f,%.2f", x(first, whole, at), y(value));
  }

  private static double x(Instant first, double whole, Instant at) {
    return LEFT + (WIDTH - LEFT) * ChronoUnit.MILLIS.between(first, at) / whole;
  }

  private static double y(double value) {
    return TOP + (HEIGHT - BOTTOM - TOP) * (1 - Math.clamp(value, 0, 1));
  }

  private static String day(Instant at) {
    return at.atOffset(ZoneOffset.UTC).toLocalDate().toString();
  }
}
