package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.store.CaseStore;
import java.util.UUID;

/// Shows the cases.
public final class ShowCases {
  private final TenantTransactions transactions;
  private final CaseStore cases = new CaseStore();

  public ShowCases(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  public JsonObject one(Principal principal, UUID id) {
    return transactions
        .run(principal, Rules.READ, transaction -> cases.read(transaction, id))
        .map(Case::json)
        .orElseThrow(() -> new Refusal.NotFound("case", id.toString()));
  }

  /// Newest first.
  public JsonObject list(Principal principal, CaseStore.Filter filter, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> cases.page(transaction, filter, page.before(), page.toRead()));
    return page.json("cases", found, Case::json, Case::id);
  }
}
