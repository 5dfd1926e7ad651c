package dev.countersign.ledger;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A legal hold: content of entries that must stay for the time being, whatever their day and
/// whoever asks for their erasure. Immutable.
///
/// @param lifted how it ended; empty while it is in force
public record Hold(
    UUID id, Scope scope, String reason, String by, Instant at, Optional<Lifted> lifted) {

  /// Which entries; also those that are recorded later. Every way is one that can be told without
  /// reading content: what is on hold is moved by a login that reads none.
  public sealed interface Scope {
    /// All entries of one governed action.
    record Action(UUID correlationId) implements Scope {}

    /// A stretch of the log, both ends included.
    record Entries(long first, long last) implements Scope {
      public Entries {
        if (first < 0 || first > last) {
          throw new IllegalArgumentException("a stretch of the log begins before it ends");
        }
      }
    }

    /// Entries by their time.
    ///
    /// @param from inclusive
    /// @param to exclusive
    record Period(Instant from, Instant to) implements Scope {
      public Period {
        if (!from.isBefore(to)) {
          throw new IllegalArgumentException("a period begins before it ends");
        }
      }
    }
  }

  /// How a hold ended.
  public record Lifted(String by, Instant at, String reason) {}

  public boolean active() {
    return lifted.isEmpty();
  }

  public JsonObject json() {
    var json = Json.object().put("hold_id", id.toString());
    scope(scope).members().forEach(json::put);
    json.put("reason", reason).put("by", by).put("since", at.toString()).put("active", active());
    lifted.ifPresent(end ->
        json.put("lifted_by", end.by())
            .put("lifted_at", end.at().toString())
            .put("lift_reason", end.reason()));
    return json.build();
  }

  /// The members that say which entries.
  public static JsonObject scope(Scope scope) {
    return switch (scope) {
      case Scope.Action(var id) -> Json.object().put("correlation_id", id.toString()).build();
      case Scope.Entries(var first, var last) ->
          Json.object()
              .put("entries", Json.object().put("first", first).put("last", last).build())
              .build();
      case Scope.Period(var from, var to) ->
          Json.object()
              .put(
                  "period",
                  Json.object().put("from", from.toString()).put("to", to.toString()).build())
              .build();
    };
  }
}
