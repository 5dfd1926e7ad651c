package dev.countersign.trust.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.predict.anomaly.AlarmLife;
import dev.countersign.trust.predict.features.Predictor;
import java.util.Optional;
import java.util.UUID;

/// An alarm as its row holds it: about a scope or about a predictor.
///
/// @param kind a word of ours
/// @param content what was unusual
public record StoredAlarm(
    UUID id,
    String kind,
    Optional<OfScope> scope,
    Optional<Predictor> predictor,
    JsonObject content,
    AlarmLife life) {

  public record OfScope(UUID id, ScopeKey key) {}

  public StoredAlarm {
    if (scope.isPresent() == predictor.isPresent()) {
      throw new IllegalArgumentException("an alarm is about a scope or about a predictor");
    }
  }
}
