package dev.countersign.policy.usecase;

import dev.countersign.kernel.store.Generation.Counter;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.store.PolicyStore;

/// Enters an operation into the tenant's registry.
///
/// MUST be called in a transaction opened to change rules.
public final class RegisterOperation {
  private final PolicyStore store;

  public RegisterOperation(PolicyStore store) {
    this.store = store;
  }

  /// Throws IllegalArgumentException for a name that no check could carry.
  public void in(TenantTransaction transaction, String name) {
    if (name.isEmpty() || name.length() > CheckRequest.LONGEST_OPERATION) {
      throw new IllegalArgumentException("an operation's name is empty or too long");
    }
    store.putOperation(transaction, name);
    transaction.raise(Counter.POLICIES);
  }
}
