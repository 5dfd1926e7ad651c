package dev.countersign.trust.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.store.Generation;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Setting;
import dev.countersign.trust.StageChange;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustFold;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.store.StoredScope;
import dev.countersign.trust.store.TrustStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Folds events into scopes as they are stored, in parts where much came together, and writes what
/// came of it. Safe for use by many threads, each with its own transaction.
final class ScopeFolds {

  /// Overdue executions that are counted in one go: few enough to hold in memory, and what is left
  /// is counted right after.
  static final int DUE_PART = 500;

  /// Proposals that are counted for promotion in one go. Mostly none or one is ready; after a long
  /// wait for the first in line many are, and then the next go follows at once.
  static final int WAITING_PART = 20;

  /// What is looked at first: mostly the first in line still waits, and then nobody behind it has
  /// to be read.
  private static final int FIRST_WAITING = 2;

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
  TrustStore.Opened open(TenantTransaction transaction, ScopeKey key, TrustEvent event) {
    return store.open(
        transaction, key, event.concerns(), FIRST_WAITING, ids.next(), event.at(), clock.instant());
  }

  /// The same of a scope that is locked.
  TrustStore.Opened opened(TenantTransaction transaction, StoredScope scope, TrustEvent event) {
    return new TrustStore.Opened(
        scope,
        known(transaction, scope.id(), event),
        waiting(transaction, scope.id(), scope.state(), FIRST_WAITING));
  }

  StageMoves fold(TenantTransaction transaction, StoredScope scope, TrustEvent event) {
    return fold(transaction, opened(transaction, scope, event), event);
  }

  StageMoves fold(TenantTransaction transaction, TrustStore.Opened opened, TrustEvent event) {
    var setting = store.setting(transaction);
    var settled = settle(transaction, opened, setting, event.at());
    return apply(transaction, opened, setting, settled, event);
  }

  /// Lets time pass in the scope until `at`, in parts, each remembered at once.
  Settled settle(
      TenantTransaction transaction, TrustStore.Opened opened, Setting setting, Instant at) {
    var scope = opened.scope();
    var fold = new TrustFold(setting);
    var changes = new ArrayList<StageChange>();
    var remembered = new ArrayList<Remembered>();
    var state = scope.state();
    var waiting = opened.waiting();
    int part = FIRST_WAITING;
    while (true) {
      var due = due(transaction, scope, state, at);
      var step = fold.settle(state, at, due, waiting);
      store.remember(transaction, scope.id(), step.remembered());
      labels.overdue(transaction, step.remembered());
      changes.addAll(step.changes());
      remembered.addAll(step.remembered());
      boolean more = part(due) || counted(state, step.state()) == part;
      state = step.state();
      if (!more) {
        return new Settled(state, changes, remembered);
      }
      part = WAITING_PART;
      waiting = waiting(transaction, scope.id(), state);
    }
  }

  /// Counts the event into a scope in which time has passed until it.
  StageMoves apply(
      TenantTransaction transaction,
      TrustStore.Opened opened,
      Setting setting,
      Settled settled,
      TrustEvent event) {
    var scope = opened.scope();
    var fold = new TrustFold(setting);
    var known = settled.of(event).or(opened::memory);
    var step = fold.apply(settled.state(), event, known, List.of(), List.of());
    store.remember(transaction, scope.id(), step.remembered());
    labels.of(transaction, event, step.remembered());
    var now = clock.instant();
    var hour = hours.count(transaction, scope, event, now);
    var recent = scope.recent().with(event);
    store.write(transaction, scope.id(), step.state(), recent, hour, now);
    var changes = new ArrayList<>(settled.changes());
    changes.addAll(step.changes());
    if (!changes.isEmpty()) {
      transaction.raise(Generation.Counter.TRUST);
      labels.moved(transaction, clock.instant());
    }
    var heard = Heard.of(scope.id(), scope.key(), scope.version() + 1, event, step.state());
    return new StageMoves(scope.id(), scope.key(), List.of(heard), changes);
  }

  /// What came of time that passed.
  record Settled(TrustState state, List<StageChange> changes, List<Remembered> remembered) {

    /// What is remembered by now of the proposal that the event is about, if it was touched.
    Optional<Remembered> of(TrustEvent event) {
      return remembered.stream()
          .filter(memory -> event.concerns().filter(memory.proposalId()::equals).isPresent())
          .reduce((_, later) -> later);
    }
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
    return waiting(transaction, scopeId, state, WAITING_PART);
  }

  private List<Remembered> waiting(
      TenantTransaction transaction, UUID scopeId, TrustState state, int most) {
    return store.waiting(transaction, scopeId, state.counted(), most);
  }

  private static long counted(TrustState before, TrustState after) {
    return after.counted() - before.counted();
  }

  Optional<Remembered> known(TenantTransaction transaction, UUID scopeId, TrustEvent event) {
    return event.concerns().flatMap(proposal -> store.memory(transaction, scopeId, proposal));
  }
}
