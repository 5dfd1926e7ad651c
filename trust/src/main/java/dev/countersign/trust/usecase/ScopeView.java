package dev.countersign.trust.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.Condition;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.Part;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Recommendation;
import dev.countersign.trust.ScoreWeights;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.StageChange;
import dev.countersign.trust.StepFigures;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.WatchFigures;
import dev.countersign.trust.store.StoredAlarm;
import dev.countersign.trust.store.StoredScope;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A scope as people and programs read it. What is unknown is null, never a flattering number.
final class ScopeView {

  private ScopeView() {}

  /// @param alarms that lower its mode at `now`
  static JsonObject of(StoredScope scope, Setting setting, List<StoredAlarm> alarms, Instant now) {
    var state = scope.state();
    return Json.object()
        .put("scope_id", scope.id().toString())
        .put("site", scope.key().site())
        .put("queue", scope.key().queue())
        .put("action_type", scope.key().actionType())
        .put("role_context", scope.key().roleContext())
        .put("stage", state.stage().word())
        .put("stage_shown", state.stage().shown())
        .put("entered_at", state.enteredAt().toString())
        .put("as_of", state.time().toString())
        .put("profile", setting.profile().word())
        .put("promotion", setting.promotion().word())
        .put("lowered_by_person", state.lowered())
        .put("score", score(state, setting.weights()))
        .put("evidence", evidence(state))
        .put("earned", orNull(scope.earned().map(EarnedStage::toJson)))
        .put("next_step", next(state, setting))
        .put("promotion_test", orNull(StepFigures.of(state, setting).map(ScopeView::test)))
        .put("watch", orNull(WatchFigures.of(state, setting).map(ScopeView::watch)))
        .put("versions", versions(state))
        .put("alarms", Json.array(alarms.stream().map(alarm -> alarm(alarm, now)).toList()))
        .put("drops_at", orNull(state.dropsAt().map(at -> Json.of(at.toString()))))
        .put("automation", automation(state))
        .put("history", Json.array(newestFirst(state.history())))
        .build();
  }

  private static JsonObject score(TrustState state, ScoreWeights weights) {
    var score = state.score(weights);
    var parts = Json.object();
    for (var part : Part.values()) {
      parts.put(part.word(), known(score.part(part)));
    }
    parts.put(ScoreWeights.OVERRIDES, known(score.overrides()));
    return Json.object()
        .put("lowest", score.lowest())
        .put("highest", score.highest())
        .put("parts", parts.build())
        .put("weights", weights.toJson())
        .build();
  }

  private static JsonObject evidence(TrustState state) {
    return Json.object()
        .put("override_rate_lower_bound", state.overrideBound())
        .put("error_rate_lower_bound", state.errorBound())
        .put("harm_streak", state.streak())
        .put("kept_apart", state.apart())
        .put("last_observed_at", state.lastObserved().map(at -> Json.of(at.toString())))
        .build();
  }

  private static Json next(TrustState state, Setting setting) {
    var recommendation = Recommendation.of(state, setting);
    if (recommendation.isEmpty()) {
      return Json.NULL;
    }
    var step = recommendation.get();
    boolean signature = setting.promotion() == Promotion.SIGNED || state.lowered();
    return Json.object()
        .put("to", step.to().word())
        .put("to_shown", step.to().shown())
        .put("recommended", step.given())
        .put("needs_signature", signature)
        .put("conditions", conditions(step.conditions()))
        .put("missing", Json.strings(step.missing().stream().map(Condition::name).toList()))
        .build();
  }

  private static JsonObject test(StepFigures figures) {
    return Json.object()
        .put("required", figures.required())
        .put("attempt", figures.attempt())
        .put("ordinal", figures.ordinal())
        .put("budget", figures.budget())
        .put("harm_from", figures.harmFrom().word())
        .put("risk", figures.risk())
        .put("wealth", figures.wealth())
        .put("line", figures.line())
        .put("counted", figures.counted())
        .put("harms", figures.harms())
        .put("clean_missing", orNull(figures.cleanMissing().map(Json::of)))
        .put("harm_rate_lower", orNull(figures.rate().map(rate -> Json.of(rate.low()))))
        .put("harm_rate_upper", orNull(figures.rate().map(rate -> Json.of(rate.high()))))
        .put("reviewers", figures.reviewers())
        .put("reviewers_needed", figures.reviewersNeeded())
        .put("days", figures.days())
        .put("days_needed", figures.daysNeeded())
        .build();
  }

  private static JsonObject watch(WatchFigures figures) {
    return Json.object()
        .put("budget", figures.budget())
        .put("streak", figures.streak())
        .put("streak_limit", figures.streakLimit())
        .put("suspicion", orNull(figures.suspicion().map(Json::of)))
        .put("suspicion_line", orNull(figures.suspicionLine().map(Json::of)))
        .put("proved_line", orNull(figures.provedLine().map(Json::of)))
        .build();
  }

  private static JsonObject versions(TrustState state) {
    var proven =
        state.proven().stream()
            .map(known ->
                Json.object()
                    .put("versions", known.versions())
                    .put("stage", known.stage().word())
                    .build())
            .toList();
    return Json.object()
        .put("named", orNull(state.versions().map(Json::of)))
        .put("proven", Json.array(proven))
        .build();
  }

  /// What was unusual is told by the anomaly itself.
  private static JsonObject alarm(StoredAlarm alarm, Instant now) {
    var until = alarm.life().lowersUntil(now);
    return Json.object()
        .put("anomaly_id", alarm.id().toString())
        .put("kind", alarm.kind())
        .put("hour", orNull(alarm.content().text("hour").map(Json::of)))
        .put("state", alarm.life().state().word())
        .put("lowers_until", orNull(until.map(end -> Json.of(end.toString()))))
        .build();
  }

  private static JsonArray conditions(List<Condition> conditions) {
    return Json.array(conditions.stream().map(Condition::toJson).toList());
  }

  /// Had everything run automatically: per stage, what would have been wrong.
  private static JsonObject automation(TrustState state) {
    var stages = Json.object();
    for (var stage : Stage.values()) {
      var tally = state.tally(stage);
      stages.put(
          stage.word(),
          tally
              .toJson()
              .with("judged", Json.of(tally.judged()))
              .with("wrong", Json.of(tally.wrong()))
              .with("awaited", Json.of(tally.awaited())));
    }
    return stages.build();
  }

  private static List<JsonObject> newestFirst(List<StageChange> history) {
    var changes = new ArrayList<JsonObject>();
    history.reversed().forEach(change -> changes.add(change.toJson()));
    return changes;
  }

  private static Json known(Optional<Double> part) {
    return orNull(part.map(Json::of));
  }

  /// The member is there in any case: what is unknown is null, not left out.
  private static Json orNull(Optional<? extends Json> known) {
    return known.<Json>map(value -> value).orElse(Json.NULL);
  }
}
