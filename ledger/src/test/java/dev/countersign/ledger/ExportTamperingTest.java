package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random tamperings of an export, all from one seed: each is found, and called by its name.
///
/// `-Dcountersign.tamperings=10000` is what `benchmarks/tamper.sh` runs; `-Dproperty.seed` replays.
class ExportTamperingTest {
  private static final int FEW = 700;

  @TempDir Path folder;

  @Test
  void everyTamperingIsFoundAndNamed() throws IOException {
    int count = Integer.getInteger("countersign.tamperings", FEW);
    long seed = Long.getLong("property.seed", new SplittableRandom().nextLong());
    var random = new SplittableRandom(seed);
    var export = new TamperedExport();
    var verifier = new ExportVerifier(TrustedKeys.of(SmallLog.KEY.verifier())).since(export.held);
    var file = folder.resolve("export.jsonl");
    Files.write(file, TamperedExport.text(export.lines));
    assertThat(verifier.verify(file, (_, _) -> {}))
        .isInstanceOfSatisfying(
            Verdict.Verified.class, verified -> assertThat(verified.unproven()).isEmpty());

    var kinds = new TreeMap<String, Integer>();
    for (int i = 0; i < count; i++) {
      var tampered = export.next(random);
      kinds.merge(tampered.kind(), 1, Integer::sum);
      Files.write(file, tampered.text());
      Verdict verdict;
      try (SeekableByteChannel channel = Files.newByteChannel(file)) {
        verdict = verifier.verify(channel, (_, _) -> {});
      }
      var what =
          "tampering %d, `%s`, of -Dproperty.seed=%d: %s"
              .formatted(i, tampered.kind(), seed, verdict);
      switch (verdict) {
        case Verdict.Refused(var flaw, var _, var _) ->
            assertThat(tampered.flaws()).as(what).contains(flaw);
        case Verdict.Verified verified -> {
          assertThat(tampered.flaws()).as(what).isEmpty();
          assertThat(verified.unproven()).as(what).isNotEmpty();
        }
      }
    }
    System.out.printf(
        "%,d tamperings of an export, all found and named: %s; seed %d%n", count, kinds, seed);
  }
}
