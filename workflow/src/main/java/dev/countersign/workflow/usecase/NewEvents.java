package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.EventStore;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Appends events of a case that is locked. The entry of what happened is the caller's.
final class NewEvents {
  private final EventStore events = new EventStore();

  CaseEvent append(LedgerTransaction transaction, UUID caseId, What what) {
    var event =
        new CaseEvent(
            transaction.newId(),
            caseId,
            what.type(),
            what.data(),
            transaction.principal().actor(),
            transaction.now(),
            what.occurredAt(),
            what.depth());
    events.add(transaction.tenant(), event);
    return event;
  }

  /// What happened.
  ///
  /// @param depth how many rules it follows from
  record What(String type, JsonObject data, Optional<Instant> occurredAt, int depth) {

    /// One of our own, which follows from no rule.
    static What of(CaseEvent.Kind kind, JsonObject data) {
      return new What(kind.type(), data, Optional.empty(), 0);
    }
  }
}
