package dev.countersign.trust.certificate;

import static dev.countersign.trust.certificate.Certificates.KEY;
import static dev.countersign.trust.certificate.Certificates.NOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.MalformedLedgerData;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.trust.Profile;
import dev.countersign.trust.certificate.CertificateVerdict.Fault;
import dev.countersign.trust.certificate.CertificateVerdict.Refused;
import dev.countersign.trust.certificate.CertificateVerdict.Valid;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CertificateTest {
  private static final TrustedKeys TRUSTED = TrustedKeys.of(KEY.verifier());

  @Test
  void whatWasIssuedVerifiesAndSaysWhatItStates() {
    var note = Certificates.signed(KEY);
    var valid = (Valid) verify(note.toString(), TRUSTED, NOON);
    assertThat(valid.origin()).isEqualTo(Certificates.ORIGIN);
    assertThat(valid.size()).isEqualTo(17);
    assertThat(valid.certificate())
        .isEqualTo(Certificates.of(Profile.STANDARD, Certificates.checkpoint(KEY)));
    assertThat(Certificate.parse(note.text()).text()).isEqualTo(note.text());
    assertThat(note.text()).startsWith("countersign.dev/trust-certificate/v1\n{\"action_type\":");
  }

  @Test
  void everyChangedByteIsFound() {
    var sound = Certificates.signed(KEY).toString().getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < sound.length; at++) {
      for (int bit : new int[] {0, 1, 5}) {
        var changed = sound.clone();
        changed[at] ^= (byte) (1 << bit);
        assertThat(CertificateVerdict.of(changed, TRUSTED, NOON))
            .as("byte %d, bit %d", at, bit)
            .isInstanceOf(Refused.class);
      }
    }
    for (int length = 0; length < sound.length; length++) {
      var cut = Arrays.copyOf(sound, length);
      assertThat(CertificateVerdict.of(cut, TRUSTED, NOON)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void itIsInForceForADayAndExpiryIsTold() {
    var note = Certificates.signed(KEY).toString();
    var end = NOON.plus(Duration.ofHours(24));
    assertThat(verify(note, TRUSTED, end.minusNanos(1))).isInstanceOf(Valid.class);
    assertThat(fault(note, TRUSTED, end)).isEqualTo(Fault.EXPIRED);
    assertThat(verify(note, TRUSTED, NOON.minus(Duration.ofMinutes(5)))).isInstanceOf(Valid.class);
    assertThat(fault(note, TRUSTED, NOON.minus(Duration.ofMinutes(6)))).isEqualTo(Fault.NOT_YET);
    var longer =
        Certificates.of(Profile.STANDARD, Certificates.checkpoint(KEY))
            .text()
            .replace("2026-11-24T12:00:00Z", "2026-11-24T12:00:01Z");
    assertThat(fault(signed(longer), TRUSTED, NOON)).isEqualTo(Fault.MALFORMED);
  }

  @Test
  void anotherKeyIsNotBelievedAndInARotationEitherIs() {
    var other = Certificates.key(Certificates.ORIGIN);
    assertThat(fault(Certificates.signed(other).toString(), TRUSTED, NOON))
        .isEqualTo(Fault.BAD_SIGNATURE);
    var both = Certificates.signed(KEY, other).toString();
    assertThat(verify(both, TRUSTED, NOON)).isInstanceOf(Valid.class);
    assertThat(verify(both, TrustedKeys.of(other.verifier()), NOON)).isInstanceOf(Valid.class);
    assertThat(verify(both, TrustedKeys.of(KEY.verifier(), other.verifier()), NOON))
        .isInstanceOf(Valid.class);
    var forged = both.replace("\"budget\":0.05", "\"budget\":0.06");
    assertThat(fault(forged, TrustedKeys.of(other.verifier()), NOON))
        .isEqualTo(Fault.BAD_SIGNATURE);
  }

  @Test
  void aCheckpointIsNoCertificateAndACertificateNoCheckpoint() {
    var checkpoint = Certificates.checkpoint(KEY);
    assertThat(fault(checkpoint.toString(), TRUSTED, NOON)).isEqualTo(Fault.MALFORMED);
    var certificate = Certificates.signed(KEY);
    assertThat(TRUSTED.check(certificate)).isInstanceOf(CheckpointVerdict.Refused.class);
    assertThat(Checkpoint.reads(certificate.text())).isFalse();
    var named = Certificates.key(Certificate.KIND);
    assertThat(TrustedKeys.of(named.verifier()).check(Certificates.signed(named)))
        .as("of a log that is called like the first line")
        .isInstanceOf(CheckpointVerdict.Refused.class);
  }

  @Test
  void theLogSignsNoStatementThatCouldPassForACheckpoint() {
    var keys = LogKeys.of(KEY);
    var checkpoint = Certificates.checkpoint(KEY);
    var text = Certificates.of(Profile.STANDARD, checkpoint).text();
    assertThat(verify(keys.state(text, checkpoint).toString(), TRUSTED, NOON))
        .isInstanceOf(Valid.class);
    for (var bad :
        List.of(
            Certificates.checkpoint(KEY).text(),
            Certificates.checkpoint(Certificates.key("elsewhere.test/x")).text(),
            Certificates.ORIGIN + "\nanything\n")) {
      assertThatThrownBy(() -> keys.state(bad, checkpoint))
          .isInstanceOf(IllegalArgumentException.class);
    }
    var named = LogKeys.of(Certificates.key(Certificate.KIND));
    assertThatThrownBy(() -> named.state(text, checkpoint))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aKeySignsNoStatementBeforeItHasSignedTheCheckpointInIt() {
    var checkpoint = Certificates.checkpoint(KEY);
    var text = Certificates.of(Profile.STANDARD, checkpoint).text();
    var fresh = LogKeys.of(Certificates.key(Certificates.ORIGIN));
    assertThatThrownBy(() -> fresh.state(text, checkpoint))
        .isInstanceOf(LedgerFailure.Uncovered.class);
  }

  @Test
  void theCheckpointInItMustBeOfTheLogThatSigned() {
    var other = Certificates.key("elsewhere.test/x");
    var text = Certificates.of(Profile.STANDARD, Certificates.checkpoint(other)).text();
    var note = signed(text);
    assertThat(fault(note, TRUSTED, NOON)).isEqualTo(Fault.BAD_CHECKPOINT);
    assertThat(fault(note, TrustedKeys.of(KEY.verifier(), other.verifier()), NOON))
        .isEqualTo(Fault.WRONG_ORIGIN);
  }

  @Test
  void witnessesThatAreWantedMustHaveCosignedTheCheckpoint() {
    var witness =
        SigningKey.generate("witness.test/w", SignatureType.COSIGNATURE_V1, new SecureRandom());
    var wanted = TRUSTED.withAll(List.of(witness.verifier()));
    assertThat(fault(Certificates.signed(KEY).toString(), wanted, NOON))
        .isEqualTo(Fault.BAD_CHECKPOINT);
    var plain = Certificates.checkpoint(KEY);
    var cosigned = plain.with(List.of(witness.cosign(Checkpoint.parse(plain.text()), NOON)));
    var note = signed(Certificates.of(Profile.STANDARD, cosigned).text());
    assertThat(((Valid) verify(note, wanted, NOON)).witnesses()).containsExactly("witness.test/w");
  }

  @Test
  void aDemoTenantsSaysSo() {
    var demo = Certificates.of(Profile.DEMO, Certificates.checkpoint(KEY));
    assertThat(demo.text()).contains("\"demo\":true");
    var lying = demo.text().replace("\"demo\":true", "\"demo\":false");
    assertThatThrownBy(() -> Certificate.parse(lying)).isInstanceOf(MalformedLedgerData.class);
  }

  @Test
  void theEvidenceIsOfTheStageThatIsCertified() {
    var text = Certificates.of(Profile.STANDARD, Certificates.checkpoint(KEY)).text();
    for (var other :
        List.of(
            text.replace("\"to\":\"guarded_auto\"", "\"to\":\"propose\""),
            text.replace("\"at\":\"2026-11-20", "\"at\":\"2026-11-19"))) {
      assertThat(other).isNotEqualTo(text);
      assertThat(fault(signed(other), TRUSTED, NOON)).as(other).isEqualTo(Fault.MALFORMED);
    }
  }

  @Test
  void onlyOneSpellingIsTaken() {
    var text = Certificates.of(Profile.STANDARD, Certificates.checkpoint(KEY)).text();
    for (var other :
        List.of(
            text.replace("{\"action", "{ \"action"),
            text.replace("\"risk\":0.01", "\"risk\":1e-2"),
            text.replace("\"risk\":0.01,", ""),
            text.replace("\"counted\":157,", ""),
            text.replace("\"counted\":157,", "\"counted\":157,\"fine\":true,"),
            text.replace("{\"action", "{\"a\":1,\"action"),
            text.replace("12:00:00Z", "12:00:00.000Z"),
            text.replace("/v1\n", "/v2\n"),
            text + "\n",
            text + "more\n",
            text.replace("\"stage\":\"guarded_auto\"", "\"stage\":\"blocked\""))) {
      assertThat(other).isNotEqualTo(text);
      assertThat(fault(signed(other), TRUSTED, NOON)).as(other).isEqualTo(Fault.MALFORMED);
    }
  }

  private static String signed(String text) {
    return SignedNote.sign(text, List.of(KEY)).toString();
  }

  private static CertificateVerdict verify(String note, TrustedKeys keys, Instant now) {
    return CertificateVerdict.of(note.getBytes(StandardCharsets.UTF_8), keys, now);
  }

  private static Fault fault(String note, TrustedKeys keys, Instant now) {
    return ((Refused) verify(note, keys, now)).fault();
  }
}
