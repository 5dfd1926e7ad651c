package dev.countersign.cli.trust;

import dev.countersign.cli.page.Markup;
import dev.countersign.trust.laboratory.ladder.Frequency;
import dev.countersign.trust.laboratory.ladder.LadderReport;
import dev.countersign.trust.laboratory.ladder.LadderReport.Chapter;
import dev.countersign.trust.laboratory.ladder.LadderResult;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// A run through all four steps, as a section of a [LaboratoryPage].
final class LadderSection {
  private final LadderReport report;
  private final Markup page;

  LadderSection(LadderReport report, Markup page) {
    this.report = report;
    this.page = page;
  }

  void write() {
    page.element("h2", "all four steps");
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "%,d made-up scopes a scenario live through every stage, up and down, by the usual budgets; risk of a wrong promotion %.1f%%, seed %d. The fold of production played %,d of each too.",
            report.scopes(),
            100 * report.setting().risk(),
            report.seed(),
            report.folded()));
    verdict();
    if (!report.constant().isEmpty()) {
      changes();
    }
    report.chapters().forEach(this::chapter);
  }

  private void verdict() {
    long agreed = 0;
    long played = 0;
    double falsely = 0;
    for (var chapter : report.chapters()) {
      agreed += chapter.result().agreed().count();
      played += chapter.result().agreed().of();
      if (chapter.scenario().keepsNull()) {
        falsely = Math.max(falsely, chapter.result().falsely().high());
      }
    }
    page.raw("<p class=\"verdict\">")
        .text(
            String.format(
                Locale.ROOT,
                "Over all steps and attempts at most %.3f%% of the scopes were ever promoted falsely (upper end of 95%%), of the %.1f%% that may be. Production moved %,d of %,d at the same proposals.",
                100 * falsely,
                100 * report.setting().risk(),
                agreed,
                played))
        .raw("</p>\n");
  }

  private void changes() {
    page.element("h2", "stage changes in 10,000 proposals");
    page.element(
        "p",
        String.format(
            Locale.ROOT,
            "At constant rates, with 95%% intervals; at most %.0f. The first 10,000 are mostly the climb.",
            LadderReport.MOST_CHANGES));
    heads("rate", "whole life", "first 10,000", "after reaching where it belongs");
    for (var chapter : report.constant()) {
      var result = chapter.result();
      page.raw("<tr>").element("td", chapter.scenario().shown());
      cell(shown(result.changes()));
      cell(shown(result.first()));
      cell(result.settled().map(LadderSection::shown).orElse("–"));
      page.raw("</tr>\n");
    }
    page.raw("</table>\n");
  }

  private void chapter(Chapter chapter) {
    page.element("h2", chapter.scenario().word().replace('_', ' '));
    page.element("p", chapter.scenario().shown());
    heads("to", "reached", "median proposals", "falsely");
    for (var step : chapter.result().steps()) {
      page.raw("<tr>").element("td", step.to().shown());
      cell(String.format(Locale.ROOT, "%.2f%%", 100 * step.reached().value()));
      cell(number(step.median()));
      cell(
          String.format(
              Locale.ROOT,
              "%.3f%% (%.3f to %.3f)",
              100 * step.falsely().value(),
              100 * step.falsely().low(),
              100 * step.falsely().high()));
      page.raw("</tr>\n");
    }
    page.raw("</table>\n");
    var steps = chapter.result().steps();
    Curves.draw(
        page,
        "share of scopes at a stage or over it",
        chapter.scenario().length(),
        steps.stream().map(LadderResult.Step::curve).toList());
    page.raw("<p>");
    for (int i = 0; i < steps.size(); i++) {
      page.raw("<span class=\"key k" + i + "\"></span>").text(steps.get(i).to().shown());
    }
    page.raw("</p>\n");
  }

  private void heads(String first, String... others) {
    page.raw("<table>\n<tr><th>").text(first).raw("</th>");
    for (var head : List.of(others)) {
      page.raw("<th class=\"n\">").text(head).raw("</th>");
    }
    page.raw("</tr>\n");
  }

  private void cell(String text) {
    page.raw("<td class=\"n\">").text(text).raw("</td>");
  }

  private static String shown(Frequency frequency) {
    return String.format(
        Locale.ROOT, "%.3f (%.3f to %.3f)", frequency.value(), frequency.low(), frequency.high());
  }

  private static String number(OptionalLong value) {
    return value.isPresent() ? String.format(Locale.ROOT, "%,d", value.getAsLong()) : "–";
  }
}
