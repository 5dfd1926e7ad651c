package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Stage;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// A [LadderReport] as tables of text.
final class LadderText {
  private final StringBuilder text = new StringBuilder();
  private final LadderReport report;

  private LadderText(LadderReport report) {
    this.report = report;
  }

  static String of(LadderReport report) {
    var tables = new LadderText(report);
    tables.heading();
    tables.stages();
    if (!report.constant().isEmpty()) {
      tables.changes();
    }
    tables.harm();
    return tables.text.toString();
  }

  private void line(String line) {
    text.append(line).append(System.lineSeparator());
  }

  private void heading() {
    line(
        String.format(
            Locale.ROOT,
            "all steps: %,d scopes a scenario, of some a fifth; budgets %s, risk %.1f%%, %d proposals a day, audit share %.0f%%, seed %d",
            report.scopes(),
            report.setting().budgets().stream()
                .map(budget -> String.format(Locale.ROOT, "%.1f%%", 100 * budget.rate()))
                .collect(Collectors.joining(" ")),
            100 * report.setting().risk(),
            Pace.PROPOSALS_A_DAY,
            100 * Pace.AUDIT_SHARE,
            report.seed()));
    long agreed = 0;
    long played = 0;
    for (var chapter : report.chapters()) {
      agreed += chapter.result().agreed().count();
      played += chapter.result().agreed().of();
    }
    line(
        String.format(
            Locale.ROOT,
            "the fold of production played %,d scopes of each too, and moved %,d of %,d at the same proposals",
            report.folded(),
            agreed,
            played));
    line("");
    for (var chapter : report.chapters()) {
      line(
          String.format(
              Locale.ROOT,
              "%s: %s; %,d scopes with %,d proposals",
              chapter.scenario().word(),
              chapter.scenario().shown(),
              chapter.result().falsely().of(),
              chapter.scenario().length()));
    }
  }

  private void stages() {
    line("");
    line(
        "scopes that were ever promoted falsely, over all steps and attempts, and to which stage;");
    line("scopes that reached each stage, and the median of proposals until they did");
    line(
        String.format(
            Locale.ROOT,
            "%-27s %8s %19s %34s   %s",
            "",
            "FALSE",
            "95% interval",
            "to each stage",
            "reached: propose      guarded_auto   conditional_auto          full_auto"));
    for (var chapter : report.chapters()) {
      var result = chapter.result();
      var row = new StringBuilder();
      row.append(
          String.format(
              Locale.ROOT,
              "%-27s %7.3f%% [%7.3f%%,%7.3f%%] ",
              chapter.scenario().word(),
              100 * result.falsely().value(),
              100 * result.falsely().low(),
              100 * result.falsely().high()));
      for (var step : result.steps()) {
        row.append(String.format(Locale.ROOT, " %7.3f%%", 100 * step.falsely().value()));
      }
      for (var step : result.steps()) {
        row.append(
            String.format(
                Locale.ROOT, " %8.3f%% %8s", 100 * step.reached().value(), shown(step.median())));
      }
      text.append(row).append(System.lineSeparator());
    }
  }

  private void changes() {
    line("");
    line(
        String.format(
            Locale.ROOT,
            "stage changes per 10,000 proposals at constant rates, at most %.0f: in the whole life with the climb; of those,",
            LadderReport.MOST_CHANGES));
    line(
        "down; in the first 10,000; and after a scope first reached where it belongs, where reaching that was seen");
    line(
        String.format(
            Locale.ROOT,
            "%-11s %-16s %8s %17s %8s %8s %17s %8s %17s",
            "",
            "belongs at",
            "life",
            "95% interval",
            "down",
            "first",
            "95% interval",
            "settled",
            "95% interval"));
    for (var chapter : report.constant()) {
      var result = chapter.result();
      line(
          String.format(
              Locale.ROOT,
              "%-11s %-16s %s %8.3f %s %s",
              chapter.scenario().word(),
              result.belongs().map(Stage::word).orElse(""),
              shown(result.changes()),
              result.lowered().value(),
              shown(result.first()),
              result.settled().map(LadderText::shown).orElse("       -")));
    }
  }

  private void harm() {
    line("");
    line(
        "harm that was carried out without a person, and work saved; where it gets worse, scopes that ran by");
    line("themselves then, and the median of proposals from there to the first demotion");
    line(
        String.format(
            Locale.ROOT,
            "%-27s %9s %7s %7s %9s %7s %9s",
            "",
            "harm",
            "harm",
            "work",
            "automatic",
            "delay",
            "changes"));
    line(
        String.format(
            Locale.ROOT,
            "%-27s %9s %7s %7s %9s %7s %9s",
            "",
            "a scope",
            "share",
            "saved",
            "at change",
            "median",
            "a 10,000"));
    for (var chapter : report.chapters()) {
      var result = chapter.result();
      line(
          String.format(
              Locale.ROOT,
              "%-27s %9.2f %6.1f%% %6.1f%% %9s %7s %9.3f",
              chapter.scenario().word(),
              result.harmLetThrough(),
              100 * result.harmShare(),
              100 * result.workSaved(),
              result
                  .automaticAtChange()
                  .map(share -> String.format(Locale.ROOT, "%.2f%%", 100 * share.value()))
                  .orElse("-"),
              shown(result.medianDelay()),
              result.changes().value()));
    }
  }

  private static String shown(Frequency frequency) {
    return String.format(
        Locale.ROOT, "%8.3f [%7.3f,%7.3f]", frequency.value(), frequency.low(), frequency.high());
  }

  private static String shown(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "-";
  }
}
