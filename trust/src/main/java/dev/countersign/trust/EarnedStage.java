package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Optional;

/// By what evidence a scope came into a stage: its sequential test at the moment of the promotion.
///
/// No part of [TrustState], which folds without it. What becomes known afterwards, a correction
/// too, changes nothing here.
///
/// @param to the stage that it came into
/// @param at when
/// @param attempt which attempt at this step it was, from 1
/// @param budget the rate of harm that the stage accepts, as a share
/// @param wealth of the test, which began with 1; at most the largest double
/// @param line what the wealth had to reach
/// @param counted proposals that were counted in this attempt: the test's n
/// @param harms how many of them were harm
/// @param versions of model, tool and policies that the evidence was of, if any were named
public record EarnedStage(
    Stage to,
    Instant at,
    long attempt,
    double budget,
    double wealth,
    double line,
    long counted,
    long harms,
    Optional<String> versions) {

  public EarnedStage {
    // Written so that NaN fails too.
    if (attempt < 1 || harms < 0 || counted < harms || !(wealth >= 0) || !(line >= 0)) {
      throw new IllegalArgumentException("a figure of a test is out of its bounds");
    }
  }

  /// What a promotion out of `state` rests on; empty where the profile asks for no test, or there
  /// is no higher stage.
  static Optional<EarnedStage> of(TrustState state, Setting setting, Instant at) {
    return StepFigures.of(state, setting)
        .filter(StepFigures::required)
        .map(figures ->
            new EarnedStage(
                state.stage().above().orElseThrow(),
                at,
                figures.attempt(),
                figures.budget(),
                figures.wealth(),
                figures.line(),
                figures.counted(),
                figures.harms(),
                state.versions()));
  }

  /// Whether it tells how a scope came into `stage` at `since`.
  public boolean tellsOf(Stage stage, Instant since) {
    return to == stage && at.equals(since);
  }

  public JsonObject toJson() {
    return Json.object()
        .put("to", to.word())
        .put("at", at.toString())
        .put("attempt", attempt)
        .put("budget", budget)
        .put("wealth", wealth)
        .put("line", line)
        .put("counted", counted)
        .put("harms", harms)
        .put("versions", versions.<Json>map(Json::of).orElse(Json.NULL))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else, or
  /// DateTimeException.
  public static EarnedStage fromJson(JsonObject json) {
    return new EarnedStage(
        Stored.stage(json, "to"),
        Stored.time(json, "at"),
        Stored.count(json, "attempt"),
        Stored.number(json, "budget"),
        Stored.number(json, "wealth"),
        Stored.number(json, "line"),
        Stored.count(json, "counted"),
        Stored.count(json, "harms"),
        json.text("versions"));
  }
}
