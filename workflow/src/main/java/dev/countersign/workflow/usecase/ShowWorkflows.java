package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.store.DefinitionStore;
import java.util.Optional;

/// Shows the workflows, the latest version of each.
public final class ShowWorkflows {
  private final TenantTransactions transactions;
  private final DefinitionStore definitions = new DefinitionStore();

  public ShowWorkflows(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  public JsonObject one(Principal principal, String key) {
    return transactions
        .run(principal, Rules.READ, transaction -> definitions.latest(transaction, key))
        .map(DefineWorkflow::view)
        .orElseThrow(() -> new Refusal.NotFound("workflow", key));
  }

  /// In the order of keys, because a workflow has no one time.
  ///
  /// @param after the key that the page before ended with
  public JsonObject list(Principal principal, int limit, Optional<String> after) {
    var page = new Page(limit, Optional.empty());
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> definitions.page(transaction, after.orElse(""), page.toRead()));
    var shown = found.subList(0, Math.min(limit, found.size()));
    var answer =
        Json.object()
            .put("workflows", Json.array(shown.stream().map(DefineWorkflow::view).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", shown.getLast().definition().key());
    }
    return answer.build();
  }
}
