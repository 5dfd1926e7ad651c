package dev.countersign.cli.trust;

import dev.countersign.cli.page.Markup;
import dev.countersign.cli.page.Page;
import dev.countersign.trust.laboratory.LaboratoryReport;
import dev.countersign.trust.laboratory.LaboratoryReport.Chapter;
import dev.countersign.trust.laboratory.Result;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.Function;

/// A report of the laboratory as one page, with its curves.
final class LaboratoryPage {
  private static final double WIDTH = 720;
  private static final double HEIGHT = 200;
  private static final double LEFT = 52;
  private static final double BOTTOM = 24;
  private static final double TOP = 10;

  private final LaboratoryReport report;
  private final Markup page = new Markup();

  private LaboratoryPage(LaboratoryReport report) {
    this.report = report;
  }

  static String of(LaboratoryReport report) {
    return new LaboratoryPage(report).page();
  }

  private String page() {
    Page.begin(page, "The laboratory of trust");
    page.element("h1", "The laboratory of trust");
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "%,d made-up scopes a scenario, harm budget %.1f%%, risk of a wrong promotion %.1f%%, seed %d.",
            report.scopes(),
            100 * report.budget(),
            100 * report.risk(),
            report.seed()));
    verdict();
    report.chapters().forEach(this::chapter);
    return Page.end(page);
  }

  /// The most that ours promoted falsely, by the upper end of its interval.
  private void verdict() {
    var ours =
        report.chapters().stream()
            .filter(chapter -> chapter.scenario().keepsNull())
            .map(chapter -> chapter.results().getFirst())
            .mapToDouble(result -> result.promoted().high())
            .max();
    if (ours.isPresent()) {
      page.raw("<p class=\"verdict\">")
          .text(
              String.format(
                  Locale.ROOT,
                  "Where every promotion is false, ours promoted at most %.3f%% of the scopes (upper end of 95%%), of the %.1f%% that it may.",
                  100 * ours.getAsDouble(),
                  100 * report.risk()))
          .raw("</p>\n");
    }
  }

  private void chapter(Chapter chapter) {
    page.element("h2", chapter.scenario().word().replace('_', ' '));
    page.element(
        "p",
        chapter.scenario().shown()
            + (chapter.scenario().keepsNull() ? "; every promotion is false" : ""));
    table(chapter);
    curves(chapter, "share of scopes that run by themselves", Result::automatic);
    curves(chapter, "share of proposals that did harm without a person", Result::harmful);
    page.raw("<p>");
    for (int i = 0; i < chapter.results().size(); i++) {
      page.raw("<span class=\"key k" + i + "\"></span>").text(shown(chapter.results().get(i)));
    }
    page.raw("</p>\n");
  }

  private void table(Chapter chapter) {
    page.raw("<table>\n<tr>");
    for (var head :
        List.of(
            "",
            chapter.scenario().keepsNull() ? "false" : "promoted",
            "evidence",
            "delay",
            "harm a scope",
            "work saved")) {
      page.raw(head.isEmpty() ? "<th>" : "<th class=\"n\">").text(head).raw("</th>");
    }
    page.raw("</tr>\n");
    for (var result : chapter.results()) {
      page.raw("<tr>").element("td", shown(result));
      var promoted = result.promoted();
      cell(
          String.format(
              Locale.ROOT,
              "%.2f%% (%.2f to %.2f)",
              100 * promoted.value(),
              100 * promoted.low(),
              100 * promoted.high()));
      cell(number(result.medianEvidence()));
      cell(number(result.medianDelay()));
      cell(String.format(Locale.ROOT, "%.2f", result.harmLetThrough()));
      cell(String.format(Locale.ROOT, "%.1f%%", 100 * result.workSaved()));
      page.raw("</tr>\n");
    }
    page.raw("</table>\n");
  }

  private void cell(String text) {
    page.raw("<td class=\"n\">").text(text).raw("</td>");
  }

  private static String number(OptionalLong value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%,d", value.getAsLong()) : "–";
  }

  private static String shown(Result result) {
    return result.contender().replace('_', ' ');
  }

  private void curves(Chapter chapter, String what, Function<Result, List<Double>> curve) {
    double highest =
        chapter.results().stream()
            .flatMap(result -> curve.apply(result).stream())
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(0);
    double top = highest > 0 ? highest : 1;
    page.open("svg", "viewBox", "0 0 " + WIDTH + " " + HEIGHT, "role", "img", "aria-label", what);
    double base = HEIGHT - BOTTOM;
    page.shape("line", "class", "axis", "x1", LEFT, "x2", WIDTH, "y1", base, "y2", base);
    page.shape("line", "class", "axis", "x1", LEFT, "x2", LEFT, "y1", TOP, "y2", base);
    label(LEFT - 6, TOP + 10, "end", String.format(Locale.ROOT, "%.1f%%", 100 * top));
    label(LEFT - 6, base, "end", "0");
    label(LEFT, HEIGHT - 6, "start", what + ", along their proposals");
    label(WIDTH, HEIGHT - 6, "end", String.format(Locale.ROOT, "%,d", chapter.scenario().length()));
    // Ours last, so that it lies on top.
    for (int i = chapter.results().size() - 1; i >= 0; i--) {
      page.shape(
          "polyline",
          "class",
          "curve c" + i,
          "points",
          points(curve.apply(chapter.results().get(i)), top));
    }
    page.raw("</svg>\n");
  }

  private void label(double x, double y, String anchor, String text) {
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
