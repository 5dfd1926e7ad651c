package dev.countersign.trust.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.Heard;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.StageChange;
import java.util.List;
import java.util.UUID;

/// What one scope heard, mostly one event, and the changes that it made to the scope's stage,
/// mostly none; each in their order.
///
/// Here alone is written what the ledger says of them, so a scope has one name in the log whoever
/// moved it: its id, which the routes know, with what it stands for in `scope`.
///
/// @param earned by what evidence it was promoted, for each promotion by a test
public record StageMoves(
    UUID scopeId, ScopeKey key, List<Heard> heard, List<Moved> moved, List<EarnedStage> earned) {

  public StageMoves {
    heard = List.copyOf(heard);
    moved = List.copyOf(moved);
    earned = List.copyOf(earned);
  }

  /// @param heard which of all that was heard made the change, from 0
  public record Moved(StageChange change, int heard) {}

  /// The entry that tells of something heard, and the governed action that it is about.
  public record Told(UUID entry, UUID correlationId) {}

  public List<StageChange> changes() {
    return moved.stream().map(Moved::change).toList();
  }

  /// Says in the log what was heard, in the entry that tells of it, and writes an entry for each
  /// change; MUST run in the transaction that made them.
  public void record(LedgerTransaction transaction, UUID correlationId) {
    record(transaction, correlationId, List.of());
  }

  /// The same where entries before the latest one tell of what was heard first.
  ///
  /// @param before for each of these its entry
  public void record(LedgerTransaction transaction, UUID correlationId, List<UUID> before) {
    for (int i = 0; i < heard.size(); i++) {
      var said = heard.get(i).toJson();
      if (i < before.size()) {
        transaction.evidence(before.get(i), said);
      } else {
        transaction.evidence(said);
      }
    }
    changes().forEach(change -> record(transaction, correlationId, change));
  }

  /// The same of what was heard of several governed actions.
  ///
  /// @param told for each that was heard
  public void record(LedgerTransaction transaction, List<Told> told) {
    for (int i = 0; i < heard.size(); i++) {
      transaction.evidence(told.get(i).entry(), heard.get(i).toJson());
    }
    for (var each : moved) {
      record(transaction, told.get(each.heard()).correlationId(), each.change());
    }
  }

  private void record(LedgerTransaction transaction, UUID correlationId, StageChange change) {
    transaction.record(
        change.entryType(), "trust_scope", scopeId.toString(), correlationId, details(change));
  }

  private JsonObject details(StageChange change) {
    var details = change.toJson().with("scope", key.toJson());
    var by = earned.stream().filter(one -> one.tellsOf(change.to(), change.at())).findFirst();
    return change.promotion()
        ? details.with("earned", by.<Json>map(EarnedStage::toJson).orElse(Json.NULL))
        : details;
  }
}
