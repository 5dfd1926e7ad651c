package dev.countersign.trust.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.store.StoredScope;
import dev.countersign.trust.store.TrustStore;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Opens scopes for the folding of events ([HeldScope]), and says what a fold needs beside the
/// scope's row. Safe for use by many threads, each with its own transaction.
final class ScopeFolds {

  /// Overdue executions that are counted in one go: few enough to hold in memory, and what is left
  /// is counted right after.
  static final int DUE_PART = 500;

  /// Proposals that are counted for promotion in one go. Mostly none or one is ready; after a long
  /// wait for the first in line many are, and then the next go follows at once.
  static final int WAITING_PART = 20;

  /// What is looked at first: mostly the first in line still waits, and then nobody behind it has
  /// to be read.
  static final int FIRST_WAITING = 2;

  private final TrustStore store;
  private final Labels labels = new Labels();
  private final CountHours hours = new CountHours();
  private final Ids ids;
  private final Clock clock;
  private final int duePart;

  ScopeFolds(TrustStore store, Ids ids, Clock clock, int duePart) {
    this.store = store;
    this.ids = ids;
    this.clock = clock;
    this.duePart = duePart;
  }

  /// The scope of this key, locked, with what the event mostly needs of it; made at observe if it
  /// was never seen.
  HeldScope open(TenantTransaction transaction, ScopeKey key, TrustEvent event) {
    return held(
        transaction,
        store.open(
            transaction,
            key,
            event.concerns(),
            FIRST_WAITING,
            ids.next(),
            event.at(),
            clock.instant()));
  }

  /// The same of a scope that is locked.
  HeldScope opened(TenantTransaction transaction, StoredScope scope, TrustEvent event) {
    return held(
        transaction,
        new TrustStore.Opened(
            scope,
            event.concerns(),
            known(transaction, scope.id(), event),
            store.waiting(transaction, scope.id(), scope.state().counted(), FIRST_WAITING)));
  }

  private HeldScope held(TenantTransaction transaction, TrustStore.Opened opened) {
    return new HeldScope(transaction, store, labels, hours, clock, duePart, opened);
  }

  /// Whether more may be overdue than can be weighed in one go.
  boolean part(List<Remembered> due) {
    return due.size() == duePart;
  }

  List<Remembered> due(
      TenantTransaction transaction, StoredScope scope, TrustState state, Instant at) {
    var now = state.after(at);
    return scope.nextDue().filter(next -> next.isBefore(now)).isPresent()
        ? store.due(transaction, scope.id(), now, duePart)
        : List.of();
  }

  List<Remembered> waiting(TenantTransaction transaction, UUID scopeId, TrustState state) {
    return store.waiting(transaction, scopeId, state.counted(), WAITING_PART);
  }

  Optional<Remembered> known(TenantTransaction transaction, UUID scopeId, TrustEvent event) {
    return event.concerns().flatMap(proposal -> store.memory(transaction, scopeId, proposal));
  }
}
