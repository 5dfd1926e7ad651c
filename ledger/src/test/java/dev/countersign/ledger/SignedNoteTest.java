package dev.countersign.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignedNoteTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final SigningKey LOG = key("log.example/a", SignatureType.ED25519);
  private static final SigningKey NEXT = key("log.example/a", SignatureType.ED25519);
  private static final SigningKey STRANGER = key("log.example/b", SignatureType.ED25519);
  private static final SigningKey WITNESS = key("witness.example", SignatureType.COSIGNATURE_V1);
  private static final SigningKey OTHER_WITNESS =
      key("other.example", SignatureType.COSIGNATURE_V1);
  private static final Checkpoint CHECKPOINT =
      Checkpoint.of("log.example/a", CompactRange.EMPTY.append(MerkleTree.EMPTY_ROOT));

  private static SigningKey key(String name, SignatureType type) {
    return SigningKey.generate(name, type, RANDOM);
  }

  // RFC 8032 section 7.1, tests 1 to 3: secret key, public key.
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
  })
  void thePublicKeyIsThatOfRfc8032(String secret, String expected) {
    var hex = HexFormat.of();
    var publicKey = new VerifierKey("n", SignatureType.ED25519, hex.parseHex(expected));
    var bytes = new byte[33];
    bytes[0] = 1;
    System.arraycopy(hex.parseHex(secret), 0, bytes, 1, 32);
    var text = "PRIVATE+KEY+n+" + publicKey.id() + "+" + Base64.getEncoder().encodeToString(bytes);
    var key = SigningKey.parse(text);
    assertThat(key.verifier()).isEqualTo(publicKey);
    assertThat(key.privateText()).isEqualTo(text);
  }

  @Test
  void aSignedNoteReadsAndVerifies() {
    var note = SignedNote.sign("first\n\nsecond €\n", List.of(LOG, STRANGER));
    var read = SignedNote.parse(note.toString().getBytes(StandardCharsets.UTF_8));
    assertThat(read).isEqualTo(note);
    assertThat(read.verify(List.of(LOG.verifier()))).isInstanceOf(NoteVerdict.Verified.class);
    assertThat(VerifierKey.parse(LOG.verifier().toString())).isEqualTo(LOG.verifier());
  }

  @Test
  void unknownSignersAreIgnoredAndNeverEnough() {
    var note = SignedNote.sign("text\n", List.of(STRANGER, NEXT, LOG));
    assertThat(note.verify(List.of(LOG.verifier())))
        .isEqualTo(
            new NoteVerdict.Verified(
                List.of(new NoteVerdict.Signed(LOG.verifier(), note.signatures().getLast()))));
    assertThat(SignedNote.sign("text\n", List.of(STRANGER)).verify(List.of(LOG.verifier())))
        .isEqualTo(new NoteVerdict.NoKnownSigner());
    assertThat(note.verify(List.of())).isEqualTo(new NoteVerdict.NoKnownSigner());
  }

  @Test
  void aWrongSignatureOfAKnownKeyRefusesTheWholeNote() {
    var other = SignedNote.sign("other\n", List.of(LOG)).signatures();
    var note = SignedNote.sign("text\n", List.of(STRANGER)).with(other);
    assertThat(note.verify(List.of(LOG.verifier(), STRANGER.verifier())))
        .isEqualTo(new NoteVerdict.Forged(LOG.verifier()));
  }

  @Test
  void anyChangedByteOfANoteIsFound() {
    var note = SignedNote.sign("some text\n", List.of(LOG)).toString();
    Generated.holdsFor(
        500,
        random -> {
          var bytes = note.getBytes(StandardCharsets.UTF_8);
          bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
          try {
            assertThat(SignedNote.parse(bytes).verify(List.of(LOG.verifier())))
                .isNotInstanceOf(NoteVerdict.Verified.class);
          } catch (MalformedLedgerData e) {
            assertThat(e).hasMessageNotContaining("null");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\n\n",
        "text\n",
        "text\n\n",
        "text\n\n\n",
        "text\n\n— a AAAAAAE=",
        "text\n\n- a AAAAAAE=\n",
        "text\n\n— a+b AAAAAAE=\n",
        "text\n\n—  AAAAAAE=\n",
        "text\n\n— a\u00a0b AAAAAAE=\n",
        "text\n\n— a AAAAAA==\n",
        "text\n\n— a AAAAAAE\n",
        "text\n\n— a AAAAAAF=\n",
        "text\n\n— a AAAAAAE= \n",
        "text\n— a AAAAAAE=\n",
        "te\txt\n\n— a AAAAAAE=\n",
        "te\rxt\n\n— a AAAAAAE=\n",
        "te\ud800xt\n\n— a AAAAAAE=\n"
      })
  void whatIsNoNoteIsRefused(String text) {
    assertThatThrownBy(() -> SignedNote.parse(text)).isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void aNoteHasAtMostAHundredSignatures() {
    var line = "— a AAAAAAE=\n";
    assertThat(SignedNote.parse("text\n\n" + line.repeat(100)).signatures()).hasSize(100);
    assertThatThrownBy(() -> SignedNote.parse("text\n\n" + line.repeat(101)))
        .isInstanceOf(MalformedLedgerData.class);
    assertThatThrownBy(() -> SignedNote.parse("text\n\n" + line.repeat(300)))
        .isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void bytesThatAreNotUtf8AreRefused() {
    assertThatThrownBy(() -> SignedNote.parse(new byte[] {(byte) 0xff, '\n'}))
        .isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void everyChangeOfAVerifierKeyIsFound() {
    var vkey = LOG.verifier().toString();
    for (int i = 0; i < vkey.length(); i++) {
      var changed = vkey.substring(0, i) + (char) (vkey.charAt(i) + 1) + vkey.substring(i + 1);
      assertThatThrownBy(() -> VerifierKey.parse(changed)).isInstanceOf(MalformedLedgerData.class);
      var cut = vkey.substring(0, i);
      assertThatThrownBy(() -> VerifierKey.parse(cut)).isInstanceOf(MalformedLedgerData.class);
    }
  }

  @Test
  void aDamagedPrivateKeyIsRefusedWithoutBeingShown() {
    var text = LOG.privateText();
    char last = text.charAt(text.length() - 3);
    var damaged =
        text.substring(0, text.length() - 3)
            + (last == 'A' ? 'B' : 'A')
            + text.substring(text.length() - 2);
    assertThatThrownBy(() -> SigningKey.parse(damaged))
        .isInstanceOf(MalformedLedgerData.class)
        .hasMessageNotContaining(text.substring(text.length() - 20, text.length() - 4));
    assertThat(LOG.toString()).isEqualTo("log.example/a+" + LOG.verifier().id());
  }

  @Test
  void aKeySignsOnlyWhatItIsFor() {
    assertThatIllegalStateException().isThrownBy(() -> WITNESS.sign("text\n"));
    assertThatIllegalStateException().isThrownBy(() -> LOG.cosign(CHECKPOINT, Generated.NOON));
  }

  @Test
  void checkpointsReadAsTheyAreWritten() {
    assertThat(Checkpoint.parse(CHECKPOINT.text())).isEqualTo(CHECKPOINT);
    var extended = CHECKPOINT.text() + "more\n";
    assertThat(Checkpoint.parse(extended).text()).isEqualTo(extended);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "o\n1\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
        "\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n+1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n-1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n9223372036854775808\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hS\n",
        "o\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
        "o\n1\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\nx\n"
      })
  void whatIsNoCheckpointIsRefused(String text) {
    assertThatThrownBy(() -> Checkpoint.parse(text)).isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void aCheckpointIsBelievedOnlyFromAKeyOfItsOrigin() {
    var note = SignedNote.sign(CHECKPOINT.text(), List.of(STRANGER));
    assertThat(TrustedKeys.of(STRANGER.verifier()).check(note))
        .isInstanceOfSatisfying(
            CheckpointVerdict.Refused.class,
            refused -> assertThat(refused.flaw()).isEqualTo(Flaw.WRONG_ORIGIN));
    assertThat(TrustedKeys.of(STRANGER.verifier(), LOG.verifier()).check(note))
        .isInstanceOfSatisfying(
            CheckpointVerdict.Refused.class,
            refused -> assertThat(refused.flaw()).isEqualTo(Flaw.BAD_SIGNATURE));
  }

  @Test
  void duringARotationOneOfTheKeysIsEnough() {
    var both = TrustedKeys.of(LOG.verifier(), NEXT.verifier());
    for (var keys : List.of(List.of(LOG), List.of(NEXT), List.of(NEXT, LOG))) {
      assertThat(both.check(SignedNote.sign(CHECKPOINT.text(), keys)))
          .isInstanceOf(CheckpointVerdict.Accepted.class);
    }
  }

  @Test
  void witnessesAreCountedByNameAndNeverReplaceTheLog() {
    var signed = SignedNote.sign(CHECKPOINT.text(), List.of(LOG));
    var time = Instant.ofEpochSecond(1_679_315_147);
    var once = signed.with(List.of(WITNESS.cosign(CHECKPOINT, time)));
    var twice = once.with(List.of(WITNESS.cosign(CHECKPOINT, time.plusSeconds(1))));
    var both = twice.with(List.of(OTHER_WITNESS.cosign(CHECKPOINT, time)));
    var keys =
        TrustedKeys.of(LOG.verifier())
            .withAll(List.of(WITNESS.verifier(), OTHER_WITNESS.verifier()));
    for (var tooFew : List.of(signed, once, twice)) {
      assertThat(keys.check(tooFew))
          .isInstanceOfSatisfying(
              CheckpointVerdict.Refused.class,
              refused -> assertThat(refused.flaw()).isEqualTo(Flaw.TOO_FEW_WITNESSES));
    }
    assertThat(keys.check(SignedNote.parse(both.toString())))
        .isInstanceOfSatisfying(
            CheckpointVerdict.Accepted.class,
            accepted ->
                assertThat(accepted.witnesses())
                    .containsExactly("other.example", "witness.example"));
    assertThat(once.signatures().getLast().time(WITNESS.verifier())).contains(time);
    var withoutLog = new SignedNote(CHECKPOINT.text(), both.signatures().subList(1, 4));
    assertThat(keys.check(withoutLog))
        .isInstanceOfSatisfying(
            CheckpointVerdict.Refused.class,
            refused -> assertThat(refused.flaw()).isEqualTo(Flaw.BAD_SIGNATURE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TrustedKeys(List.of(LOG.verifier()), List.of(WITNESS.verifier()), 2));
  }

  @Test
  void aCosignatureWithAnotherTimeIsForged() {
    var cosignature = WITNESS.cosign(CHECKPOINT, Generated.NOON);
    var bytes = Base64.getDecoder().decode(cosignature.encoded());
    bytes[11] ^= 1;
    var moved = new NoteSignature(cosignature.name(), Base64.getEncoder().encodeToString(bytes));
    var note = SignedNote.sign(CHECKPOINT.text(), List.of(LOG)).with(List.of(moved));
    assertThat(note.verify(List.of(LOG.verifier(), WITNESS.verifier())))
        .isEqualTo(new NoteVerdict.Forged(WITNESS.verifier()));
    bytes[4] |= (byte) 0x80;
    var beyond = new NoteSignature(cosignature.name(), Base64.getEncoder().encodeToString(bytes));
    assertThat(beyond.time(WITNESS.verifier())).isEmpty();
    assertThat(beyond.madeBy(WITNESS.verifier(), CHECKPOINT.text())).isFalse();
  }
}
