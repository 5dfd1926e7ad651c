package dev.countersign.workflow.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.store.LogKeyStore;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.CoveredReads;
import dev.countersign.ledger.usecase.KeyFolder;
import dev.countersign.ledger.usecase.LogIdentity;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.RotateLogKey;
import dev.countersign.testkit.Await;
import dev.countersign.trust.certificate.CertificateVerdict;
import dev.countersign.trust.usecase.IssueCertificate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Certificates while the keys of the log change, as an operator changes them.
class CertificateRotationTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path folder;

  private final World world = World.ready();

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void bothKeysSignInARotationAndAnOldCertificateStaysGood() {
    world.propose(World.id(world.open(), "case_id"), "advance");
    var keys =
        new LogIdentity(
                new LogKeyStore(world.database.as(DatabaseRole.APP)),
                folder,
                world.ids,
                new SecureRandom())
            .log(Optional.of(World.ORIGIN));
    var first = keys.published().getFirst();
    try (var signer =
        new CheckpointSigner(
            world.database.as(DatabaseRole.SEQUENCER),
            keys,
            folder.resolve("checkpoint"),
            new LogState(true))) {
      signer.start();
      var certificates =
          new IssueCertificate(
              world.scopes, new CoveredReads(world.transactions, signer), keys, world.clock);
      var scope = scope();
      var before = certificates.issue(world.agent, scope);
      assertThat(valid(before, first)).isTrue();

      var second = rotation().create(world.tenant).key();
      Await.until(
          "both sign",
          PATIENCE,
          () -> certificates.issue(world.agent, scope).signatures().size() == 2);
      var both = certificates.issue(world.agent, scope);
      assertThat(valid(both, first)).isTrue();
      assertThat(valid(both, second)).isTrue();

      assertThat(rotation().retire(world.tenant, first.id(), false)).isEmpty();
      Await.until(
          "one signs",
          PATIENCE,
          () -> certificates.issue(world.agent, scope).signatures().size() == 1);
      var after = certificates.issue(world.agent, scope);
      assertThat(valid(after, second)).isTrue();
      assertThat(valid(after, first)).isFalse();
      assertThat(valid(before, first)).as("an old one by the old key").isTrue();
    }
  }

  private RotateLogKey rotation() {
    return new RotateLogKey(
        world.transactions,
        new KeyFolder(folder),
        world.content.sealing(),
        world.ids,
        world.clock,
        new SecureRandom());
  }

  private UUID scope() {
    return world.transactions.run(
        world.tenant,
        Rules.READ,
        transaction ->
            World.id(
                world.scopes.list(transaction, 1, Optional.empty()).items().getFirst(),
                "scope_id"));
  }

  private boolean valid(SignedNote note, VerifierKey key) {
    return CertificateVerdict.of(
            note.toString().getBytes(StandardCharsets.UTF_8),
            TrustedKeys.of(key),
            world.clock.instant())
        instanceof CertificateVerdict.Valid;
  }
}
