package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.store.RuleRun;
import dev.countersign.workflow.store.RuleRunStore;
import dev.countersign.workflow.store.RuleStore;
import dev.countersign.workflow.store.RuleStore.StoredRule;
import java.util.UUID;

/// Shows the rules.
public final class ShowRules {
  private final TenantTransactions transactions;
  private final RuleStore rules = new RuleStore();
  private final RuleRunStore runs = new RuleRunStore();

  public ShowRules(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  /// Newest first.
  public JsonObject list(Principal principal, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> rules.page(transaction, page.before(), page.toRead()));
    return page.json("rules", found, StoredRule::json, stored -> stored.rule().id());
  }

  /// One with its latest changes and what came of it lately, newest first.
  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            rules
                .read(transaction, id)
                .orElseThrow(() -> new Refusal.NotFound("rule", id.toString()))
                .json()
                .with("history", Json.array(rules.history(transaction, id)))
                .with(
                    "runs",
                    Json.array(runs.latest(transaction, id).stream().map(RuleRun::json).toList())));
  }
}
