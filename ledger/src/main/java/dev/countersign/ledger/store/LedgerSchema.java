package dev.countersign.ledger.store;

import dev.countersign.kernel.store.Schema;

/// The ledger's part of the database.
public final class LedgerSchema {
  public static final Schema SCHEMA = new Schema("ledger");

  private LedgerSchema() {}
}
