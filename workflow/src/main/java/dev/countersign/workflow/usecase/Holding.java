package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.CaseStore;
import java.util.Optional;
import java.util.UUID;

/// Puts a case that is locked on hold. Whatever was approved for it was approved for a case that
/// was not: it is superseded, and after a release somebody proposes again.
final class Holding {
  private final CaseStore cases = new CaseStore();
  private final NewEvents events = new NewEvents();
  private final Ending ending;

  Holding(TrustScopes scopes) {
    this.ending = new Ending(scopes);
  }

  /// Who acts in the transaction holds it.
  ///
  /// @param because the event that it follows from
  Case hold(LedgerTransaction transaction, Case subject, Optional<UUID> because) {
    var by = transaction.principal().actor();
    var held = subject.held(new Case.Hold(by, transaction.now()));
    cases.move(transaction.tenant(), held);
    var told =
        Json.object()
            .put("queue", held.queue())
            .put("version", held.version())
            .put("event_id", because.map(id -> Json.of(id.toString())))
            .build();
    transaction.record("case.held", "case", held.id().toString(), held.id(), told);
    ending.supersede(transaction, ending.waiting(transaction, held.id()), "case_held");
    events.append(transaction, held.id(), NewEvents.What.of(CaseEvent.Kind.HELD, told));
    return held;
  }
}
