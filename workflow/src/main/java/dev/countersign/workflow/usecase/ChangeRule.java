package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
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
import dev.countersign.workflow.store.RuleStore;
import dev.countersign.workflow.store.RuleStore.StoredRule;
import java.util.UUID;

/// Changes whether a rule reacts, when, and to what. What it does stays: another action is another
/// rule.
public final class ChangeRule {
  private final Ledger ledger;
  private final Predicates language;
  private final RuleStore rules = new RuleStore();

  /// @param language of conditions
  public ChangeRule(Ledger ledger, Predicates language) {
    this.ledger = ledger;
    this.language = language;
  }

  /// The answer is the rule. Throws `Refusal.Invalid` with all that is wrong with its condition.
  public Recorded change(Call call, UUID id, CaseRule.Change change) {
    change.condition().ifPresent(condition -> CaseRule.check(language, condition));
    return ledger.transact(
        call,
        new Attempt("rule.changed", "rule", id.toString()),
        Rules.CHANGE,
        transaction -> change(transaction, id, change));
  }

  private JsonObject change(LedgerTransaction transaction, UUID id, CaseRule.Change change) {
    var stored =
        rules
            .read(transaction.tenant(), id)
            .orElseThrow(() -> new Refusal.NotFound("rule", id.toString()));
    var rule = stored.rule();
    if (rule.version() != change.version()) {
      throw new Refusal.Conflict(
          "stale_rule",
          "rule `%s` is at version %d, not %d".formatted(id, rule.version(), change.version()));
    }
    var by = transaction.principal().actor();
    var changed = rule.changed(change, by, transaction.now());
    CreateRule.refuseMany(transaction, rules, changed);
    rules.change(transaction.tenant(), changed, by);
    transaction.tenant().raise(Counter.GATES);
    CreateRule.record(transaction, "rule.changed", changed);
    return new StoredRule(
            changed,
            stored.executions(),
            stored.failures(),
            stored.lastResult(),
            stored.lastRunAt())
        .json();
  }
}
