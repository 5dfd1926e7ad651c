package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.CheckpointVerdict;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.store.LogKeyStore;
import dev.countersign.ledger.store.LogKeyStore.State;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The keys that sign the log: made, overlapping, retired, compromised; and which nodes may start.
class KeyRotationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);
  private static final Optional<String> ORIGIN = Optional.of("rotation.test/log");

  @TempDir Path folder;

  private final LedgerDatabase database = LedgerDatabase.create();
  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final Ids ids = new Ids(clock, new SecureRandom());

  private LogIdentity identity(Path keys) {
    return new LogIdentity(
        new LogKeyStore(database.as(DatabaseRole.APP)), keys, ids, new SecureRandom());
  }

  private RotateLogKey rotation() {
    return new RotateLogKey(
        new TenantTransactions(database.as(DatabaseRole.APP)),
        new KeyFolder(folder),
        database.keys().sealing(),
        ids,
        clock,
        new SecureRandom());
  }

  private Node node(LogKeys keys) {
    return new Node(database, Node.freshFile(), sources -> sources, new LogState(true), keys)
        .start();
  }

  private static boolean accepted(SignedNote note, VerifierKey key) {
    return TrustedKeys.of(key).check(note) instanceof CheckpointVerdict.Accepted;
  }

  private static SignedNote newest(Node node) {
    return node.signer.newest().orElseThrow().note();
  }

  @Test
  void aRotationOverlapsAndOldCheckpointsStayGood() {
    var keys = identity(folder).log(ORIGIN);
    var first = keys.published().getFirst();
    try (var node = node(keys)) {
      node.decide(10, ONE);
      var before = node.covered(10).note();
      assertThat(before.signatures()).hasSize(1);

      var second = rotation().create(ONE);
      assertThat(second.file()).hasFileName("signing-key-" + second.key().id());
      Await.until("both sign", PATIENCE, () -> newest(node).signatures().size() == 2);
      node.decide(10, ONE);
      // Its own entry is one more.
      var both = node.covered(21).note();
      assertThat(accepted(both, first)).isTrue();
      assertThat(accepted(both, second.key())).isTrue();
      assertThat(keys.published()).containsExactly(first, second.key());

      assertThat(rotation().retire(ONE, first.id(), false)).isEmpty();
      Await.until("one signs", PATIENCE, () -> newest(node).signatures().size() == 1);
      var after = node.covered(22).note();
      assertThat(accepted(after, second.key())).isTrue();
      assertThat(accepted(after, first)).isFalse();
      assertThat(keys.published()).containsExactly(first, second.key());
      assertThat(accepted(before, first)).as("an old one by the old key").isTrue();
      assertThat(node.recompute(new TrustedKeys(keys.published(), List.of(), 0))).isEmpty();
    }
    assertThat(actions()).containsExactly("ledger_key.created", "ledger_key.retired");
    // A start finds it so.
    assertThat(identity(folder).log(Optional.empty()).origin()).isEqualTo(ORIGIN.get());
  }

  private List<String> actions() {
    return database.texts(
        "select action from ledger.entry where action like 'ledger_key.%' order by log_index");
  }

  @Test
  void afterACompromiseNothingOverlapsAndTheKeyIsPublishedNoMore() {
    var keys = identity(folder).log(ORIGIN);
    var first = keys.published().getFirst();
    try (var node = node(keys)) {
      node.decide(10, ONE);
      node.covered(10);
      var next = rotation().retire(ONE, first.id(), true).orElseThrow();
      Await.until("the new one signs", PATIENCE, () -> accepted(newest(node), next.key()));
      assertThat(newest(node).signatures()).hasSize(1);
      assertThat(keys.published()).containsExactly(next.key());
      node.covered(12);
    }
    assertThat(actions()).containsExactly("ledger_key.compromised", "ledger_key.created");
  }

  @Test
  void aRetiredKeyMayTurnOutToBeCompromised() {
    var first = identity(folder).log(ORIGIN).published().getFirst();
    rotation().create(ONE);
    rotation().retire(ONE, first.id(), false);
    assertThat(rotation().retire(ONE, first.id(), true)).isEmpty();
    assertThat(rotation().list())
        .extracting(RotateLogKey.Listed::state)
        .containsExactly(State.COMPROMISED, State.SIGNING);
  }

  @Test
  void whatMustNotBeIsRefused() {
    assertThatThrownBy(() -> rotation().create(ONE)).isInstanceOf(Refusal.Conflict.class);
    var first = identity(folder).log(ORIGIN).published().getFirst();
    assertThatThrownBy(() -> rotation().retire(ONE, first.id(), false))
        .isInstanceOf(Refusal.Conflict.class);
    assertThatThrownBy(() -> rotation().retire(ONE, "00000000", true))
        .isInstanceOf(Refusal.NotFound.class);
    rotation().create(ONE);
    assertThatThrownBy(() -> rotation().create(ONE)).isInstanceOf(Refusal.Conflict.class);
    assertThat(database.number("select count(*) from ledger.pending")).isEqualTo(1);
  }

  @Test
  void aNodeWithoutAKeyThatSignsDoesNotStart(@TempDir Path other) throws IOException {
    identity(folder).log(ORIGIN);
    Files.copy(folder.resolve("signing-key"), other.resolve("signing-key"));
    var second = rotation().create(ONE);
    assertThatThrownBy(() -> identity(other).log(Optional.empty()))
        .isInstanceOf(IdentityRefused.class)
        .hasMessageContaining("`" + second.key().id() + "` is missing");
    Files.copy(second.file(), other.resolve(String.valueOf(second.file().getFileName())));
    assertThat(identity(other).log(Optional.empty()).published()).contains(second.key());
    // What was retired may be taken away.
    var first = rotation().list().getFirst().key();
    rotation().retire(ONE, first.id(), false);
    Files.delete(other.resolve("signing-key"));
    assertThat(identity(other).log(Optional.empty()).published()).contains(first);
  }

  @Test
  void aNodeWithAKeyThatTheDatabaseDoesNotKnowDoesNotStartUntilItIsAdded() {
    identity(folder).log(ORIGIN);
    var begun = SigningKey.generate(ORIGIN.get(), SignatureType.ED25519, new SecureRandom());
    new SigningKeyFile(folder.resolve("signing-key-" + begun.verifier().id())).create(begun);
    assertThatThrownBy(() -> identity(folder).log(Optional.empty()))
        .isInstanceOf(IdentityRefused.class)
        .hasMessageContaining("does not know the signing key `" + begun.verifier().id());
    assertThat(rotation().create(ONE).key()).as("gone on with").isEqualTo(begun.verifier());
    assertThat(identity(folder).log(Optional.empty()).published()).contains(begun.verifier());
  }

  @Test
  void anotherOriginOrAnotherKeyDoesNotStart(@TempDir Path other) {
    identity(folder).log(ORIGIN);
    assertThatThrownBy(() -> identity(folder).log(Optional.of("other.test/log")))
        .isInstanceOf(IdentityRefused.class)
        .hasMessageContaining("countersign.ledger.origin");
    assertThatThrownBy(() -> identity(other).log(Optional.empty()))
        .isInstanceOf(IdentityRefused.class)
        .hasMessageContaining("is missing");
    assertThat(other).isEmptyDirectory();
  }

  @Test
  void aWitnessKeepsItsNameAndKeys(@TempDir Path other) {
    var first = identity(folder).witness(Optional.of("me.test/w"));
    assertThat(first)
        .extracting(key -> key.verifier().type())
        .containsExactly(SignatureType.COSIGNATURE_V1, SignatureType.COSIGNATURE_ML_DSA_44);
    assertThat(identity(folder).witness(Optional.empty()))
        .extracting(SigningKey::verifier)
        .containsExactlyElementsOf(first.stream().map(SigningKey::verifier).toList());
    assertThatThrownBy(() -> identity(folder).witness(Optional.of("you.test/w")))
        .isInstanceOf(IdentityRefused.class);
    assertThatThrownBy(() -> identity(other).witness(Optional.of("me.test/w")))
        .isInstanceOf(IdentityRefused.class)
        .hasMessageContaining("another key");
  }
}
