package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import java.util.Optional;
import java.util.UUID;

/// A person lets a case go on that a rule holds. No rule reacts to that, so what was released stays
/// so until something else happens.
public final class ReleaseCase {
  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final DefinitionStore definitions = new DefinitionStore();
  private final NewEvents events = new NewEvents();

  public ReleaseCase(Ledger ledger) {
    this.ledger = ledger;
  }

  /// @param caseVersion the version that he saw
  public record Request(long caseVersion, String reason) {}

  /// Reads `{case_version, reason}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    long version = fields.integer("case_version", 1, JsonNumber.LARGEST_INTEGER);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Request(version, reason);
  }

  /// The answer is the case.
  public Recorded release(Call call, UUID caseId, Request request) {
    return ledger.transact(
        call,
        new Attempt("case.released", "case", caseId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> release(transaction, caseId, request));
  }

  private JsonObject release(LedgerTransaction transaction, UUID caseId, Request request) {
    var tenant = transaction.tenant();
    var subject =
        cases
            .lock(tenant, caseId)
            .orElseThrow(() -> new Refusal.NotFound("case", caseId.toString()));
    if (subject.version() != request.caseVersion()) {
      throw new Refusal.Conflict(
          "stale_case",
          "case `%s` is %s at version %d, not %d"
              .formatted(caseId, subject.state().word(), subject.version(), request.caseVersion()));
    }
    var definition =
        definitions.version(tenant, subject.workflow(), subject.workflowVersion()).orElseThrow();
    var released = subject.released(definition);
    cases.move(tenant, released);
    transaction.record(
        "case.released",
        "case",
        caseId.toString(),
        caseId,
        Json.object()
            .put("queue", released.queue())
            .put("version", released.version())
            .put("held_by", subject.hold().map(hold -> Json.of(hold.by())))
            .put("reason", request.reason())
            .build());
    events.append(
        transaction,
        caseId,
        NewEvents.What.of(
            CaseEvent.Kind.RELEASED, Json.object().put("version", released.version()).build()));
    return released.json();
  }
}
