package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Cosignatures of both kinds, over a checkpoint and a time.
class CosignatureTest {
  private static final Instant TIME = Instant.parse("2026-11-01T12:00:00Z");

  private static SigningKey witness(SignatureType type) {
    return SigningKey.generate("witness.test/w", type, new SecureRandom());
  }

  @ParameterizedTest
  @EnumSource(names = {"COSIGNATURE_V1", "COSIGNATURE_ML_DSA_44"})
  void aCosignatureIsGoodForItsCheckpointItsTimeAndItsKeyAlone(SignatureType type) {
    var log = new SmallLog(new SplittableRandom(1)).grow(3);
    var key = witness(type);
    var note = log.checkpoint();
    var line = key.cosign(Checkpoint.parse(note.text()), TIME);
    assertThat(note.with(List.of(line)).verify(List.of(key.verifier())))
        .isInstanceOfSatisfying(
            NoteVerdict.Verified.class,
            verified -> assertThat(line.time(key.verifier())).contains(TIME));
    assertThat(note.with(List.of(line)).verify(List.of(witness(type).verifier())))
        .isInstanceOf(NoteVerdict.NoKnownSigner.class);

    var grown = log.grow(1).checkpoint();
    assertThat(grown.with(List.of(line)).verify(List.of(key.verifier())))
        .isInstanceOf(NoteVerdict.Forged.class);

    var bytes = StrictBase64.bytes(line.encoded()).orElseThrow();
    // The time, then the signature.
    for (int at : new int[] {11, bytes.length - 1}) {
      var changed = bytes.clone();
      changed[at] ^= 1;
      var other = new NoteSignature(line.name(), StrictBase64.text(changed));
      assertThat(note.with(List.of(other)).verify(List.of(key.verifier())))
          .as("byte %d", at)
          .isInstanceOf(NoteVerdict.Forged.class);
    }
  }

  @Test
  void mlDsaDoesNotSignExtensionLinesAndV1Does() {
    var plain = new SmallLog(new SplittableRandom(1)).grow(3).checkpoint();
    var extended = SignedNote.sign(plain.text() + "more\n", List.of(SmallLog.KEY));
    for (var type : List.of(SignatureType.COSIGNATURE_V1, SignatureType.COSIGNATURE_ML_DSA_44)) {
      var key = witness(type);
      var line = key.cosign(Checkpoint.parse(plain.text()), TIME);
      var good =
          extended.with(List.of(line)).verify(List.of(key.verifier()))
              instanceof NoteVerdict.Verified;
      assertThat(good).isEqualTo(type == SignatureType.COSIGNATURE_ML_DSA_44);
    }
  }

  @ParameterizedTest
  @EnumSource
  void keysOfEveryKindAreReadAsTheyWereWritten(SignatureType type, @TempDir Path folder)
      throws java.io.IOException {
    var key = witness(type);
    assertThat(VerifierKey.parse(key.verifier().toString())).isEqualTo(key.verifier());
    var file = new SigningKeyFile(folder.resolve("key"));
    file.create(key);
    assertThat(file.load().verifier()).isEqualTo(key.verifier());
    assertThat(Files.getPosixFilePermissions(folder.resolve("key"))).hasSize(2);
  }

  /// The message that C2SP tlog-cosignature defines, put together by hand.
  @Test
  void theStructureThatMlDsaSignsIsTheSpecifications() {
    var key = witness(SignatureType.COSIGNATURE_ML_DSA_44);
    var root = MerkleTree.EMPTY_ROOT;
    var text = new Checkpoint("log.test/l", 0, root, List.of()).text();
    var hex =
        java.util.HexFormat.of()
            .formatHex(NoteSignature.cosigned(key.verifier(), text, 258).orElseThrow());
    assertThat(hex)
        .isEqualTo(
            "737562747265652f76310a00" // subtree/v1\n\0
                + "0e7769746e6573732e746573742f77" // witness.test/w
                + "0000000000000102"
                + "0a6c6f672e746573742f6c" // log.test/l
                + "0000000000000000"
                + "0000000000000000"
                + root.hex());
  }
}
