package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.KeptTiles;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.EntryStore;
import dev.countersign.ledger.store.StoredTiles;
import java.util.List;
import java.util.Optional;

/// Reads a tenant's entries with what proves them; what is gone with its leaf and the reason.
final class ProvenEntries {
  private ProvenEntries() {}

  /// Entries in the order of the log.
  ///
  /// @param next where the page after this one begins; empty if there is none
  record Page(List<ProvenEntry> entries, Optional<Long> next) {
    Page {
      entries = List.copyOf(entries);
    }
  }

  /// The entries from `from` on and before `before`, at most `limit`, proved in the tree of `size`
  /// leaves.
  static Page page(
      TenantTransaction transaction,
      Sealing sealing,
      long from,
      long before,
      int limit,
      long size) {
    var tiles = StoredTiles.of(transaction);
    var proofs = new ProofBuilder(tiles, size);
    var page = EntryStore.page(transaction, sealing, from, before, limit);
    var entries =
        page.positions().stream().map(position -> proven(position, tiles, proofs, size)).toList();
    return new Page(entries, page.next());
  }

  /// The entry at one position, proved in the tree of `size` leaves.
  static ProvenEntry one(
      TenantTransaction transaction, EntryStore.Position position, long size, KeptTiles kept) {
    var tiles = StoredTiles.of(transaction);
    return proven(position, tiles, new ProofBuilder(tiles, size, kept), size);
  }

  private static ProvenEntry proven(
      EntryStore.Position position, StoredTiles tiles, ProofBuilder proofs, long size) {
    return ProvenEntry.of(
        position.logIndex(),
        position
            .stored()
            .<Disclosure>map(stored -> new Disclosure.Held(stored.salt(), stored.entry()))
            .orElseGet(() -> gone(position, tiles)),
        proofs.inclusion(position.logIndex(), size).path());
  }

  /// When and why the content at a position went.
  static Disclosure.Erased gone(TenantTransaction transaction, EntryStore.Position position) {
    return gone(position, StoredTiles.of(transaction));
  }

  /// The hash that stands in the log, whether or not its content is still there.
  static Digest leafHash(TenantTransaction transaction, long logIndex) {
    return Leaf.hash(StoredTiles.of(transaction).commitment(logIndex));
  }

  private static Disclosure.Erased gone(EntryStore.Position position, StoredTiles tiles) {
    long index = position.logIndex();
    var gone =
        position
            .gone()
            .orElseThrow(() ->
                new IllegalStateException("entry " + index + " has no content and no reason"));
    return new Disclosure.Erased(Leaf.hash(tiles.commitment(index)), gone.time(), gone.reason());
  }
}
