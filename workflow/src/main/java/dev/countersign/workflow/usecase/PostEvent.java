package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.EventStore;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Somebody tells what happened to a case, whatever state it is in. The entry binds the data by its
/// digest; they stand in the event alone.
public final class PostEvent {
  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final EventStore events = new EventStore();
  private final NewEvents created = new NewEvents();
  private final Reactions reactions;

  public PostEvent(Ledger ledger, Reactions reactions) {
    this.ledger = ledger;
    this.reactions = reactions;
  }

  /// What is told.
  public record Request(CaseEvent.Told told, Optional<Instant> occurredAt) {}

  /// Reads `{type, data?, occurred_at?}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var told = CaseEvent.Told.read(fields);
    var occurredAt = profile.occurredAt(fields);
    fields.done();
    return new Request(told, occurredAt);
  }

  /// The answer is the event.
  public Recorded post(Call call, UUID caseId, Request request) {
    return ledger.transact(
        call,
        new Attempt("event.posted", "case", caseId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> post(transaction, caseId, request));
  }

  private JsonObject post(LedgerTransaction transaction, UUID caseId, Request request) {
    var subject =
        cases
            .lock(transaction.tenant(), caseId)
            .orElseThrow(() -> new Refusal.NotFound("case", caseId.toString()));
    long number = events.next(transaction.tenant(), caseId);
    if (number > CaseEvent.MOST_POSTED) {
      throw new Refusal.Conflict(
          "too_many_events", "a case has at most " + CaseEvent.MOST_POSTED + " events");
    }
    var told = request.told();
    var event =
        created.append(
            transaction,
            caseId,
            new NewEvents.What(told.type(), told.data(), request.occurredAt(), 0));
    transaction.record(
        "event.posted",
        "case_event",
        event.id().toString(),
        caseId,
        Json.object()
            .put("case_id", caseId.toString())
            .put("number", number)
            .put("type", event.type())
            .put("data_digest", Digest.ofCanonical(event.data()).hex())
            .put("occurred_at", event.occurredAt().map(time -> Json.of(time.toString())))
            .build());
    reactions.react(transaction, subject, event);
    return event.json(number);
  }
}
