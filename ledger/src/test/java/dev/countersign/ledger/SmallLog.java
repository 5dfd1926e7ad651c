package dev.countersign.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;

/// A log in memory with all that a database would store of it.
final class SmallLog {
  static final String ORIGIN = "countersign.test/log";
  static final SigningKey KEY =
      SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());

  record Row(long index, TenantId tenant, Salt salt, Entry entry) {
    Digest commitment() {
      return Leaf.commitment(salt.bytes(), entry.canonical());
    }

    Disclosure.Held held() {
      return new Disclosure.Held(salt, entry);
    }
  }

  final List<Row> rows = new ArrayList<>();
  final SequencedMap<TenantId, LogRecomputation.ChainEnd> chains = new LinkedHashMap<>();
  final SequencedMap<String, byte[]> tiles = new LinkedHashMap<>();
  CompactRange head = CompactRange.EMPTY;
  private final TileBuilder builder = new TileBuilder();
  private final RandomGenerator random;

  SmallLog(RandomGenerator random) {
    this.random = random;
  }

  SmallLog grow(int entries) {
    for (int i = 0; i < entries; i++) {
      append(Generated.draft(random, random.nextBoolean() ? Generated.TENANT : Generated.OTHER));
    }
    return this;
  }

  Row append(Entry.Draft draft) {
    var end = chains.getOrDefault(draft.tenant(), new LogRecomputation.ChainEnd(0, Digest.ZERO));
    return append(draft.chained(end.size(), end.last()));
  }

  /// Also an entry that an honest sequencer would have given another place in its chain.
  Row append(Entry entry) {
    var row = new Row(rows.size(), entry.tenant(), Generated.salt(random), entry);
    var leafHash = Leaf.hash(row.commitment());
    rows.add(row);
    chains.put(entry.tenant(), new LogRecomputation.ChainEnd(entry.tenantSeq() + 1, leafHash));
    head = head.append(leafHash);
    builder.append(leafHash, (path, bytes) -> tiles.put(path.path(), bytes));
    return row;
  }

  /// Stores the partial tiles, as a log does for each checkpoint.
  SignedNote checkpoint() {
    builder.partials((path, bytes) -> tiles.put(path.path(), bytes));
    return SignedNote.sign(Checkpoint.of(ORIGIN, head).text(), List.of(KEY));
  }

  ProofBuilder proofs() {
    checkpoint();
    return new ProofBuilder(
        (level, index, width) -> {
          var bytes = tiles.get(new TilePath.Hashes(level, index, width).path());
          if (bytes == null) {
            throw new AssertionError("tile " + level + "/" + index + " is not stored");
          }
          return bytes;
        },
        head.size());
  }

  ProvenEntry proven(Disclosure disclosure, long index) {
    return ProvenEntry.of(index, disclosure, proofs().inclusion(index, head.size()).path());
  }

  Receipt receipt(long index) {
    return new Receipt(proven(rows.get((int) index).held(), index), checkpoint());
  }
}
