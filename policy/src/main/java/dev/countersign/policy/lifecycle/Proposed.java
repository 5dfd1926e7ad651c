package dev.countersign.policy.lifecycle;

import dev.countersign.policy.PolicyOverride;
import dev.countersign.policy.TenantValues;
import java.util.List;

/// What somebody wants to put into force.
public sealed interface Proposed {

  /// A version instead of the one that is in force; an older one is a roll back.
  record Activation(int version) implements Proposed {}

  /// The tenant's overrides, all of them; those that are not named end.
  record Overrides(List<PolicyOverride> overrides) implements Proposed {
    /// A tenant that changes more of a set should draft one of his own.
    public static final int MOST = 1_000;

    public Overrides {
      overrides = List.copyOf(overrides);
      if (overrides.size() > MOST) {
        throw new IllegalArgumentException("a tenant has at most " + MOST + " overrides");
      }
    }
  }

  /// The tenant's values, all of them.
  record Values(TenantValues values) implements Proposed {}

  /// The kind's word in JSON and in the database.
  default String kind() {
    return switch (this) {
      case Activation(int _) -> "activation";
      case Overrides(var _) -> "overrides";
      case Values(var _) -> "values";
    };
  }
}
