package dev.countersign.trust.usecase;

import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.StageChange;
import java.util.List;
import java.util.UUID;

/// The changes that one event made to one scope's stage, in their order; mostly none.
///
/// Here alone is written what the ledger says of them, so a scope has one name in the log whoever
/// moved it: its id, which the routes know, with what it stands for in `scope`.
public record StageMoves(UUID scopeId, ScopeKey key, List<StageChange> changes) {

  public StageMoves {
    changes = List.copyOf(changes);
  }

  /// Writes an entry for each change; MUST run in the transaction that made them.
  public void record(LedgerTransaction transaction, UUID correlationId) {
    for (var change : changes) {
      transaction.record(
          change.entryType(),
          "trust_scope",
          scopeId.toString(),
          correlationId,
          change.toJson().with("scope", key.toJson()));
    }
  }
}
