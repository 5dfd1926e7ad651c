package dev.countersign.cli.replay;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.time.format.DateTimeParseException;

/// How the trust scope of the replayed action stood after some decision.
///
/// @param at the time of that decision, by the log
/// @param decided how many decisions of the log were made by then
/// @param lowest end of the range in which the trust score lies
record TrustSample(Instant at, long decided, String stage, double lowest, double highest) {

  /// For a number of which nothing is known.
  static final long UNKNOWN = -1;

  JsonObject json() {
    return Json.object()
        .put("at", at.toString())
        .put("decided", decided)
        .put("stage", stage)
        .put("lowest", lowest)
        .put("highest", highest)
        .build();
  }

  /// Throws IllegalArgumentException for what is none.
  static TrustSample read(JsonObject json) {
    try {
      return new TrustSample(
          Instant.parse(json.text("at").orElse("")),
          json.number("decided").orElseThrow(TrustSample::wrong).longValue(),
          json.text("stage").orElseThrow(TrustSample::wrong),
          json.number("lowest").orElseThrow(TrustSample::wrong),
          json.number("highest").orElseThrow(TrustSample::wrong));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("a sample has no time", e);
    }
  }

  private static IllegalArgumentException wrong() {
    return new IllegalArgumentException("a sample of trust is not whole");
  }

  /// How many proposals a scope, as the server shows it, has judged.
  static long judged(JsonObject scope) {
    return scope.object("automation").orElse(JsonObject.EMPTY).members().values().stream()
        .mapToLong(tally ->
            tally instanceof JsonObject counts
                ? counts.number("judged").orElse(0.0).longValue()
                : 0)
        .sum();
  }
}
