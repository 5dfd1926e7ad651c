package dev.countersign.trust.store;

import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.predict.anomaly.CountedHour;
import dev.countersign.trust.predict.features.Recent;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A scope as its row holds it.
///
/// @param recent what models are told of it
/// @param version how many events changed it
/// @param hour that is being counted; empty before its first event
/// @param nextDue the deadline of an outcome that lies next
public record StoredScope(
    UUID id,
    ScopeKey key,
    TrustState state,
    Recent recent,
    long version,
    Optional<CountedHour> hour,
    Optional<Instant> nextDue) {

  /// The same in another state.
  public StoredScope at(TrustState other) {
    return new StoredScope(id, key, other, recent, version, hour, nextDue);
  }
}
