package dev.countersign.trust.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.predict.anomaly.AlarmLife.State;
import dev.countersign.trust.store.StoredAlarm;
import dev.countersign.trust.store.WatchStore.Watched;
import java.time.Instant;

/// An alarm as people and programs read it, and as the ledger tells of it.
final class AnomalyView {

  private AnomalyView() {}

  static JsonObject of(StoredAlarm alarm, Instant now) {
    var life = alarm.life();
    boolean lowers = alarm.scope().isPresent() && life.lowers(now);
    return Json.object()
        .put("anomaly_id", alarm.id().toString())
        .put("kind", alarm.kind())
        .put("scope_id", alarm.scope().map(scope -> Json.of(scope.id().toString())))
        .put("scope", alarm.scope().map(scope -> scope.key().toJson()))
        .put("predictor", alarm.predictor().map(predictor -> Json.of(predictor.word())))
        .put("hour", alarm.content().text("hour").map(Json::of))
        .put("features", Json.array(alarm.content().items("features")))
        .put("state", life.state().word())
        .put("raised_at", life.raisedAt().toString())
        .put("moved_by", life.by().map(Json::of))
        .put("moved_at", life.by().map(_ -> Json.of(life.since().toString())))
        .put("lowers", lowers)
        .put(
            "lowers_until",
            life.lowersUntil(now).filter(_ -> lowers).map(until -> Json.of(until.toString())))
        .put("next", Json.strings(life.state().next().stream().map(State::word).toList()))
        .build();
  }

  /// What an entry says of a new alarm.
  static JsonObject told(StoredAlarm alarm) {
    return Json.object()
        .put("kind", alarm.kind())
        .put("scope_id", alarm.scope().map(scope -> Json.of(scope.id().toString())))
        .put("scope", alarm.scope().map(scope -> scope.key().toJson()))
        .put("predictor", alarm.predictor().map(predictor -> Json.of(predictor.word())))
        .put("hour", alarm.content().text("hour").map(Json::of))
        .put("features", Json.array(alarm.content().items("features")))
        .build();
  }

  static JsonObject of(Watched watched) {
    return Json.object()
        .put("scored_hours", watched.hours().forest().size())
        .put("missing_hours", watched.hours().missing())
        .put("judged_until", Json.of(watched.until().toString()))
        .build();
  }
}
