package dev.countersign.cli.approvals;

import dev.countersign.kernel.Json.JsonObject;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// What the server's own models stated of a proposal: how likely, and what speaks for and against;
/// or why there is no more than a base rate.
final class ModelLines {
  private static final int MOST_REASONS = 3;

  private ModelLines() {}

  static void print(JsonObject predictions, BiConsumer<String, String> line) {
    predictions.object("decision").ifPresent(stated -> one("approved", stated, line));
    predictions.object("outcome").ifPresent(stated -> one("goes well", stated, line));
  }

  private static void one(String what, JsonObject stated, BiConsumer<String, String> line) {
    switch (stated.text("kind").orElse("")) {
      case "calibrated" -> {
        line.accept(
            what,
            percent(stated.number("probability").orElse(0.0))
                + " expected ("
                + stated.text("band").orElse("-")
                + ")"
                + alike(stated));
        var reasons =
            stated.items("contributions").stream()
                .filter(JsonObject.class::isInstance)
                .map(JsonObject.class::cast)
                .filter(reason -> reason.number("log_odds").orElse(0.0) != 0)
                .limit(MOST_REASONS)
                .map(ModelLines::reason)
                .collect(Collectors.joining(", "));
        if (!reasons.isEmpty()) {
          line.accept("because of", reasons);
        }
      }
      case "cold_start" -> line.accept(what, base(stated) + "too few cases to tell them apart");
      case "no_skill" -> line.accept(what, base(stated) + "the model tells no cases apart");
      default -> line.accept(what, base(stated) + "the model cannot be asked");
    }
  }

  /// What became of those that were given about as much, with its interval.
  private static String alike(JsonObject stated) {
    var rate = stated.object("alike").flatMap(alike -> alike.object("rate"));
    return rate.flatMap(known -> known.object("rate"))
        .map(measured ->
            "; so it was in %d of %d of about as much (95 %%: %s to %s)"
                .formatted(
                    rate.get().number("happened").orElse(0.0).longValue(),
                    rate.get().number("of").orElse(0.0).longValue(),
                    percent(measured.number("low").orElse(0.0)),
                    percent(measured.number("high").orElse(1.0))))
        .orElse("");
  }

  private static String reason(JsonObject reason) {
    return "%s = %s (%s)"
        .formatted(
            reason.text("feature").orElse("-"),
            reason.text("observed").orElse("-"),
            reason.number("log_odds").orElse(0.0) > 0 ? "for" : "against");
  }

  private static String base(JsonObject stated) {
    return stated
        .object("base_rate")
        .filter(rate -> rate.number("of").orElse(0.0) > 0)
        .map(rate ->
            "%d of %d so far; "
                .formatted(
                    rate.number("happened").orElse(0.0).longValue(),
                    rate.number("of").orElse(0.0).longValue()))
        .orElse("");
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }
}
