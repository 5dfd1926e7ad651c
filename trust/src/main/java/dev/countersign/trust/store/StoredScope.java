package dev.countersign.trust.store;

import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
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
/// @param earned by what evidence it came into its stage, where a test raised it there
public record StoredScope(
    UUID id,
    ScopeKey key,
    TrustState state,
    Recent recent,
    long version,
    Optional<CountedHour> hour,
    Optional<Instant> nextDue,
    Optional<EarnedStage> earned) {

  /// What tells of another stage, or of an earlier time in it, is no evidence of this one. So
  /// whatever else moves the stage empties it, also a server that does not know of it yet.
  public StoredScope {
    var stage = state.stage();
    var since = state.enteredAt();
    earned = earned.filter(known -> known.tellsOf(stage, since));
  }

  /// The same in another state.
  public StoredScope at(TrustState other) {
    return new StoredScope(id, key, other, recent, version, hour, nextDue, earned);
  }

  /// The same after another event changed it, in the state that it had.
  ///
  /// @param counted the hour with it
  public StoredScope hearing(TrustEvent event, Optional<CountedHour> counted) {
    return new StoredScope(
        id, key, state, recent.with(event), version + 1, counted, nextDue, earned);
  }

  /// The same split off another one, in a state of that one's.
  public StoredScope split(TrustState other) {
    return new StoredScope(id, key, other, recent, version + 1, hour, nextDue, earned);
  }

  /// The same, with an outcome that is due before all others.
  public StoredScope dueNext(Instant due) {
    return new StoredScope(id, key, state, recent, version, hour, Optional.of(due), earned);
  }

  /// The same, by this evidence in its stage.
  public StoredScope earning(EarnedStage by) {
    return new StoredScope(id, key, state, recent, version, hour, nextDue, Optional.of(by));
  }
}
