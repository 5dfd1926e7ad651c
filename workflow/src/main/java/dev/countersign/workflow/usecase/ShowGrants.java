package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.store.PreGrantStore;

/// Shows what people agreed to beforehand.
public final class ShowGrants {
  private final TenantTransactions transactions;
  private final PreGrantStore grants = new PreGrantStore();

  public ShowGrants(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  /// Newest first, those that are over too.
  public JsonObject list(Principal principal, Page page) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            page.json(
                "grants",
                grants.page(transaction, page.before(), page.toRead()),
                PreGrant::json,
                PreGrant::id));
  }
}
