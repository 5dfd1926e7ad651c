package dev.countersign.trust.certificate;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.trust.EarnedStage;
import dev.countersign.trust.Profile;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.certificate.Certificate.Next;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Certificates as a log would issue them.
final class Certificates {
  static final String ORIGIN = "countersign.test/trust";
  static final SigningKey KEY = key(ORIGIN);
  static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private Certificates() {}

  static SigningKey key(String name) {
    return SigningKey.generate(name, SignatureType.ED25519, new SecureRandom());
  }

  static SignedNote checkpoint(SigningKey... keys) {
    var root = Digest.sha256(new byte[] {1});
    var checkpoint = new Checkpoint(keys[0].verifier().name(), 17, root, List.of());
    return SignedNote.sign(checkpoint.text(), List.of(keys));
  }

  static Certificate of(Profile profile, SignedNote checkpoint) {
    return new Certificate(
        new TenantId(new UUID(0x7000L, Long.MIN_VALUE)),
        new UUID(0x7001L, Long.MIN_VALUE),
        new ScopeKey("main", "vérification", "advance", ScopeKey.ANY),
        profile,
        Stage.GUARDED_AUTO,
        NOON.minus(Duration.ofDays(3)),
        NOON,
        Optional.of(0.05),
        0.01,
        Optional.of(
            new EarnedStage(
                Stage.GUARDED_AUTO,
                NOON.minus(Duration.ofDays(3)),
                2,
                0.05,
                2431.5,
                2400,
                157,
                1,
                Optional.of("policies 00, model x 2.2"))),
        Optional.of(new Next(Stage.CONDITIONAL_AUTO, 2, 0.02, 3.5251234, 4800, 70, 1)),
        Optional.of("policies 00, tool transition/1 to review, model \"x\" — 2.3"),
        NOON,
        NOON.plus(Certificate.LIFE),
        checkpoint);
  }

  /// Signed by these keys, under a checkpoint of theirs.
  static SignedNote signed(SigningKey... keys) {
    return SignedNote.sign(of(Profile.STANDARD, checkpoint(keys)).text(), List.of(keys));
  }
}
