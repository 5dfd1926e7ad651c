package dev.countersign.identity.usecase;

import dev.countersign.identity.KeyUsage;
import dev.countersign.identity.store.KeyUsageStore;
import dev.countersign.kernel.store.DatabaseFailure;

/// Writes down how often keys were used, for all keys in one statement. What cannot be written now
/// is kept for the next time; only a node that dies loses what it counted since the last one.
public final class RecordKeyUsage {
  private final KeyUsage usage;
  private final KeyUsageStore store;

  public RecordKeyUsage(KeyUsage usage, KeyUsageStore store) {
    this.usage = usage;
    this.store = store;
  }

  /// Throws [DatabaseFailure] if nothing could be written; nothing is lost then.
  public void flush() {
    var counted = usage.take();
    if (counted.isEmpty()) {
      return;
    }
    try {
      store.add(counted);
    } catch (DatabaseFailure failure) {
      usage.putBack(counted);
      throw failure;
    }
  }
}
