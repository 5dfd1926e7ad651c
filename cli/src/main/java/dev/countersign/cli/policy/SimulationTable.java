package dev.countersign.cli.policy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Locale;

/// The result of a simulation for people.
final class SimulationTable {
  private SimulationTable() {}

  /// @param run as the server shows it, with its result
  static String of(JsonObject run) {
    var result = run.object("result").orElse(JsonObject.EMPTY);
    var text = new StringBuilder();
    line(
        text,
        String.format(
            Locale.ROOT,
            "seen %,d decisions, used %,d",
            count(result, "seen"),
            count(result, "used")));
    except(text, result, "not_replayable", "cannot be replayed: the record lacks an attribute");
    for (var each : objects(result, "not_replayable_for")) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "    %,10d  %s",
              count(each, "count"),
              each.text("attribute").orElse("?")));
    }
    except(text, result, "erased", "are erased");
    except(text, result, "unreadable", "cannot be read by this server");
    line(
        text,
        String.format(
            Locale.ROOT,
            "%,d would flip, %,d would not",
            count(result, "flipped"),
            count(result, "unchanged")));
    for (var flip : objects(result, "flips")) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "  %,10d  %s -> %s",
              count(flip, "count"),
              flip.text("from").orElse("?"),
              flip.text("to").orElse("?")));
    }
    if (!objects(result, "by_policy").isEmpty()) {
      line(text, "on account of");
    }
    for (var policy : objects(result, "by_policy")) {
      line(
          text,
          String.format(
              Locale.ROOT,
              "  %,10d  %s",
              count(policy, "count"),
              policy.text("policy").orElse("?")));
    }
    for (var flip : objects(result, "flips")) {
      for (var example : objects(flip, "examples")) {
        line(
            text,
            String.format(
                Locale.ROOT,
                "  e.g. %s  %s -> %s",
                example.text("decision_id").orElse("?"),
                example.text("from").orElse("?"),
                example.text("to").orElse("?")));
      }
    }
    var check = result.object("self_check").orElse(JsonObject.EMPTY);
    line(
        text,
        String.format(
            Locale.ROOT,
            "self-check: %,d of %,d replayed as they were decided, %,d could not be checked",
            count(check, "checked") - count(check, "mismatched"),
            count(check, "checked"),
            count(check, "not_checked")));
    return text.toString();
  }

  /// Whether replaying was exact, as far as it could be checked.
  static boolean sound(JsonObject run) {
    return run.object("result")
        .flatMap(result -> result.object("self_check"))
        .filter(check -> count(check, "mismatched") == 0)
        .isPresent();
  }

  private static void except(StringBuilder text, JsonObject result, String name, String what) {
    if (count(result, name) > 0) {
      line(text, String.format(Locale.ROOT, "  %,10d  %s", count(result, name), what));
    }
  }

  private static List<JsonObject> objects(JsonObject json, String name) {
    return json.items(name).stream()
        .filter(JsonObject.class::isInstance)
        .map((Json item) -> (JsonObject) item)
        .toList();
  }

  private static long count(JsonObject json, String name) {
    return json.number(name).map(Double::longValue).orElse(0L);
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
