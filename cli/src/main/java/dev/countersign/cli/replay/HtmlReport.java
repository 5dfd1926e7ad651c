package dev.countersign.cli.replay;

import static dev.countersign.cli.replay.Report.number;

import dev.countersign.cli.page.Markup;
import dev.countersign.cli.page.Page;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Locale;

/// A report as one page.
final class HtmlReport {
  private final Report report;
  private final Markup page = new Markup();

  private HtmlReport(Report report) {
    this.report = report;
  }

  static String of(Report report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    Page.begin(page, report.title() + ": replay of " + report.log());
    page.element("h1", report.title());
    page.element(
        "p",
        "Replay of %s: %s cases, of which people decided %s."
            .formatted(
                report.log(),
                number(report.totals().cases()),
                number(report.totals().proposals())));
    verdict();
    totals();
    stages();
    overTime();
    trust();
    report.findings().groups().forEach(this::group);
    page.element(
        "p",
        "%s entries of the ledger are under a signed checkpoint."
            .formatted(number(report.entries())));
    return Page.end(page);
  }

  private void verdict() {
    if (report.scopes().isEmpty()) {
      page.raw("<p class=\"verdict\">").text("Nothing was decided yet.").raw("</p>\n");
    }
    for (var scope : report.scopes()) {
      page.raw("<p class=\"verdict\">");
      var lines = new ScopeLines(scope).readiness();
      page.text(lines.getFirst()).raw("</p>\n");
      if (lines.size() > 1) {
        page.raw("<ul>\n");
        lines.stream().skip(1).forEach(line -> page.element("li", line.strip()));
        page.raw("</ul>\n");
      }
    }
  }

  private void totals() {
    var totals = report.totals();
    page.element("h2", "What happened");
    page.raw("<table>\n");
    row("approved by people", totals.approved());
    row("rejected by people", totals.rejected());
    row("executed", totals.executed());
    row("of those a success", totals.of(Step.Ending.SUCCEEDED));
    row("of those harmful", totals.of(Step.Ending.HARMED));
    row("of those without an outcome in the log", totals.of(Step.Ending.UNOBSERVED));
    row("of those overdue by now, which counts as harm", report.overdue());
    page.raw("</table>\n");
  }

  private void row(String name, long count) {
    page.raw("<tr>")
        .element("td", name)
        .raw("<td class=\"n\">")
        .text(number(count))
        .raw("</td></tr>\n");
  }

  private void stages() {
    page.element("h2", "What each stage would have done by itself");
    head("stage", "by itself", "wrong", "not known", "");
    for (var stage : WhatIf.of(report.totals())) {
      page.raw("<tr>").element("td", stage.stage().replace('_', ' '));
      cell(number(stage.automated()));
      cell(
          stage.automated() == 0
              ? "0"
              : "%s (%s)"
                  .formatted(number(stage.wrong()), percent(stage.wrong(), stage.automated())));
      cell(number(stage.unknown()));
      page.element("td", stage.note()).raw("</tr>\n");
    }
    page.raw("</table>\n");
    page.element(
        "p",
        "Wrong is what people rejected and what did harm. What has no outcome is not known; the trust score counts it"
            + " as harm once it is overdue.");
    page.element("h2", "Where the trust scope stood meanwhile");
    head("stage", "decided", "rejected", "harmful", "overdue");
    for (var scope : report.scopes()) {
      scope
          .object("automation")
          .orElse(JsonObject.EMPTY)
          .members()
          .forEach((stage, tally) -> {
            if (tally instanceof JsonObject counts && counts.number("judged").orElse(0.0) > 0) {
              page.raw("<tr>").element("td", stage.replace('_', ' '));
              for (var name : List.of("judged", "rejected", "harmful", "overdue")) {
                cell(number(counts.number(name).orElse(0.0).longValue()));
              }
              page.raw("</tr>\n");
            }
          });
    }
    page.raw("</table>\n");
  }

  private void head(String... names) {
    page.raw("<table>\n<tr>");
    for (int i = 0; i < names.length; i++) {
      page.raw(i == 0 || names[i].isEmpty() ? "<th>" : "<th class=\"n\">")
          .text(names[i])
          .raw("</th>");
    }
    page.raw("</tr>\n");
  }

  private void cell(String text) {
    page.raw("<td class=\"n\">").text(text).raw("</td>");
  }

  private void overTime() {
    if (report.findings().spans().isEmpty()) {
      return;
    }
    page.element("h2", "Decisions over time");
    Charts.overTime(page, report.findings().spans());
    page.raw("<p>");
    for (var kind : List.of("good", "open", "harm", "no")) {
      page.raw("<span class=\"key " + kind + "\"></span>").text(legend(kind));
    }
    page.raw("</p>\n");
  }

  private static String legend(String kind) {
    return switch (kind) {
      case "good" -> "success";
      case "open" -> "without an outcome";
      case "harm" -> "harmful";
      default -> "rejected";
    };
  }

  private void trust() {
    page.element("h2", "Trust score over time");
    var samples = report.findings().trust();
    if (samples.size() < 2) {
      page.element(
          "p",
          "Not known: it can be taken only while decisions are made for the first time, and this run found them made.");
      return;
    }
    Charts.trust(page, samples);
    page.element(
        "p",
        "The range in which the score lies: what is not known, such as the value of an action, could be anything.");
  }

  private void group(Findings.Group group) {
    page.element("h2", group.title());
    Charts.group(page, group);
    page.element(
        "p",
        "The share that would have been wrong, had all of it run by itself, and the range in which it lies with 95%"
            + " (Wilson).");
  }

  private static String percent(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
  }
}
