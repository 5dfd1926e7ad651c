package dev.countersign.trust.laboratory;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/// What a run of the laboratory came to: for each scenario, what each contender did.
///
/// @param budget the error budget of the step that was played
/// @param risk how likely a wrong promotion may be, all steps together
public record LaboratoryReport(
    int scopes, double budget, double risk, long seed, List<Chapter> chapters) {

  public LaboratoryReport {
    chapters = List.copyOf(chapters);
  }

  /// One scenario.
  public record Chapter(Scenario scenario, List<Result> results) {
    public Chapter {
      results = List.copyOf(results);
    }

    JsonObject toJson() {
      return Json.object()
          .put("scenario", scenario.word())
          .put("shown", scenario.shown())
          .put("keeps_null", scenario.keepsNull())
          .put("proposals", scenario.length())
          .put("results", Json.array(results.stream().map(Result::toJson).toList()))
          .build();
    }
  }

  public JsonObject toJson() {
    return Json.object()
        .put("scopes", scopes)
        .put("budget", budget)
        .put("risk", risk)
        .put("seed", Long.toString(seed))
        .put("scenarios", Json.array(chapters.stream().map(Chapter::toJson).toList()))
        .build();
  }

  /// For people: a table for each scenario.
  public String toText() {
    var text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d scopes a scenario, budget %.1f%%, risk %.1f%%, seed %d%n",
            scopes,
            100 * budget,
            100 * risk,
            seed));
    for (var chapter : chapters) {
      var scenario = chapter.scenario();
      text.append(
          String.format(
              Locale.ROOT,
              "%n%s: %s; %,d proposals%n",
              scenario.word(),
              scenario.shown(),
              scenario.length()));
      text.append(
          String.format(
              Locale.ROOT,
              "  %-20s %8s %19s %8s %9s %7s %8s %7s %7s %8s%n",
              "",
              scenario.keepsNull() ? "FALSE" : "promoted",
              "95% interval",
              "evidence",
              "automatic",
              "delay",
              "harm",
              "harm",
              "work",
              "changes"));
      text.append(
          String.format(
              Locale.ROOT,
              "  %-20s %8s %19s %8s %9s %7s %8s %7s %7s %8s%n",
              "",
              "",
              "",
              "median",
              "at change",
              "median",
              "a scope",
              "share",
              "saved",
              "a 10,000"));
      chapter.results().forEach(result -> text.append(line(result)));
    }
    return text.toString();
  }

  private static String line(Result result) {
    var promoted = result.promoted();
    return String.format(
        Locale.ROOT,
        "  %-20s %7.3f%% [%7.3f%%,%7.3f%%] %8s %8.2f%% %7s %8.2f %6.1f%% %6.1f%% %8.3f%n",
        result.contender(),
        100 * promoted.value(),
        100 * promoted.low(),
        100 * promoted.high(),
        shown(result.medianEvidence()),
        100 * result.automaticAtChange().value(),
        shown(result.medianDelay()),
        result.harmLetThrough(),
        100 * result.harmShare(),
        100 * result.workSaved(),
        result.changesPerTenThousand());
  }

  private static String shown(OptionalLong value) {
    return value.isPresent() ? Long.toString(value.getAsLong()) : "-";
  }
}
