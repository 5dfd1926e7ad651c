package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.workflow.Freeze;
import dev.countersign.workflow.store.FreezeStore;

/// Shows the freezes, newest first, those that were lifted too.
public final class ShowFreezes {
  private final TenantTransactions transactions;
  private final FreezeStore freezes = new FreezeStore();

  public ShowFreezes(TenantTransactions transactions) {
    this.transactions = transactions;
  }

  /// Those of everything everywhere that the caller's tenant, the platform's, set.
  public JsonObject listEverywhere(Principal principal, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> freezes.pageEverywhere(transaction, page.before(), page.toRead()));
    return page.json("freezes", found, Freeze::json, Freeze::id);
  }

  public JsonObject list(Principal principal, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> freezes.page(transaction, page.before(), page.toRead()));
    return page.json("freezes", found, Freeze::json, Freeze::id);
  }
}
