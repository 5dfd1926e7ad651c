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
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.EntryBundle;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.StoredTiles;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/// Shows what was recorded: entries, receipts, and a tenant's export with its proofs.
///
/// Reads only. Safe for use by many threads; blocks.
public final class LedgerReader {
  /// How long a receipt waits for the checkpoint that covers its entry.
  private static final Duration CHECKPOINT_PATIENCE = Duration.ofSeconds(1);

  /// Entries of an export read in one transaction: no snapshot stays open for long.
  private static final int EXPORT_PAGE = 500;

  /// Why an entry is gone that nobody erased.
  private static final String EXPIRED = "retention";

  private final TenantTransactions transactions;
  private final CheckpointSigner signer;
  private final String origin;

  public LedgerReader(TenantTransactions transactions, CheckpointSigner signer, String origin) {
    this.transactions = transactions;
    this.signer = signer;
    this.origin = origin;
  }

  /// An entry of the principal's tenant with its index, salt and leaf hash.
  public JsonObject entry(Principal principal, long logIndex) {
    return transactions.run(
        principal, Rules.READ, transaction -> view(stored(transaction, logIndex)));
  }

  /// A page of entries, newest first.
  ///
  /// @param before only entries of a smaller index; the cursor of the page before
  public JsonObject search(
      Principal principal, EntryStore.Filter filter, Optional<Long> before, int limit) {
    List<EntryStore.Stored> found =
        transactions.run(
            principal,
            Rules.READ,
            transaction ->
                EntryStore.search(transaction, filter, before.orElse(Long.MAX_VALUE), limit + 1));
    var page = found.subList(0, Math.min(limit, found.size()));
    var answer = Json.object().put("entries", Json.array(page.stream().map(this::view).toList()));
    if (found.size() > limit) {
      answer.put("next_cursor", Long.toString(page.getLast().logIndex()));
    }
    return answer.build();
  }

  /// The receipt of an entry: a C2SP tlog-proof under the newest checkpoint that covers it.
  public String receipt(Principal principal, long logIndex) {
    var stored =
        transactions.run(principal, Rules.READ, transaction -> stored(transaction, logIndex));
    var signed = covering(logIndex + 1);
    return transactions.run(
        principal,
        Rules.READ,
        transaction ->
            new Receipt(
                    proven(
                        stored,
                        tiles(transaction, signed.checkpoint().size()),
                        signed.checkpoint().size()),
                    signed.note())
                .toString());
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
  private long size() {
    return signer.newest().map(signed -> signed.checkpoint().size()).orElse(0L);
  }

  private Optional<byte[]> published(boolean covered, Function<StoredTiles, byte[]> read) {
    return covered
        ? Optional.of(
            transactions.open(handle -> read.apply(new StoredTiles(handle.getConnection()))))
        : Optional.empty();
  }

  /// Hands on the lines of an export: header, entries with proofs, and the end with the entry that
  /// logged the count. Works in pages, so that no snapshot stays open.
  void export(ExportLedger.Prepared prepared, Consumer<String> line) {
    var principal = prepared.call().principal();
    var signed = covering(prepared.closing() + 1);
    long size = signed.checkpoint().size();
    line.accept(prepared.header().line());
    var from = Optional.of(0L);
    while (from.isPresent()) {
      long start = from.get();
      var page =
          transactions.run(
              principal.tenant(),
              Rules.READ,
              transaction -> exportPage(transaction, start, prepared.closing(), size));
      page.entries().forEach(entry -> line.accept(Export.line(entry)));
      from = page.next();
    }
    var closing =
        transactions.run(
            principal.tenant(),
            Rules.READ,
            transaction ->
                proven(stored(transaction, prepared.closing()), tiles(transaction, size), size));
    line.accept(
        new Export.Footer(prepared.count(), signed.note(), prepared.count(), null, closing).line());
  }

  private CheckpointSigner.Signed covering(long size) {
    try {
      return signer.covering(size, CHECKPOINT_PATIENCE).orElseThrow(LedgerFailure.Uncovered::new);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerFailure.Uncovered();
    }
  }

  private record ExportPage(List<ProvenEntry> entries, Optional<Long> next) {}

  private static ExportPage exportPage(
      TenantTransaction transaction, long from, long before, long size) {
    var tiles = new StoredTiles(transaction.handle().getConnection());
    var proofs = new ProofBuilder(tiles, size);
    var page = EntryStore.page(transaction, from, before, EXPORT_PAGE);
    var entries =
        page.positions().stream()
            .map(position ->
                position
                    .stored()
                    .map(stored -> proven(stored, proofs, size))
                    .orElseGet(() -> gone(position, tiles, proofs, size)))
            .toList();
    return new ExportPage(entries, page.next());
  }

  private static ProvenEntry gone(
      EntryStore.Position position, StoredTiles tiles, ProofBuilder proofs, long size) {
    long index = position.logIndex();
    try {
      var leaf = Leaf.hash(tiles.commitments(index, index + 1).getFirst());
      var day =
          position
              .expired()
              .orElseThrow(() ->
                  new IllegalStateException("entry " + index + " has no content and no reason"));
      return ProvenEntry.of(
          index,
          new Disclosure.Erased(leaf, day.atStartOfDay(ZoneOffset.UTC).toInstant(), EXPIRED),
          proofs.inclusion(index, size).path());
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static ProofBuilder tiles(TenantTransaction transaction, long size) {
    return new ProofBuilder(new StoredTiles(transaction.handle().getConnection()), size);
  }

  private static ProvenEntry proven(EntryStore.Stored stored, ProofBuilder proofs, long size) {
    return ProvenEntry.of(
        stored.logIndex(),
        new Disclosure.Held(stored.salt(), stored.entry()),
        proofs.inclusion(stored.logIndex(), size).path());
  }

  /// The ticket of an entry, or empty if it has no index yet.
  Optional<Ticket> ticket(TenantTransaction transaction, EntryRef entry) {
    return EntryStore.of(transaction, entry.correlationId(), entry.id())
        .map(stored ->
            new Ticket(entry.id(), stored.logIndex(), stored.leafHash(), stored.salt(), origin));
  }

  private static EntryStore.Stored stored(TenantTransaction transaction, long logIndex) {
    return EntryStore.at(transaction, logIndex)
        .orElseThrow(() -> new Refusal.NotFound("entry", Long.toString(logIndex)));
  }

  private JsonObject view(EntryStore.Stored stored) {
    return Json.object()
        .put("log_index", stored.logIndex())
        .put("leaf_hash", stored.leafHash().hex())
        .put("salt", stored.salt().hex())
        .put("origin", origin)
        .put("entry", stored.json())
        .build();
  }
}
