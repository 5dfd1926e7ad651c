package dev.countersign.cli.ledger;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.HashSource;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TileBuilder;
import dev.countersign.ledger.TilePath;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;

/// A log of one tenant in memory, with all that a server would serve of it.
public final class TestLog {
  public static final SigningKey KEY =
      SigningKey.generate("countersign.test/cli", SignatureType.ED25519, new SecureRandom());
  private static final TenantId TENANT = new TenantId(new UUID(0, 1));

  private final SplittableRandom random;
  private final List<Disclosure> entries = new ArrayList<>();
  private final Map<String, byte[]> tiles = new TreeMap<>();
  private final TileBuilder builder = new TileBuilder();
  private CompactRange head = CompactRange.EMPTY;
  private Digest last = Digest.ZERO;

  private TestLog(long seed) {
    random = new SplittableRandom(seed);
  }

  static TestLog of(int entries) {
    return of(entries, 3);
  }

  static TestLog of(int entries, long seed) {
    var log = new TestLog(seed);
    for (int i = 0; i < entries; i++) {
      log.append("case.opened", Json.object().put("number", i).build());
    }
    log.builder.partials((path, bytes) -> log.tiles.put(path.path(), bytes));
    return log;
  }

  /// With entries of these actions and details.
  public static TestLog of(List<Map.Entry<String, JsonObject>> told) {
    var log = new TestLog(5);
    told.forEach(one -> log.append(one.getKey(), one.getValue()));
    log.builder.partials((path, bytes) -> log.tiles.put(path.path(), bytes));
    return log;
  }

  private void append(String action, JsonObject details) {
    var id = new UUID(random.nextLong(), random.nextLong());
    var salt = new byte[Salt.LENGTH];
    random.nextBytes(salt);
    var entry =
        new Entry.Draft(
                id,
                TENANT,
                Instant.parse("2026-01-01T00:00:00Z").plusSeconds(entries.size()),
                "agent",
                action,
                "case",
                id.toString(),
                id,
                "",
                "",
                details)
            .chained(entries.size(), last);
    var held = new Disclosure.Held(Salt.of(salt), entry);
    last = Leaf.hash(Leaf.commitment(salt, entry.canonical()));
    entries.add(held);
    head = head.append(last);
    builder.append(last, (path, bytes) -> tiles.put(path.path(), bytes));
  }

  /// As if the content of an entry had ended.
  public TestLog erase(int index) {
    var gone = entries.get(index).leafHash();
    entries.set(
        index, new Disclosure.Erased(gone, Instant.parse("2026-02-01T00:00:00Z"), "retention"));
    return this;
  }

  Checkpoint checkpoint() {
    return Checkpoint.of(KEY.verifier().name(), head);
  }

  SignedNote note() {
    return SignedNote.sign(checkpoint().text(), List.of(KEY));
  }

  /// A copy of the tiles, to be changed; by their path.
  Map<String, byte[]> tiles() {
    return new TreeMap<>(tiles);
  }

  static HashSource source(Map<String, byte[]> tiles) {
    return (level, index, width) -> {
      var bytes = tiles.get(new TilePath.Hashes(level, index, width).path());
      return bytes == null ? new byte[0] : bytes;
    };
  }

  String receipt(int index) {
    return new Receipt(proven(index), note()).toString();
  }

  public String export() {
    var lines = new ArrayList<String>();
    lines.add(new Export.Header(TENANT, KEY.verifier().name(), null, null).line());
    for (int i = 0; i < entries.size(); i++) {
      lines.add(Export.line(proven(i)));
    }
    lines.add(new Export.Footer(entries.size(), note(), entries.size(), null, null).line());
    return String.join("\n", lines) + "\n";
  }

  private ProvenEntry proven(int index) {
    var path = new ProofBuilder(source(tiles), head.size()).inclusion(index, head.size()).path();
    return ProvenEntry.of(index, entries.get(index), path);
  }
}
