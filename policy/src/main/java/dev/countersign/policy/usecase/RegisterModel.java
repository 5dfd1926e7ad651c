package dev.countersign.policy.usecase;

import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.Model;
import dev.countersign.policy.store.PolicyStore;

/// Enters a model into the tenant's registry, or replaces what was said of it.
///
/// MUST be called in a transaction opened to change rules.
public final class RegisterModel {
  private final PolicyStore store;

  public RegisterModel(PolicyStore store) {
    this.store = store;
  }

  public void in(TenantTransaction transaction, Model model) {
    store.put(transaction, model);
    transaction.raise(Counter.POLICIES);
  }
}
