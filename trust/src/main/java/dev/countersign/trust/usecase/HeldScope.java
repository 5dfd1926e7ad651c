package dev.countersign.trust.usecase;

import dev.countersign.kernel.store.Generation;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.Heard;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.Setting;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.TrustFold;
import dev.countersign.trust.TrustState;
import dev.countersign.trust.store.StoredScope;
import dev.countersign.trust.store.TrustStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// A scope that its transaction has locked: events are folded into it one after the other, and
/// [#write] stores once what came of all of them.
///
/// Until then nobody else may read the scope in this transaction. For use by the transaction's
/// thread.
final class HeldScope {
  /// More than a stored time may lie beside the one that was given.
  private static final Duration ROUNDED = Duration.ofMillis(1);

  private final TenantTransaction transaction;
  private final TrustStore store;
  private final Labels labels;
  private final CountHours hours;
  private final Clock clock;
  private final int duePart;
  private final Setting setting;

  private StoredScope scope;

  /// Who waits to be counted, unless it has to be asked.
  private Optional<Waiting> waiting;

  /// Whether the deadline that lies next has passed away, so that another one has to be found.
  private boolean dueMoved;

  /// What is remembered of proposals, as it is known here.
  private final Map<UUID, Optional<Remembered>> known = new HashMap<>();

  /// What is to be stored of it.
  private final Map<UUID, Remembered> unsaved = new LinkedHashMap<>();

  private final List<StageMoves.Moved> moved = new ArrayList<>();
  private final List<EarnedStage> earned = new ArrayList<>();
  private final List<Heard> heard = new ArrayList<>();

  /// The first proposals that wait to be counted, in their order.
  ///
  /// @param all whether nobody waits behind them
  private record Waiting(List<Remembered> first, boolean all) {

    static Waiting of(List<Remembered> found, int asked) {
      return new Waiting(found, found.size() < asked);
    }

    /// As it is once these are remembered; empty if that has to be asked.
    Optional<Waiting> after(List<Remembered> remembered) {
      var changed = new LinkedHashMap<UUID, Remembered>();
      first.forEach(one -> changed.put(one.proposalId(), one));
      remembered.forEach(one -> changed.put(one.proposalId(), one));
      var last = first.isEmpty() ? 0 : turn(first.getLast());
      var now =
          changed.values().stream()
              .filter(one -> one.waitingTurn().filter(turn -> all || turn <= last).isPresent())
              .sorted(Comparator.comparingLong(Waiting::turn))
              .toList();
      return now.isEmpty() && !all ? Optional.empty() : Optional.of(new Waiting(now, all));
    }

    private static long turn(Remembered one) {
      return one.waitingTurn().orElseThrow();
    }
  }

  HeldScope(
      TenantTransaction transaction,
      TrustStore store,
      Labels labels,
      CountHours hours,
      Clock clock,
      int duePart,
      TrustStore.Opened opened) {
    this.transaction = transaction;
    this.store = store;
    this.labels = labels;
    this.hours = hours;
    this.clock = clock;
    this.duePart = duePart;
    this.setting = store.setting(transaction);
    this.scope = opened.scope();
    this.waiting = Optional.of(Waiting.of(opened.waiting(), ScopeFolds.FIRST_WAITING));
    opened.asked().ifPresent(asked -> known.put(asked, opened.memory()));
  }

  TrustState state() {
    return scope.state();
  }

  Setting setting() {
    return setting;
  }

  /// Lets time pass in the scope until `at`, in parts where much is overdue or waits.
  HeldScope settle(Instant at) {
    var fold = new TrustFold(setting);
    int most = ScopeFolds.FIRST_WAITING;
    while (true) {
      var due = due(at);
      var first = waiting.isPresent() ? waiting.get() : asked(most);
      var before = scope.state();
      var step = fold.settle(before, at, due, first.first());
      labels.overdue(transaction, step.remembered());
      waiting = Optional.of(first);
      take(step);
      boolean behind =
          !first.all() && step.state().counted() - before.counted() == first.first().size();
      if (due.size() < duePart && !behind) {
        return this;
      }
      waiting = Optional.empty();
      most = ScopeFolds.WAITING_PART;
    }
  }

  /// Lets time pass until the event, then counts it.
  HeldScope fold(TrustEvent event) {
    settle(event.at());
    var before = event.concerns().flatMap(this::known);
    var step = new TrustFold(setting).apply(scope.state(), event, before, List.of(), List.of());
    labels.of(transaction, event, step.remembered());
    var hour = hours.count(transaction, scope, event, clock.instant());
    scope = scope.hearing(event, hour);
    take(step);
    if (!step.changes().isEmpty() || event instanceof TrustEvent.VersionsChanged) {
      waiting = Optional.empty(); // Turns may have been given anew.
    }
    heard.add(Heard.of(scope.id(), scope.key(), scope.version(), event, scope.state()));
    return this;
  }

  /// Stores what came of it.
  StageMoves write() {
    save();
    store.write(transaction, scope, dueMoved, clock.instant());
    if (!moved.isEmpty()) {
      transaction.raise(Generation.Counter.TRUST);
      labels.moved(transaction, clock.instant());
    }
    return new StageMoves(scope.id(), scope.key(), heard, moved, earned);
  }

  private void take(TrustFold.Step step) {
    for (var memory : step.remembered()) {
      known.put(memory.proposalId(), Optional.of(memory));
      unsaved.put(memory.proposalId(), memory);
      memory.dueAt().ifPresent(due -> due(due, memory.phase() == Remembered.Phase.OPEN));
    }
    step.changes().forEach(change -> moved.add(new StageMoves.Moved(change, heard.size())));
    scope = scope.at(step.state());
    step.earned()
        .ifPresent(by -> {
          scope = scope.earning(by);
          earned.add(by);
        });
    waiting = waiting.flatMap(first -> first.after(step.remembered()));
  }

  /// @param open whether the outcome that is due then is still awaited
  private void due(Instant due, boolean open) {
    var next = scope.nextDue();
    if (open) {
      if (next.filter(known -> !due.isBefore(known)).isEmpty()) {
        scope = scope.dueNext(due);
      }
    } else if (next.filter(known -> due.isAfter(known.plus(ROUNDED))).isEmpty()) {
      dueMoved = true;
    }
  }

  private Optional<Remembered> known(UUID proposalId) {
    return known.computeIfAbsent(proposalId, asked -> store.memory(transaction, scope.id(), asked));
  }

  private List<Remembered> due(Instant at) {
    var now = scope.state().after(at);
    if (scope.nextDue().filter(next -> next.isBefore(now)).isEmpty()) {
      return List.of();
    }
    save();
    dueMoved = true;
    return store.due(transaction, scope.id(), now, duePart);
  }

  private Waiting asked(int most) {
    save();
    return Waiting.of(store.waiting(transaction, scope.id(), scope.state().counted(), most), most);
  }

  private void save() {
    store.remember(transaction, scope.id(), List.copyOf(unsaved.values()));
    unsaved.clear();
  }
}
