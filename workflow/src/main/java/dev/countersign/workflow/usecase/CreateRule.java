package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Predicates;
import dev.countersign.workflow.CaseRule;
import dev.countersign.workflow.RuleAction;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.RuleStore;
import java.util.Optional;
import java.util.UUID;

/// Writes a rule. Once it is answered, every event finds it.
public final class CreateRule {
  private final Ledger ledger;
  private final Predicates language;
  private final RuleStore rules = new RuleStore();
  private final DefinitionStore definitions = new DefinitionStore();

  /// @param language of conditions
  public CreateRule(Ledger ledger, Predicates language) {
    this.ledger = ledger;
    this.language = language;
  }

  /// The answer is the rule. Throws `Refusal.Invalid` with all that is wrong with its condition.
  public Recorded create(Call call, CaseRule.Draft draft) {
    CaseRule.check(language, draft.condition());
    if (draft.action() instanceof RuleAction.OpenTask(var template, var _)) {
      HeldRoles.check(template, "/action");
    }
    return ledger.transact(
        call,
        new Attempt("rule.created", "rule", draft.trigger().workflow().orElse("*")),
        Rules.CHANGE,
        transaction -> create(transaction, draft));
  }

  private JsonObject create(LedgerTransaction transaction, CaseRule.Draft draft) {
    refuseUnknown(transaction, draft);
    if (rules.count(transaction.tenant()) >= CaseRule.MOST) {
      throw new Refusal.Conflict(
          "too_many_rules", "a tenant has at most " + CaseRule.MOST + " rules");
    }
    var by = transaction.principal().actor();
    var rule =
        new CaseRule(
            transaction.newId(),
            1,
            draft.title(),
            draft.trigger(),
            draft.condition(),
            draft.action(),
            draft.priority(),
            draft.enabled(),
            by,
            by,
            transaction.now(),
            transaction.now());
    refuseMany(transaction, rules, rule);
    rules.add(transaction.tenant(), rule);
    transaction.tenant().raise(Counter.GATES);
    record(transaction, "rule.created", rule);
    return new RuleStore.StoredRule(rule, 0, 0, Optional.empty(), Optional.empty()).json();
  }

  /// What a rule proposes is a transition of its workflow.
  private void refuseUnknown(LedgerTransaction transaction, CaseRule.Draft draft) {
    var workflow = draft.trigger().workflow();
    if (workflow.isEmpty()) {
      return;
    }
    WorkflowDefinition definition =
        definitions
            .latest(transaction.tenant(), workflow.get())
            .orElseThrow(() -> new Refusal.NotFound("workflow", workflow.get()))
            .definition();
    if (draft.action() instanceof RuleAction.Propose(var action)
        && definition.transition(action.type()).isEmpty()) {
      throw new Refusal.Conflict(
          "undefined_transition",
          "the workflow `%s` defines no `%s`".formatted(workflow.get(), action.type()));
    }
  }

  /// As many as react to one event at most, whatever workflow they are for.
  static void refuseMany(LedgerTransaction transaction, RuleStore rules, CaseRule rule) {
    if (!rule.enabled()) {
      return;
    }
    for (var type : rule.trigger().on()) {
      if (rules.reacting(transaction.tenant(), type, rule.id()) >= CaseRule.MOST_FOR_ONE_TYPE) {
        throw new Refusal.Conflict(
            "too_many_rules",
            "at most %d rules react to `%s`".formatted(CaseRule.MOST_FOR_ONE_TYPE, type));
      }
    }
  }

  /// Texts are bound by their digest.
  static void record(LedgerTransaction transaction, String entry, CaseRule rule) {
    UUID id = rule.id();
    transaction.record(
        entry,
        "rule",
        id.toString(),
        id,
        Json.object()
            .put("version", rule.version())
            .put("workflow", rule.trigger().workflow().map(Json::of))
            .put("on", Json.strings(rule.trigger().on()))
            .put("action", rule.action().kind())
            .put("priority", rule.priority())
            .put("enabled", rule.enabled())
            .put("digest", Digest.ofCanonical(rule.json()).hex())
            .build());
  }
}
