package dev.countersign.ledger.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.WatchedLog;
import dev.countersign.ledger.store.WatchedLogs;
import dev.countersign.ledger.witness.RemoteWitness;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;

/// A log that is watched and a witness that watches, over real HTTP: two of them watch each other.
final class Instance implements AutoCloseable {
  static final Duration INTERVAL = Duration.ofMillis(50);
  private static final TenantId ONE = LedgerDatabase.TENANTS.get(0);

  /// Who it is, whatever happens to its database.
  record Identity(SigningKey log, List<SigningKey> witness) {
    static Identity of(String name) {
      var random = new SecureRandom();
      return new Identity(
          SigningKey.generate(name + "/log", SignatureType.ED25519, random),
          List.of(
              SigningKey.generate(name + "/w", SignatureType.COSIGNATURE_V1, random),
              SigningKey.generate(name + "/w", SignatureType.COSIGNATURE_ML_DSA_44, random)));
    }

    List<VerifierKey> witnessKeys() {
      return witness.stream().map(SigningKey::verifier).toList();
    }

    /// What a stranger believes who wants this log's entries cosigned by that witness.
    TrustedKeys cosignedBy(Identity other) {
      return TrustedKeys.of(log.verifier()).withAll(other.witnessKeys());
    }
  }

  final Node node;
  final PublishedCheckpoints published;
  final GatherCosignatures gathering;
  final CosignCheckpoint witness;
  final LedgerReader reader;

  /// @param served where it answers as a witness
  /// @param peer the witness that it asks
  Instance(
      Identity own,
      LedgerDatabase database,
      Path checkpoint,
      WitnessServer served,
      WatchedLog watched,
      RemoteWitness peer,
      int quorum) {
    var state = new LogState(true);
    var keys = LogKeys.of(own.log());
    node = new Node(database, checkpoint, sources -> sources, state, keys);
    published = new PublishedCheckpoints(node.signer, keys, peer.keys(), quorum);
    gathering =
        new GatherCosignatures(
            database.as(DatabaseRole.APP),
            node.signer,
            published,
            keys,
            List.of(new Witness(peer, INTERVAL)),
            state);
    witness =
        new CosignCheckpoint(
            List.of(watched),
            own.witness(),
            new WatchedLogs(database.as(DatabaseRole.APP)),
            state,
            node.clock);
    reader = new LedgerReader(node.transactions, published, keys.origin(), node.content);
    served.behave(WitnessServer.of(witness));
  }

  Instance start() {
    gathering.start();
    node.start();
    return this;
  }

  /// Appends, and waits until what is shown covers it.
  CheckpointSigner.Signed append(int entries, long size) throws InterruptedException {
    node.decide(entries, ONE);
    return published.covering(size, Duration.ofSeconds(20)).orElseThrow();
  }

  String receipt(long index) {
    return reader.receipt(node.principal(ONE), index);
  }

  @Override
  public void close() {
    gathering.close();
    node.close();
  }
}
