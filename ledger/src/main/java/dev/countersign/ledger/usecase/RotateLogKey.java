package dev.countersign.ledger.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.ledger.store.LogKeyStore;
import dev.countersign.ledger.store.LogKeyStore.Recorded;
import dev.countersign.ledger.store.LogKeyStore.State;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Changes the keys that sign the log: a new one beside the old one, then the old one's end.
///
/// While two keys sign, every checkpoint carries both signatures, so verifiers and witnesses that
/// know either are content. After a compromise there is no overlap: the new key takes over in the
/// transaction that ends the old one. Each step is an entry of the given tenant. Running servers
/// follow within seconds, as far as they have the key's file.
///
/// For an operator at the data directory, one at a time.
public final class RotateLogKey {
  /// A third key would mean that the first change was never finished.
  private static final int MOST_SIGNING = 2;

  private final TenantTransactions transactions;
  private final OperatorSteps steps;
  private final KeyFolder folder;
  private final SecureRandom random;

  public RotateLogKey(
      TenantTransactions transactions,
      KeyFolder folder,
      Sealing sealing,
      Ids ids,
      Clock clock,
      SecureRandom random) {
    this.transactions = transactions;
    this.folder = folder;
    this.steps = new OperatorSteps(transactions, sealing, ids, clock);
    this.random = random;
  }

  /// A key, what it is to the log, and whether its private half is in this folder.
  public record Listed(VerifierKey key, State state, boolean here) {}

  /// A key that signs from now on, and the file that every node needs.
  public record Created(VerifierKey key, Path file) {}

  /// All keys of the log, the oldest first.
  public List<Listed> list() {
    var here = folder.keys().stream().map(SigningKey::verifier).toList();
    return transactions.open(handle -> recorded(handle.getConnection())).stream()
        .map(key -> new Listed(key.key(), key.state(), here.contains(key.key())))
        .toList();
  }

  /// Makes a key that signs beside the present one; goes on with one whose making was cut off.
  ///
  /// Throws [Refusal.Conflict] if two keys sign already.
  ///
  /// @param tenant whose log gets the entry
  public Created create(TenantId tenant) {
    return change(
        tenant,
        change -> {
          if (change.signing().count() >= MOST_SIGNING) {
            throw new Refusal.Conflict(
                "two_keys_sign", "two keys sign already; retire the old one first");
          }
          return change.add();
        });
  }

  /// Ends the use of a key; yields the one that takes its place if there was no other.
  ///
  /// Throws [Refusal.NotFound] if there is no such key that could be ended, and [Refusal.Conflict]
  /// if it is the only one that signs and was not compromised.
  public Optional<Created> retire(TenantId tenant, String keyId, boolean compromised) {
    return change(
        tenant,
        change -> {
          var key =
              change.known.stream()
                  .filter(known -> known.key().id().equals(keyId))
                  .filter(known ->
                      known.state() == State.SIGNING
                          || (compromised && known.state() == State.RETIRED))
                  .findFirst()
                  .orElseThrow(() -> new Refusal.NotFound("signing_key", keyId))
                  .key();
          boolean last = change.signing().allMatch(signing -> signing.key().equals(key));
          if (last && !compromised) {
            throw new Refusal.Conflict(
                "only_key", "no other key signs; make one first, and let it overlap");
          }
          change.end(key, compromised ? State.COMPROMISED : State.RETIRED);
          return last ? Optional.of(change.add()) : Optional.<Created>empty();
        });
  }

  private interface Work<T> {
    T in(Change change) throws SQLException;
  }

  private <T> T change(TenantId tenant, Work<T> work) {
    return steps.run(
        tenant,
        transaction -> {
          var connection = transaction.handle().getConnection();
          LogKeyStore.lock(connection);
          var known = LogKeyStore.read(connection);
          if (known.isEmpty()) {
            throw new Refusal.Conflict("no_log", "the log has no key yet; start its server once");
          }
          return work.in(new Change(transaction, known));
        });
  }

  private static List<Recorded> recorded(java.sql.Connection connection) {
    try {
      return LogKeyStore.read(connection);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  /// A change under the lock.
  private final class Change {
    private final LedgerTransaction transaction;
    private final List<Recorded> known;

    Change(LedgerTransaction transaction, List<Recorded> known) {
      this.transaction = transaction;
      this.known = known;
    }

    Stream<Recorded> signing() {
      return known.stream().filter(key -> key.state() == State.SIGNING);
    }

    /// The file first: a key that the database names and nobody has would stop every start.
    Created add() throws SQLException {
      var verifiers = known.stream().map(Recorded::key).toList();
      var begun =
          folder.keys().stream().filter(key -> !verifiers.contains(key.verifier())).findFirst();
      var key =
          begun.orElseGet(() ->
              SigningKey.generate(verifiers.getFirst().name(), SignatureType.ED25519, random));
      var file = begun.isPresent() ? folder.file(key) : folder.add(key);
      LogKeyStore.add(transaction.handle().getConnection(), key.verifier());
      record("ledger_key.created", key.verifier());
      return new Created(key.verifier(), file);
    }

    void end(VerifierKey key, State state) throws SQLException {
      LogKeyStore.end(transaction.handle().getConnection(), key, state);
      record("ledger_key." + state.word(), key);
    }

    private void record(String action, VerifierKey key) {
      transaction.record(
          action,
          "ledger_key",
          key.id(),
          transaction.newId(),
          Json.object().put("key", key.toString()).build());
    }
  }
}
