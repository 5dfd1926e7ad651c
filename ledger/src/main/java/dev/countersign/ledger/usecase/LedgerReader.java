package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.IdempotentAnswers.EntryRef;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.EntryBundle;
import dev.countersign.ledger.KeptTiles;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.StoredTiles;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/// Shows what was recorded: entries, their receipts, and the tiles of the log.
///
/// Reads only. Safe for use by many threads; blocks.
public final class LedgerReader {
  /// How long a receipt waits for the checkpoint that covers its entry.
  private static final Duration CHECKPOINT_PATIENCE = Duration.ofSeconds(1);

  private final TenantTransactions transactions;
  private final Checkpoints checkpoints;
  private final String origin;
  private final ContentKeys keys;
  private final KeptTiles tiles = new KeptTiles();

  public LedgerReader(
      TenantTransactions transactions, Checkpoints checkpoints, String origin, ContentKeys keys) {
    this.transactions = transactions;
    this.checkpoints = checkpoints;
    this.origin = origin;
    this.keys = keys;
  }

  /// Seals and opens content.
  Sealing sealing() {
    return keys.sealing();
  }

  /// An entry of the principal's tenant with its index, salt and leaf hash; without salt and entry,
  /// but with when and why, if its content is gone.
  public JsonObject entry(Principal principal, long logIndex) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var position = position(transaction, logIndex);
          return position
              .stored()
              .map(stored -> view(stored, origin))
              .orElseGet(() -> erased(logIndex, ProvenEntries.gone(transaction, position)));
        });
  }

  /// The receipt of an entry: a C2SP tlog-proof under the newest checkpoint that covers it. One
  /// whose content has expired keeps its receipt.
  public String receipt(Principal principal, long logIndex) {
    var newest = checkpoints.newest().filter(signed -> signed.checkpoint().size() > logIndex);
    if (newest.isEmpty()) {
      // Whether it is there at all, before waiting for its checkpoint.
      transactions.run(principal, Rules.READ, transaction -> position(transaction, logIndex));
    }
    var signed = newest.orElseGet(() -> covering(logIndex + 1));
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            new Receipt(
                    proven(transaction, position(transaction, logIndex), signed.checkpoint()),
                    signed.note())
                .toString());
  }

  /// Only what verifies is given away: tiles that were kept may be those of a database that is not
  /// there any more.
  private ProvenEntry proven(
      TenantTransaction transaction, EntryStore.Position position, Checkpoint checkpoint) {
    var proven = ProvenEntries.one(transaction, position, checkpoint.size(), tiles);
    if (!proven.provedUnder(checkpoint)) {
      tiles.clear();
      proven = ProvenEntries.one(transaction, position, checkpoint.size(), tiles);
      if (!proven.provedUnder(checkpoint)) {
        tiles.clear();
        throw new MalformedLedgerData(
            "entry "
                + position.logIndex()
                + " does not lead to the root that was signed: run `countersign ledger fsck`");
      }
    }
    return proven;
  }

  /// The principal, after a transaction found that his credentials are current.
  public Principal verified(Principal principal) {
    return transactions.run(principal, Rules.READ, _ -> principal);
  }

  /// The first `width` hashes of a tile of the log, concatenated; empty if the log does not reach
  /// that far yet.
  public Optional<byte[]> tile(TilePath.Hashes path) {
    return published(
        TilePath.width(path.level(), path.index(), size()) >= path.width(),
        tiles -> tiles.tile(path.level(), path.index(), path.width()));
  }

  /// The bundle of leaf data of a range of the log; empty if the log does not reach that far yet.
  public Optional<byte[]> bundle(TilePath.Entries path) {
    long from = path.index() * TilePath.FULL;
    return published(
        size() >= from + path.width(),
        tiles -> {
          try {
            return EntryBundle.bytes(tiles.commitments(from, from + path.width()));
          } catch (SQLException e) {
            throw DatabaseFailure.of(e);
          }
        });
  }

  /// Only what a signed checkpoint covers is served: what is beyond could still be a surprise.
  long size() {
    return checkpoints.newest().map(signed -> signed.checkpoint().size()).orElse(0L);
  }

  private Optional<byte[]> published(boolean covered, Function<StoredTiles, byte[]> read) {
    return covered
        ? Optional.of(
            transactions.open(handle -> read.apply(new StoredTiles(handle.getConnection()))))
        : Optional.empty();
  }

  /// The newest checkpoint, once it covers so many entries.
  CheckpointSigner.Signed covering(long size) {
    return covering(size, CHECKPOINT_PATIENCE);
  }

  CheckpointSigner.Signed covering(long size, Duration patience) {
    try {
      return checkpoints.covering(size, patience).orElseThrow(LedgerFailure.Uncovered::new);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerFailure.Uncovered();
    }
  }

  /// The ticket of an entry, or empty if it has no index yet.
  Optional<Ticket> ticket(TenantTransaction transaction, EntryRef entry) {
    return EntryStore.of(transaction, keys.sealing(), entry.correlationId(), entry.id())
        .map(stored -> ticket(entry.id(), stored));
  }

  Ticket ticket(UUID id, EntryStore.Stored stored) {
    return new Ticket(id, stored.logIndex(), stored.leafHash(), stored.salt(), origin);
  }

  private EntryStore.Position position(TenantTransaction transaction, long logIndex) {
    return EntryStore.position(transaction, keys.sealing(), logIndex)
        .orElseThrow(() -> absent(logIndex));
  }

  private static Refusal.NotFound absent(long logIndex) {
    return new Refusal.NotFound("entry", Long.toString(logIndex));
  }

  private JsonObject erased(long logIndex, Disclosure.Erased erased) {
    return Json.object()
        .put("log_index", logIndex)
        .put("leaf_hash", erased.leafHash().hex())
        .put("origin", origin)
        .put(
            "erased",
            Json.object()
                .put("time", erased.time().toString())
                .put("reason", erased.reason())
                .build())
        .build();
  }

  static JsonObject view(EntryStore.Stored stored, String origin) {
    return Json.object()
        .put("log_index", stored.logIndex())
        .put("leaf_hash", stored.leafHash().hex())
        .put("salt", stored.salt().hex())
        .put("origin", origin)
        .put("entry", stored.json())
        .build();
  }
}
