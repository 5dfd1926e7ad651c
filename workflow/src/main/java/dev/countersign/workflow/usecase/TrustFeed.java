package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.StageMoves;
import dev.countersign.trust.usecase.TrustScopes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Hands evidence to the trust scopes within the transaction that records it.
///
/// A stage is a rule, so it may only change under the tenant's exclusive lock; but most evidence
/// changes none, and the exclusive lock would make every decision of a tenant wait for every other.
/// So the work runs under the shared lock first, and `Ledger.transact` runs it again under the
/// exclusive one if it turns out that a stage would move.
final class TrustFeed {
  private final Ledger ledger;
  private final TrustScopes scopes;

  TrustFeed(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.scopes = scopes;
  }

  /// The work of a use case that may hand on evidence.
  @FunctionalInterface
  interface Work {
    Json.JsonObject in(LedgerTransaction transaction, Sink evidence);
  }

  /// Where evidence goes.
  @FunctionalInterface
  interface Sink {
    /// Folds an event into its scope and records what it moved; MUST be called with the case and
    /// the proposal locked.
    ///
    /// @param before what trust is to hear of the proposal before it
    void observe(ScopeKey scope, Optional<Told> before, TrustEvent event, UUID correlationId);

    /// The same of which nothing is to be heard before.
    default void observe(ScopeKey scope, TrustEvent event, UUID correlationId) {
      observe(scope, Optional.empty(), event, correlationId);
    }
  }

  /// Keeps what is handed on of one scope until all of it is folded in at once: the scope is opened
  /// and stored once.
  static final class Gathering implements Sink {
    private final LedgerTransaction transaction;
    private final TrustScopes scopes;
    private final ScopeKey only;
    private final List<TrustEvent> events = new ArrayList<>();
    private final List<StageMoves.Told> told = new ArrayList<>();

    private Gathering(LedgerTransaction transaction, TrustScopes scopes, ScopeKey only) {
      this.transaction = transaction;
      this.scopes = scopes;
      this.only = only;
    }

    @Override
    public void observe(
        ScopeKey scope, Optional<Told> before, TrustEvent event, UUID correlationId) {
      if (!scope.equals(only) || before.isPresent()) {
        throw new IllegalArgumentException("only what happens in one scope is gathered");
      }
      events.add(event);
      told.add(new StageMoves.Told(transaction.latest(), correlationId));
    }

    /// Folds it in. Throws IllegalStateException if the stage would move: what came after the move
    /// was weighed by the stage of before, so the transaction MUST end.
    void fold() {
      if (events.isEmpty()) {
        return;
      }
      var moves = scopes.observe(transaction.tenant(), only, events);
      if (!moves.moved().isEmpty()) {
        throw new IllegalStateException("the stage moves on the way");
      }
      moves.record(transaction, told);
    }
  }

  /// What happens in that scope until [Gathering#fold]; nothing else MUST be told of it meanwhile.
  Gathering gathering(LedgerTransaction transaction, ScopeKey scope) {
    return new Gathering(transaction, scopes, scope);
  }

  /// An event that trust has not heard yet.
  ///
  /// @param entry of the same transaction, which tells of it
  record Told(UUID entry, TrustEvent event) {}

  /// Like `Ledger.transact`, with evidence.
  Recorded transact(Call call, Attempt attempt, Work work) {
    return ledger.transact(
        call, attempt, Rules.APPLY, transaction -> work.in(transaction, sink(transaction)));
  }

  /// Hands it on in this transaction.
  Sink sink(LedgerTransaction transaction) {
    return (scope, before, event, correlation) -> {
      var events = new ArrayList<TrustEvent>();
      before.map(Told::event).ifPresent(events::add);
      events.add(event);
      scopes
          .observe(transaction.tenant(), scope, events)
          .record(transaction, correlation, before.map(Told::entry).stream().toList());
    };
  }
}
