package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.SlaTimer;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.SlaStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Tells that a case has stayed in its queue for too long, once: of two timers the second finds it
/// told, under the case's lock.
public final class MissSla {
  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final SlaStore timers = new SlaStore();
  private final Reactions reactions;

  public MissSla(Ledger ledger, Reactions reactions) {
    this.ledger = ledger;
    this.reactions = reactions;
  }

  /// Does nothing if the case moved on or it was told meanwhile.
  public void miss(TenantId tenant, UUID caseId, String traceId) {
    ledger.transact(
        Call.system(tenant, "sla", traceId),
        new Attempt("case.sla_missed", "case", caseId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> {
          cases.lock(transaction.tenant(), caseId).ifPresent(subject -> miss(transaction, subject));
          return JsonObject.EMPTY;
        });
  }

  /// The same of several in one transaction, and says which it looked at: those that no rule would
  /// answer, whose proposals could open any scope, and none that somebody is at.
  ///
  /// @param caseIds of 1 to [WorkOffDue#TOGETHER]
  public Set<UUID> miss(TenantId tenant, List<UUID> caseIds, String traceId) {
    var first = caseIds.getFirst();
    var answer =
        ledger
            .transact(
                Call.system(tenant, "sla", traceId),
                new Attempt("case.sla_missed", "case", first.toString(), Optional.of(first)),
                Rules.APPLY,
                transaction -> Part.ended(miss(transaction, caseIds)))
            .answer();
    return Part.ended(answer);
  }

  private List<UUID> miss(LedgerTransaction transaction, List<UUID> caseIds) {
    var unanswered =
        cases.lockFree(transaction.tenant(), caseIds).stream()
            .filter(subject -> !reactions.answers(transaction, subject, CaseEvent.Kind.SLA_MISSED))
            .toList();
    unanswered.forEach(subject -> miss(transaction, subject));
    return unanswered.stream().map(Case::id).toList();
  }

  private void miss(LedgerTransaction transaction, Case subject) {
    var timer = timers.read(transaction.tenant(), subject.id());
    if (timer.isEmpty()) {
      return;
    }
    if (!timer.get().queue().equals(subject.queue())) {
      // Whoever moved the case let its timer stand: nothing of it is true any more.
      timers.stop(transaction.tenant(), subject.id());
      return;
    }
    timer
        .filter(running -> running.missed().isEmpty())
        .filter(running -> running.overdue(transaction.now()))
        .ifPresent(running -> tell(transaction, subject, running));
  }

  private void tell(LedgerTransaction transaction, Case subject, SlaTimer timer) {
    timers.miss(transaction.tenant(), subject.id(), transaction.now());
    var told =
        Json.object()
            .put("queue", timer.queue())
            .put("transition", timer.transition())
            .put("since", timer.since().toString())
            .put("due_at", timer.dueAt().toString())
            .build();
    transaction.record("case.sla_missed", "case", subject.id().toString(), subject.id(), told);
    reactions.tell(transaction, subject, NewEvents.What.of(CaseEvent.Kind.SLA_MISSED, told));
  }
}
