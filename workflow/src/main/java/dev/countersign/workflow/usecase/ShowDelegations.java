package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Delegation;
import dev.countersign.workflow.store.DelegationStore;
import java.time.Clock;

/// Shows who decides for whom: to everybody who sees approvals, because it says who may be asked.
public final class ShowDelegations {
  private final TenantTransactions transactions;
  private final Clock clock;
  private final DelegationStore delegations = new DelegationStore();

  public ShowDelegations(TenantTransactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /// Newest first, those that are over too.
  public JsonObject list(Principal principal, Page page) {
    var now = clock.instant();
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            page.json(
                "delegations",
                delegations.page(transaction, page.before(), page.toRead()),
                delegation -> delegation.json(now),
                Delegation::id));
  }
}
