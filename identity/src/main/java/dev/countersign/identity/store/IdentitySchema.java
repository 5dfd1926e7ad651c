package dev.countersign.identity.store;

import dev.countersign.kernel.store.Schema;

/// Identity's part of the database.
public final class IdentitySchema {
  public static final Schema SCHEMA = new Schema("identity");

  private IdentitySchema() {}
}
