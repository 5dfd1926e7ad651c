package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Predicates;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.DefinitionStore;

/// Adds a workflow, or the next version of one.
///
/// Its gates are closed until somebody authorizes each; a version that changes a transition finds
/// that transition's gate closed again. Cases that run keep their version.
public final class DefineWorkflow {
  private final Ledger ledger;
  private final Predicates language;
  private final DefinitionStore definitions = new DefinitionStore();

  /// @param language of guards
  public DefineWorkflow(Ledger ledger, Predicates language) {
    this.ledger = ledger;
    this.language = language;
  }

  /// Reads `{definition}`; throws `Refusal.Invalid` with every problem.
  public static WorkflowDefinition parse(Json body) {
    var fields = Fields.of(body);
    var definition = fields.object("definition");
    fields.done();
    return WorkflowDefinition.parse(definition, 1);
  }

  /// The answer is the definition with its version. Throws `Refusal.Invalid` with all that is wrong
  /// with its guards, or of the roles that it names and that no key can be given.
  public Recorded define(Call call, WorkflowDefinition definition) {
    definition.check(language);
    HeldRoles.check(definition);
    // Exclusive, so that two versions are not given the same number.
    return ledger.transact(
        call,
        new Attempt("workflow.defined", "workflow", definition.key()),
        Rules.CHANGE,
        transaction -> define(transaction, definition));
  }

  /// MUST be called under the exclusive lock of rules, with a definition whose guards were checked.
  JsonObject define(LedgerTransaction transaction, WorkflowDefinition definition) {
    int version =
        definitions
                .latest(transaction.tenant(), definition.key())
                .map(latest -> latest.definition().version())
                .orElse(0)
            + 1;
    var numbered = definition.numbered(version);
    var by = transaction.principal().actor();
    definitions.add(transaction.tenant(), numbered, by, transaction.now());
    transaction.record(
        "workflow.defined",
        "workflow",
        definition.key(),
        transaction.newId(),
        Json.object()
            .put("version", version)
            .put("digest", Digest.ofCanonical(numbered.json()).hex())
            .build());
    return view(new DefinitionStore.StoredDefinition(numbered, by, transaction.now()));
  }

  static JsonObject view(DefinitionStore.StoredDefinition stored) {
    return Json.object()
        .put("workflow", stored.definition().key())
        .put("version", stored.definition().version())
        .put("definition", stored.definition().json())
        .put("defined_by", stored.by())
        .put("defined_at", stored.at().toString())
        .build();
  }
}
