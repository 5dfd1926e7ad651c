package dev.countersign.policy.store;

import dev.countersign.kernel.store.Schema;

/// The room's part of the database.
public final class PolicySchema {
  public static final Schema SCHEMA = new Schema("policy");

  private PolicySchema() {}
}
