package dev.countersign.cli.replay;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a replay says at its end.
///
/// @param log the name of the file
/// @param title of the mapping
/// @param scopes each trust scope of the replayed action, as the server shows it
/// @param findings what the log itself says, over time and by group
/// @param entries how many the newest signed checkpoint covers
/// @param elapsed the time of the replay itself
public record Report(
    String log,
    String title,
    Totals totals,
    List<JsonObject> scopes,
    Findings findings,
    long entries,
    Duration elapsed) {

  public Report {
    scopes = List.copyOf(scopes);
  }

  /// For people, some twenty lines.
  public String text() {
    var lines = new ArrayList<String>();
    lines.add("");
    lines.add(title + " (" + log + ")");
    lines.add("");
    lines.add(line("cases", number(totals.cases())));
    lines.add(line("proposals", number(totals.proposals())));
    lines.add(
        line(
            "decided by people",
            "%s (%s approved, %s rejected)"
                .formatted(
                    number(totals.proposals()),
                    number(totals.approved()),
                    number(totals.rejected()))));
    lines.add(line("executed", number(totals.executed())));
    lines.add(line("outcomes", outcomes()));
    for (var scope : scopes) {
      lines.add("");
      lines.addAll(new ScopeLines(scope).lines());
    }
    if (scopes.isEmpty()) {
      lines.add("");
      lines.add("no trust scope of this action: nothing was decided yet");
    }
    lines.add("");
    lines.add(line("ledger", "%s entries under a signed checkpoint".formatted(number(entries))));
    lines.add(line("time", "%s (%s)".formatted(time(), rate())));
    return String.join("\n", lines) + "\n";
  }

  /// For programs.
  public JsonObject json() {
    return Json.object()
        .put("log", log)
        .put("title", title)
        .put("totals", totalsJson())
        .put("ready", ready())
        .put("stages", Json.array(WhatIf.of(totals).stream().map(WhatIf::json).toList()))
        .put("over_time", findings.spansJson())
        .put("trust_over_time", findings.trustJson())
        .put("groups", findings.groupsJson())
        .put("scopes", Json.array(scopes))
        .put("ledger_entries", entries)
        .put("elapsed_ms", elapsed.toMillis())
        .build();
  }

  private JsonObject totalsJson() {
    return Json.object()
        .put("cases", totals.cases())
        .put("proposals", totals.proposals())
        .put("approved", totals.approved())
        .put("rejected", totals.rejected())
        .put("executed", totals.executed())
        .put("succeeded", totals.of(Step.Ending.SUCCEEDED))
        .put("harmed", totals.of(Step.Ending.HARMED))
        .put("unobserved", totals.of(Step.Ending.UNOBSERVED))
        .put("overdue", overdue())
        .build();
  }

  /// Executions whose outcome is missing for so long that the server counts them as harm.
  long overdue() {
    long overdue = 0;
    for (var scope : scopes) {
      for (var tally : scope.object("automation").orElse(JsonObject.EMPTY).members().values()) {
        overdue +=
            tally instanceof JsonObject counts
                ? counts.number("overdue").orElse(0.0).longValue()
                : 0;
      }
    }
    return overdue;
  }

  /// Whether every scope of the action has earned a stage that runs by itself.
  boolean ready() {
    return !scopes.isEmpty()
        && scopes.stream().allMatch(scope -> new ScopeLines(scope).automatic());
  }

  private String outcomes() {
    return "%s success, %s failure, %s without one"
        .formatted(
            number(totals.of(Step.Ending.SUCCEEDED)),
            number(totals.of(Step.Ending.HARMED)),
            number(totals.of(Step.Ending.UNOBSERVED)));
  }

  private String time() {
    long seconds = elapsed.toSeconds();
    return seconds < 60
        ? "%d.%d s".formatted(seconds, elapsed.toMillisPart() / 100)
        : "%d min %d s".formatted(seconds / 60, seconds % 60);
  }

  private String rate() {
    double seconds = Math.max(elapsed.toMillis(), 1) / 1000.0;
    return String.format(Locale.ROOT, "%.1f cases/s", totals.cases() / seconds);
  }

  static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  static String line(String name, String text) {
    return String.format(Locale.ROOT, "%-19s", name) + text;
  }
}
