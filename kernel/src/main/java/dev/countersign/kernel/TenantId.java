package dev.countersign.kernel;

import java.util.UUID;

/// A tenant: whose data it is. Rows of two tenants never meet in one transaction of the
/// application.
public record TenantId(UUID value) implements Comparable<TenantId> {

  @Override
  public int compareTo(TenantId other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
