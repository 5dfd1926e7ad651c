package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.PythonVerifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The verifier in Python, written from the description of the format, and ours say the same of the
/// same files: in the same words, at the same place.
@Tag("python")
class IndependentVerifierTest {
  private static final SigningKey WITNESS =
      SigningKey.generate("witness.test/w1", SignatureType.COSIGNATURE_V1, new SecureRandom());
  private static final VerifierKey KEY = SmallLog.KEY.verifier();

  @TempDir Path folder;

  @Test
  void itHashesAsTheVectorFileSays() {
    var said =
        PythonVerifier.program(
            """
            import hashlib, json, sys, countersign_verify as v
            vectors, leaves = json.load(open(sys.argv[1], encoding="utf-8")), []
            for vector in vectors["entries"]:
                salt, entry = bytes.fromhex(vector["salt"]), v.entry_of(v.read_json(json.dumps(vector["entry"]).encode()))
                assert v.canonical(entry) == vector["canonical"]
                proven = v.Proven({"salt": vector["salt"], "entry": entry}, 0, [])
                assert proven.leaf.hex() == vector["leaf_hash"]
                leaves.append(proven.leaf)
            assert len(leaves) == 3 and v.node(v.node(leaves[0], leaves[1]), leaves[2]).hex() == vectors["root"]
            """,
            List.of("src/test/resources/dev/countersign/ledger/leaf-vectors.json"));
    assertThat(said).isEqualTo(new PythonVerifier.Said(0, List.of()));
  }

  @Test
  void itSaysTheSameOfEveryTamperedExport() throws IOException {
    long seed = Long.getLong("property.seed", new SplittableRandom().nextLong());
    var random = new SplittableRandom(seed);
    var export = new TamperedExport();
    var texts = new ArrayList<byte[]>();
    texts.add(TamperedExport.text(export.lines));
    for (int i = 0; i < 400; i++) {
      texts.add(export.next(random).text());
    }
    compare(texts, TrustedKeys.of(KEY), export.held, List.of(), "-Dproperty.seed=" + seed);
  }

  @Test
  void itSaysTheSameOfEveryTamperedReceipt() throws IOException {
    long seed = Long.getLong("property.seed", new SplittableRandom().nextLong());
    var random = new SplittableRandom(seed);
    var log = new SmallLog(random).grow(70);
    var texts = new ArrayList<byte[]>();
    for (int i = 0; i < 300; i++) {
      var text = receipt(log, random.nextInt(70)).getBytes(StandardCharsets.UTF_8);
      if (i > 20) {
        text[random.nextInt(text.length)] ^= (byte) (1 << random.nextInt(8));
      }
      texts.add(text);
    }
    compare(
        texts,
        TrustedKeys.of(KEY).withAll(List.of(WITNESS.verifier())),
        null,
        List.of("--witness", WITNESS.verifier().toString()),
        "-Dproperty.seed=" + seed);
  }

  @Test
  void itWantsTheWitness() throws IOException {
    var log = new SmallLog(new SplittableRandom(5)).grow(9);
    compare(
        List.of(log.receipt(3).toString().getBytes(StandardCharsets.UTF_8)),
        TrustedKeys.of(KEY).withAll(List.of(WITNESS.verifier())),
        null,
        List.of("--witness", WITNESS.verifier().toString()),
        "");
  }

  /// Both are signed, so one of the files would be believed by whoever has no other.
  @Test
  void itFindsTwoHistoriesInTwoFiles() throws IOException {
    var one = new SmallLog(new SplittableRandom(6)).grow(9);
    var other = new SmallLog(new SplittableRandom(7)).grow(9);
    compare(
        List.of(
            one.receipt(3).toString().getBytes(StandardCharsets.UTF_8),
            other.receipt(3).toString().getBytes(StandardCharsets.UTF_8)),
        TrustedKeys.of(KEY),
        null,
        List.of(),
        "");
  }

  private static String receipt(SmallLog log, int index) {
    var receipt = log.receipt(index);
    var cosigned =
        receipt
            .checkpoint()
            .with(
                List.of(
                    WITNESS.cosign(Checkpoint.parse(receipt.checkpoint().text()), Generated.NOON)));
    return new Receipt(receipt.entry(), cosigned).toString();
  }

  private void compare(
      List<byte[]> texts,
      TrustedKeys keys,
      @Nullable SignedNote since,
      List<String> more,
      String how)
      throws IOException {
    var arguments = new ArrayList<String>(List.of("--key", KEY.toString()));
    arguments.addAll(more);
    if (since != null) {
      arguments.add("--since");
      arguments.add(Files.writeString(folder.resolve("since"), since.toString()).toString());
    }
    var notes = new CheckedNotes(keys);
    var ours = new ArrayList<String>();
    for (int i = 0; i < texts.size(); i++) {
      var file = Files.write(folder.resolve("file" + i), texts.get(i));
      arguments.add(file.toString());
      ours.add(words(verdict(texts.get(i), file, notes, since)));
    }
    var said = PythonVerifier.run(arguments);
    var theirs =
        said.lines().stream()
            .filter(line -> !line.startsWith("note: "))
            .map(IndependentVerifierTest::words)
            .toList();
    for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
      assertThat(theirs.get(i)).as("file %d, %s", i, how).isEqualTo(ours.get(i));
    }
    assertThat(theirs).as(said.lines().toString()).hasSameSizeAs(ours);
    boolean refused = ours.stream().anyMatch(words -> !words.startsWith("ok"));
    assertThat(said.code()).isEqualTo(refused ? 1 : 0);
  }

  private static Verdict verdict(
      byte[] text, Path file, CheckedNotes notes, @Nullable SignedNote since) throws IOException {
    if (text[0] == '{') {
      var verifier = new ExportVerifier(notes);
      return (since == null ? verifier : verifier.since(since)).verify(file, (_, _) -> {});
    }
    return Receipt.verify(text, notes);
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Verified verified -> "ok " + verified.entries();
      case Verdict.Refused(var flaw, var place, var _) -> place + ": " + flaw.words();
    };
  }

  /// `ok: FILE: 3 entries ..` or `FAILED: FILE: place: words: message`.
  private static String words(String line) {
    var parts = line.split(": ", 5);
    return parts[0].equals("ok") ? "ok " + parts[2].split(" ")[0] : parts[2] + ": " + parts[3];
  }
}
