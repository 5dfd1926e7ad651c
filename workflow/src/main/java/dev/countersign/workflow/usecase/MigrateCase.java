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
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.SlaStore;
import java.util.Optional;
import java.util.UUID;

/// Puts a running case under another version of its workflow, because somebody says so; otherwise a
/// case keeps the one that it was opened with.
///
/// What was proposed or approved was so under the old version, and ends. The case stays in its
/// queue since when it came there, and on hold if it is.
public final class MigrateCase {
  private static final int LONGEST_REASON = 500;

  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final DefinitionStore definitions = new DefinitionStore();
  private final SlaStore timers = new SlaStore();
  private final SlaTimers slas = new SlaTimers();
  private final NewEvents events = new NewEvents();
  private final Ending ending;

  public MigrateCase(Ledger ledger, TrustScopes scopes) {
    this.ledger = ledger;
    this.ending = new Ending(scopes);
  }

  /// @param workflowVersion the version that is to be
  /// @param caseVersion the version of the case that he saw
  public record Request(int workflowVersion, long caseVersion, String reason) {}

  /// Reads `{workflow_version, case_version, reason}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    int workflowVersion = (int) fields.integer("workflow_version", 1, Integer.MAX_VALUE);
    long caseVersion = fields.integer("case_version", 1, JsonNumber.LARGEST_INTEGER);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Request(workflowVersion, caseVersion, reason);
  }

  /// The answer is the case.
  public Recorded migrate(Call call, UUID caseId, Request request) {
    return ledger.transact(
        call,
        new Attempt("case.migrated", "case", caseId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> migrate(transaction, caseId, request));
  }

  private JsonObject migrate(LedgerTransaction transaction, UUID caseId, Request request) {
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
    var definition = fitting(transaction, subject, request);
    var migrated = subject.migrated(definition);
    cases.migrate(tenant, migrated);
    record(transaction, subject, migrated, request);
    ending.supersede(transaction, ending.waiting(transaction, caseId), "case_migrated");
    var since = timers.read(tenant, caseId).map(timer -> timer.since()).orElse(transaction.now());
    slas.restart(transaction, migrated, definition, since);
    events.append(
        transaction,
        caseId,
        NewEvents.What.of(CaseEvent.Kind.MIGRATED, versions(subject, migrated)));
    return migrated.json();
  }

  /// The other version, if the case has a place in it.
  private WorkflowDefinition fitting(LedgerTransaction transaction, Case subject, Request request) {
    var definition =
        definitions
            .version(transaction.tenant(), subject.workflow(), request.workflowVersion())
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "unknown_version",
                    "the workflow `%s` has no version %d"
                        .formatted(subject.workflow(), request.workflowVersion())));
    if (subject.workflowVersion() == definition.version()) {
      throw new Refusal.Conflict(
          "nothing_to_migrate", "case `%s` has that version".formatted(subject.id()));
    }
    if (definition.queue(subject.queue()).isEmpty()) {
      throw new Refusal.Conflict(
          "unknown_queue",
          "version %d of `%s` has no queue `%s`"
              .formatted(definition.version(), subject.workflow(), subject.queue()));
    }
    var objections = definition.objections(subject.attributes(), "attributes");
    if (!objections.isEmpty()) {
      throw new Refusal.Conflict(
          "attributes_do_not_fit",
          "the attributes of case `%s` are none of version %d"
              .formatted(subject.id(), definition.version()),
          objections);
    }
    return definition;
  }

  private static JsonObject versions(Case before, Case after) {
    return Json.object()
        .put("from_workflow_version", before.workflowVersion())
        .put("workflow_version", after.workflowVersion())
        .put("version", after.version())
        .build();
  }

  private static void record(
      LedgerTransaction transaction, Case before, Case after, Request request) {
    transaction.record(
        "case.migrated",
        "case",
        after.id().toString(),
        after.id(),
        versions(before, after)
            .with("queue", Json.of(after.queue()))
            .with("state", Json.of(after.state().word()))
            .with("reason", Json.of(request.reason())));
  }
}
