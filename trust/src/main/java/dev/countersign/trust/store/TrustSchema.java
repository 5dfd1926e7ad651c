package dev.countersign.trust.store;

import dev.countersign.kernel.store.Schema;

/// The room's part of the database.
public final class TrustSchema {
  public static final Schema SCHEMA = new Schema("trust");

  private TrustSchema() {}
}
