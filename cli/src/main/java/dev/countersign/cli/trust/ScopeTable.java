package dev.countersign.cli.trust;

import dev.countersign.cli.api.ActingOptions;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Trust scopes as a table, a line each. The profile stands beside the stage: what a demo tenant's
/// is called nobody should rely on.
final class ScopeTable {
  private ScopeTable() {}

  /// @param answer a page of scopes, as the server shows it
  static List<String> of(JsonObject answer) {
    var scopes = answer.items("scopes");
    if (scopes.isEmpty()) {
      return List.of("no scope yet: the first proposal of an action makes one");
    }
    var lines = new ArrayList<String>();
    lines.add(line("ID", "STAGE", "PROFILE", "ACTION", "QUEUE", "SITE", "ROLE", "CLEAN MISSING"));
    for (var each : scopes) {
      if (each instanceof JsonObject scope) {
        lines.add(line(scope));
      }
    }
    if (answer.text("next_cursor").isPresent()) {
      lines.add("there are more");
    }
    return List.copyOf(lines);
  }

  private static String line(JsonObject scope) {
    return line(
        ActingOptions.text(scope, "scope_id"),
        ActingOptions.text(scope, "stage_shown"),
        ActingOptions.text(scope, "profile"),
        ActingOptions.text(scope, "action_type"),
        ActingOptions.text(scope, "queue"),
        ActingOptions.text(scope, "site"),
        ActingOptions.text(scope, "role_context"),
        missing(scope));
  }

  private static String line(Object... cells) {
    return String.format(Locale.ROOT, "%-36s  %-14s  %-8s  %-20s  %-20s  %-14s  %-12s  %s", cells);
  }

  private static String missing(JsonObject scope) {
    return scope
        .object("promotion_test")
        .flatMap(test -> test.number("clean_missing"))
        .map(count -> Long.toString(count.longValue()))
        .orElse("-");
  }
}
