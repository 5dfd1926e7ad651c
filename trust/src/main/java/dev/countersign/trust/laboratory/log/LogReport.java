package dev.countersign.trust.laboratory.log;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// What playing a log half by half came to.
///
/// @param risk how likely a wrong promotion may be
public record LogReport(double risk, List<Chapter> chapters) {
  public LogReport {
    chapters = List.copyOf(chapters);
  }

  /// One direction and one split.
  ///
  /// @param scopes in the order of their first proposals
  public record Chapter(Direction direction, List<Scope> scopes, List<Played> played) {
    public Chapter {
      scopes = List.copyOf(scopes);
      played = List.copyOf(played);
    }

    JsonObject toJson() {
      return Json.object()
          .put("direction", direction.word())
          .put("scopes", Json.array(scopes.stream().map(Scope::toJson).toList()))
          .put("played", Json.array(played.stream().map(Played::toJson).toList()))
          .build();
    }
  }

  /// What a scope's log says, whoever plays.
  ///
  /// @param from the smallest size of its band; negative infinity if there is no band below
  /// @param to the size at which the next band begins; infinity if there is none
  public record Scope(double from, double to, Fates earning, Fates judging) {
    JsonObject toJson() {
      return Json.object()
          .put("from", Double.isInfinite(from) ? Json.NULL : Json.of(from))
          .put("to", Double.isInfinite(to) ? Json.NULL : Json.of(to))
          .put("earning", earning.toJson())
          .put("judging", judging.toJson())
          .build();
    }
  }

  /// One budget.
  ///
  /// @param ours whether production takes such a budget; if not, only the heuristics played
  public record Played(double budget, boolean ours, List<LogResult> results) {
    public Played {
      results = List.copyOf(results);
    }

    JsonObject toJson() {
      return Json.object()
          .put("budget", budget)
          .put("ours", ours)
          .put(
              "results", Json.array(results.stream().map(result -> result.toJson(budget)).toList()))
          .build();
    }
  }

  public JsonObject toJson() {
    return Json.object()
        .put("risk", risk)
        .put("chapters", Json.array(chapters.stream().map(Chapter::toJson).toList()))
        .build();
  }

  /// For people: tables.
  public String toText() {
    return LogText.of(this);
  }
}
