package dev.countersign.benchmarks.proofs;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.CheckedNotes;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.Disclosure;
import dev.countersign.ledger.Export;
import dev.countersign.ledger.ExportVerifier;
import dev.countersign.ledger.ProofBuilder;
import dev.countersign.ledger.ProvenEntry;
import dev.countersign.ledger.Receipt;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TileBuilder;
import dev.countersign.ledger.TilePath;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.Verdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs to verify: an entry of an export, whose one checkpoint is verified once; and a
/// lone receipt, with its signature.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class VerificationBenchmark {
  private static final int ENTRIES = 10_000;

  private final SigningKey key =
      SigningKey.generate("benchmark.test/log", SignatureType.ED25519, new SecureRandom());
  private final TrustedKeys keys = TrustedKeys.of(key.verifier());
  private final Map<String, byte[]> tiles = new HashMap<>();
  private final List<Disclosure.Held> entries = new ArrayList<>();
  private CompactRange head = CompactRange.EMPTY;
  private Path export = Path.of("");
  private byte[] receipt = {};

  @Setup
  public void make() throws IOException {
    var made = new MadeLog();
    var builder = new TileBuilder();
    var last = Digest.ZERO;
    for (int i = 0; i < ENTRIES; i++) {
      var held = new Disclosure.Held(made.salt(), made.chained(i, last));
      entries.add(held);
      last = held.leafHash();
      head = head.append(last);
      builder.append(last, (path, bytes) -> tiles.put(path.path(), bytes));
    }
    builder.partials((path, bytes) -> tiles.put(path.path(), bytes));
    var note = SignedNote.sign(Checkpoint.of(key.verifier().name(), head).text(), List.of(key));
    var proofs = new ProofBuilder(this::tile, ENTRIES);
    export = Files.createTempFile("export", ".jsonl");
    try (var out = Files.newBufferedWriter(export)) {
      out.write(new Export.Header(MadeLog.TENANT, key.verifier().name(), null, null).line() + "\n");
      for (int i = 0; i < ENTRIES; i++) {
        out.write(Export.line(proven(proofs, i)) + "\n");
      }
      out.write(new Export.Footer(ENTRIES, note, ENTRIES, null, null).line() + "\n");
    }
    receipt = new Receipt(proven(proofs, 4_711), note).toString().getBytes(StandardCharsets.UTF_8);
  }

  private ProvenEntry proven(ProofBuilder proofs, int index) {
    return ProvenEntry.of(index, entries.get(index), proofs.inclusion(index, ENTRIES).path());
  }

  private byte[] tile(int level, long index, int width) {
    var bytes = tiles.get(new TilePath.Hashes(level, index, width).path());
    if (bytes == null) {
      throw new IllegalStateException("tile " + level + "/" + index + " was not made");
    }
    return bytes;
  }

  @TearDown
  public void remove() throws IOException {
    Files.delete(export);
  }

  /// One entry of an export; the one signature is shared by all of them.
  @Benchmark
  @OperationsPerInvocation(ENTRIES)
  public Verdict entryOfAnExport() throws IOException {
    return sound(new ExportVerifier(keys).verify(export, (_, _) -> {}));
  }

  /// A receipt by itself, with the one signature of its checkpoint.
  @Benchmark
  public Verdict loneReceipt() {
    return sound(Receipt.verify(receipt, new CheckedNotes(keys)));
  }

  private static Verdict sound(Verdict verdict) {
    if (verdict instanceof Verdict.Refused) {
      throw new IllegalStateException(verdict.toString());
    }
    return verdict;
  }
}
