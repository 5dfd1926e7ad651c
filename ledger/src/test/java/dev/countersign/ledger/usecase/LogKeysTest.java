package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.NoteVerdict;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.store.LogKeyStore.Recorded;
import dev.countersign.ledger.store.LogKeyStore.State;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which keys sign what the operator of the log states.
class LogKeysTest {
  private static final String ORIGIN = "keys.test/log";
  private static final String STATEMENT = "keys.test statement v1\nit is so\n";
  private static final String CHECKPOINT = checkpoint(ORIGIN);

  @TempDir Path folder;

  private final SigningKey first = key();
  private final SigningKey second = key();

  private static SigningKey key() {
    return SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
  }

  private static String checkpoint(String origin) {
    var root = Base64.getEncoder().encodeToString(Digest.sha256(new byte[0]).bytes());
    return origin + "\n0\n" + root + "\n";
  }

  private LogKeys keys(List<SigningKey> here, State ofFirst, State ofSecond) {
    return LogKeys.in(
        new KeyFolder(folder),
        here,
        List.of(
            new Recorded(first.verifier(), ofFirst), new Recorded(second.verifier(), ofSecond)));
  }

  private static boolean signedBy(SignedNote note, SigningKey key) {
    return note.names(key.verifier())
        && note.verify(List.of(key.verifier())) instanceof NoteVerdict.Verified;
  }

  @Test
  void aKeySignsNoStatementBeforeItHasSignedTheCheckpointInIt() {
    var keys = keys(List.of(first, second), State.SIGNING, State.SIGNING);
    var old = SignedNote.sign(CHECKPOINT, List.of(first));
    assertThat(signedBy(keys.state(STATEMENT, old), first)).isTrue();
    assertThat(keys.state(STATEMENT, old).names(second.verifier())).isFalse();
    var both = SignedNote.sign(CHECKPOINT, List.of(first, second));
    assertThat(signedBy(keys.state(STATEMENT, both), first)).isTrue();
    assertThat(signedBy(keys.state(STATEMENT, both), second)).isTrue();
  }

  @Test
  void nothingIsStatedByNobody() {
    var keys = keys(List.of(first, second), State.RETIRED, State.SIGNING);
    var old = SignedNote.sign(CHECKPOINT, List.of(first));
    assertThatThrownBy(() -> keys.state(STATEMENT, old))
        .isInstanceOf(LedgerFailure.Uncovered.class);
  }

  @Test
  void onlyKeysThatSignSign() {
    for (var over : List.of(State.RETIRED, State.COMPROMISED)) {
      var keys = keys(List.of(first, second), over, State.SIGNING);
      var both = SignedNote.sign(CHECKPOINT, List.of(first, second));
      assertThat(keys.state(STATEMENT, both).names(first.verifier())).as(over.name()).isFalse();
      assertThat(signedBy(keys.state(STATEMENT, both), second)).isTrue();
    }
  }

  @Test
  void nothingIsStatedWhileAKeyThatSignsIsMissingHere() {
    var keys = keys(List.of(first), State.SIGNING, State.SIGNING);
    assertThat(keys.missing()).containsExactly(second.verifier());
    var both = SignedNote.sign(CHECKPOINT, List.of(first, second));
    assertThatThrownBy(() -> keys.state(STATEMENT, both))
        .isInstanceOf(LedgerFailure.Uncovered.class);
  }

  @Test
  void aCompromisedKeyIsKnownAndNotPublished() {
    var keys = keys(List.of(first, second), State.COMPROMISED, State.SIGNING);
    assertThat(keys.published()).containsExactly(second.verifier());
    assertThat(keys.current().known()).containsExactly(first.verifier(), second.verifier());
    assertThat(keys(List.of(first, second), State.RETIRED, State.SIGNING).published())
        .containsExactly(first.verifier(), second.verifier());
  }

  @Test
  void noStatementPassesForACheckpoint() {
    var keys = keys(List.of(first, second), State.SIGNING, State.SIGNING);
    var both = SignedNote.sign(CHECKPOINT, List.of(first, second));
    for (var text : List.of(CHECKPOINT, checkpoint("other.test/log"), ORIGIN + "\nit is so\n")) {
      assertThatThrownBy(() -> keys.state(text, both))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
