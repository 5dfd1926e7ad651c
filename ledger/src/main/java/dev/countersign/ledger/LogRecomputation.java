package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Recomputes a whole stored log from its entries and compares all that was stored of it.
///
/// Every entry is fed in the order of the log, then [#finish] is asked; both name the first thing
/// that does not agree. Held meanwhile are the compact range, one partial tile a level and the end
/// of each tenant's chain, however long the log is. For use by one thread.
///
/// What it can't find: a log that was rewritten as a whole, with all its checkpoints, under the
/// same key. That is what witnesses are for.
public final class LogRecomputation {

  /// Where stored tiles are looked up.
  public interface StoredTiles {
    /// The bytes of the tile with exactly this width, or empty if it is not stored.
    Optional<byte[]> find(TilePath.Hashes path);
  }

  /// The end of a tenant's chain.
  ///
  /// @param size how many entries the tenant has
  /// @param last the leaf hash of the newest
  public record ChainEnd(long size, Digest last) {
    static final ChainEnd START = new ChainEnd(0, Digest.ZERO);
  }

  /// Something stored that does not agree with the entries.
  ///
  /// @param place for people: `log index 17`, `tile 0/001`, `the head`
  public record Inconsistency(Part part, String place, String message) {}

  /// What of the log an inconsistency is in.
  public enum Part {
    /// Entries are missing or double.
    INDEX,
    /// An entry is not what its leaf commits to.
    CONTENT,
    /// An entry does not follow the one before it of its tenant.
    TENANT_CHAIN,
    /// A stored tile.
    TILE,
    /// The stored head.
    HEAD,
    /// A signed checkpoint.
    CHECKPOINT
  }

  private final StoredTiles stored;
  private final List<CheckpointWalk> checkpoints;
  private final TileBuilder tiles = new TileBuilder();
  private final Map<TenantId, ChainEnd> chains = new HashMap<>();
  private CompactRange head = CompactRange.EMPTY;
  private @Nullable Inconsistency first;

  /// @param checkpoints that were signed, wherever they are kept
  public LogRecomputation(StoredTiles stored, List<CheckpointWalk> checkpoints) {
    this.stored = stored;
    this.checkpoints = List.copyOf(checkpoints);
    reachCheckpoints();
  }

  /// Takes the next entry as it is stored; yields the first inconsistency if there was one by now.
  public Optional<Inconsistency> feed(
      long index, TenantId tenant, Salt salt, byte[] canonical, Digest commitment) {
    if (inOrder(index)) {
      if (!Leaf.commitment(salt.bytes(), canonical).equals(commitment)) {
        entryFound(Part.CONTENT, "the entry is not the one its leaf commits to");
      } else {
        follow(tenant, canonical);
      }
      grow(tenant, commitment);
    }
    return Optional.ofNullable(first);
  }

  /// Takes the next entry, whose content is erased.
  public Optional<Inconsistency> feedErased(long index, TenantId tenant, Digest commitment) {
    if (inOrder(index)) {
      grow(tenant, commitment);
    }
    return Optional.ofNullable(first);
  }

  /// Compares the rest when all entries were fed: partial tiles as far as they are stored, the
  /// head, the ends of the tenants' chains and the checkpoints; empty if all agrees.
  public Optional<Inconsistency> finish(
      CompactRange storedHead, Map<TenantId, ChainEnd> storedChains) {
    // Before the tiles: those of a head that was set back alone are longer than it says.
    if (first == null && !storedHead.equals(head)) {
      found(
          Part.HEAD,
          "the head",
          storedHead.size() == head.size()
              ? "its hashes are not those of the entries"
              : "it has size " + storedHead.size() + ", but " + head.size() + " entries are there");
    }
    tiles.partials((path, bytes) -> compare(path, bytes, false));
    // Before the chains: a head that was set back alone would be called by their name.
    askCheckpoints(walk -> walk.end(head));
    if (first == null && !storedChains.equals(chains)) {
      found(Part.TENANT_CHAIN, "the ends of the chains", "they are not those of the entries");
    }
    return Optional.ofNullable(first);
  }

  private boolean inOrder(long index) {
    if (first == null && index != head.size()) {
      found(Part.INDEX, "log index " + index, "log index " + head.size() + " was expected next");
    }
    return first == null;
  }

  private void follow(TenantId tenant, byte[] canonical) {
    Entry entry;
    try {
      entry = Entry.parse(canonical);
    } catch (MalformedLedgerData e) {
      entryFound(Part.CONTENT, String.valueOf(e.getMessage()));
      return;
    }
    var end = chains.getOrDefault(tenant, ChainEnd.START);
    if (!entry.tenant().equals(tenant)) {
      entryFound(Part.CONTENT, "the entry is of another tenant than its row");
    } else if (entry.tenantSeq() != end.size() || !entry.previous().equals(end.last())) {
      entryFound(
          Part.TENANT_CHAIN,
          "the tenant's entry "
              + entry.tenantSeq()
              + " does not follow its "
              + end.size()
              + " entries before");
    }
  }

  private void grow(TenantId tenant, Digest commitment) {
    var leafHash = Leaf.hash(commitment);
    var end = chains.getOrDefault(tenant, ChainEnd.START);
    chains.put(tenant, new ChainEnd(end.size() + 1, leafHash));
    head = head.append(leafHash);
    tiles.append(leafHash, (path, bytes) -> compare(path, bytes, true));
    reachCheckpoints();
  }

  private void compare(TilePath.Hashes path, byte[] computed, boolean needed) {
    if (first != null) {
      return;
    }
    var bytes = stored.find(path);
    if (bytes.isEmpty() && needed) {
      found(Part.TILE, "tile " + path.path(), "it is missing");
    } else if (bytes.isPresent() && !Arrays.equals(bytes.get(), computed)) {
      found(Part.TILE, "tile " + path.path(), "its hashes are not those of the entries");
    }
  }

  private void reachCheckpoints() {
    askCheckpoints(walk -> walk.reach(head));
  }

  private void askCheckpoints(Function<CheckpointWalk, Optional<Inconsistency>> question) {
    for (var walk : checkpoints) {
      if (first == null) {
        first = question.apply(walk).orElse(null);
      }
    }
  }

  private void entryFound(Part part, String message) {
    found(part, "log index " + head.size(), message);
  }

  private void found(Part part, String place, String message) {
    if (first == null) {
      first = new Inconsistency(part, place, message);
    }
  }
}
