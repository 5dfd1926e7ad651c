package dev.countersign.trust.certificate;

import static dev.countersign.trust.certificate.Certificates.KEY;
import static dev.countersign.trust.certificate.Certificates.NOON;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.testkit.PythonVerifier;
import dev.countersign.trust.Profile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A verifier that was written from the description of the format says of the same certificates
/// what ours says.
@Tag("python")
class IndependentCertificateTest {
  @TempDir Path folder;

  @Test
  void itSaysTheSameOfEveryTamperedCertificate() throws IOException {
    long seed = Long.getLong("property.seed", new SplittableRandom().nextLong());
    var random = new SplittableRandom(seed);
    var other = Certificates.key(Certificates.ORIGIN);
    var texts = new ArrayList<byte[]>();
    texts.add(Certificates.signed(KEY).toString().getBytes(StandardCharsets.UTF_8));
    texts.add(Certificates.signed(other).toString().getBytes(StandardCharsets.UTF_8));
    texts.add(Certificates.signed(other, KEY).toString().getBytes(StandardCharsets.UTF_8));
    texts.add(Certificates.checkpoint(KEY).toString().getBytes(StandardCharsets.UTF_8));
    ofOtherEvidence().forEach(texts::add);
    for (int i = 0; i < 200; i++) {
      var text = texts.getFirst().clone();
      text[random.nextInt(text.length)] ^= (byte) (1 << random.nextInt(8));
      texts.add(text);
    }
    compare(texts, NOON.plusSeconds(5).toString(), "-Dproperty.seed=" + seed);
    compare(texts.subList(0, 1), NOON.plus(Certificate.LIFE).toString(), "expired");
    compare(texts.subList(0, 1), NOON.minusSeconds(301).toString(), "not yet");
  }

  /// Signed as it should be, and the evidence of the stage is none, or not of it.
  private static List<byte[]> ofOtherEvidence() {
    var sound = Certificates.of(Profile.STANDARD, Certificates.checkpoint(KEY)).text();
    int begin = sound.indexOf("\"earned\":") + "\"earned\":".length();
    var earned = sound.substring(begin, sound.indexOf("},\"expires_at\"") + 1);
    return List.of(
            sound.replace(earned, "null"),
            sound.replace(earned, "{}"),
            sound.replace(earned, "[]"),
            sound.replace("\"earned\":" + earned + ",", ""),
            sound.replace("\"counted\":157,", ""),
            sound.replace("\"to\":\"guarded_auto\"", "\"to\":\"propose\""),
            sound.replace("\"at\":\"2026-11-20", "\"at\":\"2026-11-19"))
        .stream()
        .peek(text -> assertThat(text).isNotEqualTo(sound))
        .map(text -> SignedNote.sign(text, List.of(KEY)).toString())
        .map(note -> note.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  private void compare(List<byte[]> texts, String at, String how) throws IOException {
    var arguments = new ArrayList<String>();
    var ours = new ArrayList<String>();
    for (int i = 0; i < texts.size(); i++) {
      var file = Files.write(folder.resolve("certificate-" + i), texts.get(i));
      arguments.add(file.toString());
      var verdict =
          CertificateVerdict.of(texts.get(i), TrustedKeys.of(KEY.verifier()), Instant.parse(at));
      ours.add(
          switch (verdict) {
            case CertificateVerdict.Valid _ -> "ok: " + file;
            case CertificateVerdict.Refused(var fault, var _) ->
                "FAILED: " + file + ": " + fault.words();
          });
    }
    arguments.addAll(List.of("--key", KEY.verifier().toString(), "--at", at));
    var said =
        PythonVerifier.program(
            "import sys, countersign_certificate as c; sys.exit(c.main())", arguments);
    var theirs =
        said.lines().stream()
            .filter(line -> line.startsWith("ok: ") || line.startsWith("FAILED: "))
            .toList();
    assertThat(theirs).as(how + "\n" + said.lines()).hasSameSizeAs(ours);
    for (int i = 0; i < ours.size(); i++) {
      assertThat(theirs.get(i)).as(how).startsWith(ours.get(i));
    }
  }
}
