package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.EventStore;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Tells what happened to a case that is locked, in the transaction in which it happened.
final class Happenings {
  private final EventStore events = new EventStore();

  /// One of our own; the entry of what happened is its caller's.
  CaseEvent tell(
      LedgerTransaction transaction,
      UUID caseId,
      CaseEvent.Kind kind,
      JsonObject data,
      Optional<Instant> occurredAt) {
    var number = events.next(transaction.tenant(), caseId);
    return append(transaction, caseId, number, kind.type(), data, occurredAt);
  }

  CaseEvent append(
      LedgerTransaction transaction,
      UUID caseId,
      long number,
      String type,
      JsonObject data,
      Optional<Instant> occurredAt) {
    var event =
        new CaseEvent(
            transaction.newId(),
            caseId,
            number,
            type,
            data,
            transaction.principal().actor(),
            transaction.now(),
            occurredAt,
            0);
    events.add(transaction.tenant(), event);
    return event;
  }
}
