package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.CaseStore.Locked;
import dev.countersign.workflow.store.DefinitionStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A person says that the facts of a running case are others than those that it was opened with.
///
/// What was proposed or approved was so about the facts of before, and ends. Who corrects has had a
/// hand in the case from then on. Log and events name the attributes that changed and never say
/// what they were or are; the values of before stay in nothing but what proposals kept.
public final class CorrectCase {
  private static final int LONGEST_REASON = 500;

  /// As many as a workflow may list; each is named in the entry.
  private static final int MOST_ATTRIBUTES = 100;

  private final Ledger ledger;
  private final CaseStore cases = new CaseStore();
  private final DefinitionStore definitions = new DefinitionStore();
  private final Agreed agreed = new Agreed();
  private final Ending ending;
  private final Reactions reactions;

  public CorrectCase(Ledger ledger, TrustScopes scopes, Reactions reactions) {
    this.ledger = ledger;
    this.ending = new Ending(scopes);
    this.reactions = reactions;
  }

  /// @param caseVersion the version of the case that he saw
  /// @param attributes those that are to be set; null for those that are to go
  public record Request(long caseVersion, JsonObject attributes, String reason) {}

  /// Reads `{case_version, attributes, reason}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body) {
    var fields = Fields.of(body);
    long caseVersion = fields.integer("case_version", 1, JsonNumber.LARGEST_INTEGER);
    var attributes = Case.kept(fields, "attributes");
    if (fields.any("attributes").orElse(Json.NULL).equals(Json.NULL)) {
      fields.problem("attributes", "missing", "is required");
    }
    if (attributes.members().size() > MOST_ATTRIBUTES) {
      fields.problem("attributes", "too_many", "must have at most " + MOST_ATTRIBUTES + " members");
    }
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return new Request(caseVersion, attributes, reason);
  }

  /// The answer is the case, as rules left it.
  public Recorded correct(Call call, UUID caseId, Request request) {
    return ledger.transact(
        call,
        new Attempt("case.corrected", "case", caseId.toString(), Optional.of(caseId)),
        Rules.APPLY,
        transaction -> correct(transaction, caseId, request));
  }

  private JsonObject correct(LedgerTransaction transaction, UUID caseId, Request request) {
    var tenant = transaction.tenant();
    var locked =
        cases
            .lockWhole(tenant, caseId)
            .orElseThrow(() -> new Refusal.NotFound("case", caseId.toString()));
    agreed.refuse(transaction, locked.subject());
    var corrected = corrected(transaction, locked, request);
    var changed = Json.strings(changed(locked.subject(), request.attributes()));
    cases.correct(tenant, corrected, transaction.principal().actor());
    transaction.record(
        "case.corrected",
        "case",
        caseId.toString(),
        caseId,
        Json.object()
            .put("case_id", caseId.toString())
            .put("attributes", changed)
            .put("version", corrected.version())
            .put("reason", request.reason())
            .build());
    ending.supersede(transaction, ending.waiting(transaction, caseId), "case_corrected");
    var told = Json.object().put("attributes", changed).put("version", corrected.version()).build();
    return reactions
        .tell(transaction, corrected, NewEvents.What.of(CaseEvent.Kind.CORRECTED, told))
        .json();
  }

  /// The case with its new facts, if they are of its own version of the workflow.
  private Case corrected(LedgerTransaction transaction, Locked locked, Request request) {
    var subject = locked.subject();
    if (subject.version() != request.caseVersion()) {
      throw new Refusal.Conflict(
          "stale_case",
          "case `%s` is %s at version %d, not %d"
              .formatted(
                  subject.id(), subject.state().word(), subject.version(), request.caseVersion()));
    }
    subject.refuseEnded();
    var corrected = subject.corrected(fitting(transaction, subject, request.attributes()));
    if (changed(subject, request.attributes()).isEmpty()) {
      throw new Refusal.Conflict(
          "nothing_to_change", "case `%s` has these attributes".formatted(subject.id()));
    }
    locked
        .busyWith()
        .ifPresent(execution -> {
          // What another system does, or takes back, was asked for about the facts of before.
          throw new Refusal.Conflict(
              "case_busy", "execution `" + execution + "` of this case is not finished");
        });
    return corrected;
  }

  private JsonObject fitting(LedgerTransaction transaction, Case subject, JsonObject given) {
    var asked = subject.attributes();
    var facts = subject.attributes();
    for (var each : given.members().entrySet()) {
      asked = asked.with(each.getKey(), each.getValue());
      facts =
          each.getValue().equals(Json.NULL)
              ? facts.without(each.getKey())
              : facts.with(each.getKey(), each.getValue());
    }
    // Asked with what is to go as well, so that a name that is none is told.
    var objections =
        definitions
            .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
            .orElseThrow()
            .objections(asked, "/attributes");
    if (!objections.isEmpty()) {
      throw new Refusal.Invalid(objections);
    }
    if (!Case.fits(facts)) {
      throw new Refusal.Invalid(
          List.of(
              new Violation(
                  "/attributes", "too_large", "must have at most 16 KiB with those of the case")));
    }
    return facts;
  }

  /// The names of those that differ, in their order.
  private static List<String> changed(Case before, JsonObject given) {
    return given.members().entrySet().stream()
        .filter(each ->
            !before.attributes().member(each.getKey()).orElse(Json.NULL).equals(each.getValue()))
        .map(each -> each.getKey())
        .sorted()
        .toList();
  }
}
