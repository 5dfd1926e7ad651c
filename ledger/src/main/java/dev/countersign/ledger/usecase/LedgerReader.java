package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.IdempotentAnswers.EntryRef;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.StoredTiles;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Shows what was recorded: entries, receipts, and a tenant's export with its proofs.
///
/// Reads only. Safe for use by many threads; blocks.
public final class LedgerReader {
  /// How long a receipt waits for the checkpoint that covers its entry.
  private static final Duration CHECKPOINT_PATIENCE = Duration.ofSeconds(1);

  /// Entries of an export read in one transaction: no snapshot stays open for long.
  private static final int EXPORT_PAGE = 500;

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
  public String receipt(Principal principal, long logIndex) throws InterruptedException {
    var stored =
        transactions.run(principal, Rules.READ, transaction -> stored(transaction, logIndex));
    var signed =
        signer
            .covering(logIndex + 1, CHECKPOINT_PATIENCE)
            .orElseThrow(LedgerFailure.Unsettled::new);
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

  /// Streams a tenant's whole chain as JSON Lines: header, entries with proofs, and a count under
  /// the newest checkpoint, so that an omission shows. Works in pages; a line at a time is handed
  /// on.
  public void export(Principal principal, Consumer<String> line) throws InterruptedException {
    var signed = signer.covering(1, CHECKPOINT_PATIENCE).orElseThrow(LedgerFailure.Unsettled::new);
    long size = signed.checkpoint().size();
    line.accept(new Export.Header(principal.tenant(), origin, null, null).line());
    long from = 0;
    long count = 0;
    while (true) {
      long start = from;
      List<ProvenEntry> page =
          transactions.run(
              principal, Rules.READ, transaction -> exportPage(transaction, start, size));
      page.forEach(entry -> line.accept(Export.line(entry)));
      count += page.size();
      if (page.size() < EXPORT_PAGE) {
        break;
      }
      from = page.getLast().index() + 1;
    }
    line.accept(new Export.Footer(count, signed.note(), count, null, null).line());
  }

  private static List<ProvenEntry> exportPage(TenantTransaction transaction, long from, long size) {
    var proofs = tiles(transaction, size);
    return EntryStore.page(transaction, from, size, EXPORT_PAGE).stream()
        .map(stored -> proven(stored, proofs, size))
        .toList();
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
