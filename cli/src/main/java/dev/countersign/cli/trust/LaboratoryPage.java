package dev.countersign.cli.trust;

import dev.countersign.cli.page.Markup;
import dev.countersign.cli.page.Page;
import dev.countersign.trust.laboratory.LaboratoryReport;
import dev.countersign.trust.laboratory.LaboratoryReport.Chapter;
import dev.countersign.trust.laboratory.Result;
import dev.countersign.trust.laboratory.ladder.LadderReport;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// A report of the laboratory as one page, with its curves.
final class LaboratoryPage {
  private final LaboratoryReport report;
  private final Markup page;

  private LaboratoryPage(LaboratoryReport report, Markup page) {
    this.report = report;
    this.page = page;
  }

  /// The whole page, of one of them or both.
  static String of(Optional<LaboratoryReport> step, Optional<LadderReport> ladder) {
    var page = new Markup();
    Page.begin(page, "The laboratory of trust");
    page.element("h1", "The laboratory of trust");
    step.ifPresent(report -> new LaboratoryPage(report, page).step());
    ladder.ifPresent(report -> new LadderSection(report, page).write());
    return Page.end(page);
  }

  private void step() {
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "One step, from people deciding to running by itself, beside four usual heuristics: %,d made-up scopes a scenario, harm budget %.1f%%, risk of a wrong promotion %.1f%%, seed %d.",
            report.scopes(),
            100 * report.budget(),
            100 * report.risk(),
            report.seed()));
    verdict();
    report.chapters().forEach(this::chapter);
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
    var lines = chapter.results().stream().map(curve).toList();
    Curves.draw(page, what, chapter.scenario().length(), lines);
  }
}
