package dev.countersign.trust.usecase;

import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.predict.anomaly.CountedHour;
import dev.countersign.trust.predict.anomaly.Happening;
import dev.countersign.trust.predict.anomaly.Happening.What;
import dev.countersign.trust.store.StoredScope;
import dev.countersign.trust.store.WindowStore;
import java.time.Instant;
import java.util.Optional;

/// Counts each event in its scope's hour, in the transaction that folds it and under the scope's
/// lock. What an hour needs beside the scope's row is written twice: when it begins and when it is
/// over.
final class CountHours {
  private final WindowStore store = new WindowStore();

  /// The hour that the scope counts after the event.
  Optional<CountedHour> count(
      TenantTransaction transaction, StoredScope scope, TrustEvent event, Instant now) {
    var happening = happening(event, event.at().isAfter(now) ? now : event.at());
    if (happening.isEmpty()) {
      return scope.hour();
    }
    var happened = happening.get();
    var running = scope.hour().orElseGet(() -> CountedHour.at(happened.at()));
    var counted = running.count(happened, scope.id().toString());
    counted.over().ifPresent(over -> store.close(transaction, scope.id(), over));
    if (counted.begun()) {
      store.begin(transaction, scope.id(), counted.hour().start(), now);
    }
    return Optional.of(counted.hour());
  }

  /// What an event is to a window; empty for what is no work: the passing of time, and what
  /// administrators do to the scope.
  ///
  /// @param at the event's time, but not in the future: one replayed event from there would make
  ///   all that comes afterwards late
  private static Optional<Happening> happening(TrustEvent event, Instant at) {
    return switch (event) {
      case TrustEvent.Proposed proposed ->
          Optional.of(
              new Happening(
                  at,
                  proposed.said().by(),
                  What.PROPOSED,
                  proposed.said().confidence(),
                  proposed.said().safety()));
      case TrustEvent.Decided decided -> did(at, decided.by(), what(decided));
      case TrustEvent.OutcomeObserved outcome ->
          did(at, outcome.by(), outcome.success() ? What.SUCCEEDED : What.FAILED);
      case TrustEvent.RolledBack _ -> did(at, Optional.empty(), What.OVERRIDDEN);
      case TrustEvent.Executed _, TrustEvent.Ended _ -> did(at, Optional.empty(), What.OTHER);
      case TrustEvent.OutcomeOverdue _,
          TrustEvent.VersionsChanged _,
          TrustEvent.StageLowered _,
          TrustEvent.StageSigned _ ->
          Optional.empty();
    };
  }

  private static What what(TrustEvent.Decided decided) {
    if (decided.override()) {
      return What.OVERRIDDEN;
    }
    return decided.approved() ? What.APPROVED : What.REJECTED;
  }

  private static Optional<Happening> did(Instant at, Optional<String> by, What what) {
    return Optional.of(new Happening(at, by, what, Optional.empty(), Optional.empty()));
  }
}
