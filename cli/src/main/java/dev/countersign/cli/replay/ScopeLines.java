package dev.countersign.cli.replay;

import static dev.countersign.cli.replay.Report.line;
import static dev.countersign.cli.replay.Report.number;

import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A trust scope in words: where it stands, how it came there, and what automation would have got
/// wrong.
final class ScopeLines {
  private static final List<String> AUTOMATIC =
      List.of("guarded_auto", "conditional_auto", "full_auto");

  // A scope that swings has many; the newest tell enough.
  private static final int SHOWN_CHANGES = 20;

  private final JsonObject scope;

  ScopeLines(JsonObject scope) {
    this.scope = scope;
  }

  List<String> lines() {
    var lines = new ArrayList<String>();
    lines.add(
        line(
            "scope",
            "%s, queue %s, site %s, role %s (%s profile)"
                .formatted(
                    text("action_type"),
                    text("queue"),
                    text("site"),
                    text("role_context"),
                    text("profile"))));
    lines.add(line("stage", "%s (%s)".formatted(text("stage"), text("stage_shown"))));
    lines.addAll(history());
    lines.add(line("trust score", score()));
    lines.addAll(automation());
    lines.addAll(readiness());
    return lines;
  }

  /// Whether it has earned to run by itself.
  boolean automatic() {
    return AUTOMATIC.contains(text("stage"));
  }

  private List<String> history() {
    var changes = new ArrayList<String>();
    var oldestFirst = scope.items("history").reversed();
    int from = Math.max(0, oldestFirst.size() - SHOWN_CHANGES);
    if (from > 0) {
      changes.add(line("", "(%d earlier changes)".formatted(from)));
    }
    for (var item : oldestFirst.subList(from, oldestFirst.size())) {
      if (item instanceof JsonObject change) {
        changes.add(
            line(
                "",
                "%s  %s -> %s (%s)"
                    .formatted(
                        day(text(change, "at")),
                        text(change, "from"),
                        text(change, "to"),
                        text(change, "cause").replace('_', ' '))));
      }
    }
    if (changes.isEmpty()) {
      changes.add(line("", "never left `observe`"));
    }
    changes.set(0, "stage history      " + changes.getFirst().strip());
    return changes;
  }

  private String score() {
    var score = scope.object("score").orElse(JsonObject.EMPTY);
    var parts = score.object("parts").orElse(JsonObject.EMPTY);
    var shown = new ArrayList<String>();
    parts
        .members()
        .keySet()
        .forEach(name ->
            shown.add(
                name.replace('_', ' ')
                    + " "
                    + parts.number(name).map(ScopeLines::decimal).orElse("unknown")));
    var range =
        score
            .number("lowest")
            .flatMap(low ->
                score
                    .number("highest")
                    .map(high ->
                        low.equals(high) ? decimal(low) : decimal(low) + " to " + decimal(high)))
            .orElse("unknown");
    return range + " (" + String.join(", ", shown) + ")";
  }

  /// Per stage that decided something: what would have been wrong, had all of it run by itself.
  private List<String> automation() {
    var lines = new ArrayList<String>();
    for (var at : tallies()) {
      var tally = at.tally();
      if (count(tally, "judged") > 0) {
        lines.add(
            line(
                "",
                "at %s: %s of %s (%s rejected by people; %s harmful, of which %s overdue; %s not known yet)"
                    .formatted(
                        at.stage(),
                        number(count(tally, "wrong")),
                        number(count(tally, "judged")),
                        number(count(tally, "rejected")),
                        number(count(tally, "harmful")),
                        number(count(tally, "overdue")),
                        number(count(tally, "awaited")))));
      }
    }
    if (lines.isEmpty()) {
      return List.of();
    }
    lines.addFirst("had it all run by itself, it would have been wrong");
    return lines;
  }

  List<String> readiness() {
    var stage = text("stage");
    if (automatic()) {
      return List.of(
          "this process has earned `%s`: it may run by itself that far, and no further"
              .formatted(stage));
    }
    var lines = new ArrayList<String>();
    lines.add("this process is not ready for automation: every action waits for a person");
    var next = scope.object("next_step");
    if (next.isPresent()) {
      for (var item : next.get().items("conditions")) {
        if (item instanceof JsonObject condition && !condition.truth("met").orElse(false)) {
          lines.add(
              line(
                  "",
                  "for %s it lacks %s: needed %s, there is %s"
                      .formatted(
                          text(next.get(), "to"),
                          text(condition, "name").replace('_', ' '),
                          text(condition, "needed"),
                          text(condition, "present"))));
        }
      }
    }
    return lines;
  }

  private record AtStage(String stage, JsonObject tally) {}

  private List<AtStage> tallies() {
    var tallies = new ArrayList<AtStage>();
    scope
        .object("automation")
        .orElse(JsonObject.EMPTY)
        .members()
        .forEach((stage, tally) -> {
          if (tally instanceof JsonObject counts) {
            tallies.add(new AtStage(stage, counts));
          }
        });
    return tallies;
  }

  private static long count(JsonObject tally, String name) {
    return tally.number(name).orElse(0.0).longValue();
  }

  private String text(String name) {
    return text(scope, name);
  }

  private static String text(JsonObject json, String name) {
    return json.text(name).orElse("?");
  }

  private static String day(String time) {
    return time.length() < 10 ? time : time.substring(0, 10);
  }

  private static String decimal(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
