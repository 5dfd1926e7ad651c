package dev.countersign.ledger.usecase;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.Checkpoint;
import dev.countersign.ledger.CompactRange;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Leaf;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SignedNote;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.HeadGuard;
import dev.countersign.ledger.store.KeptCheckpoints;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.ledger.store.WholeLog;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A real log in a real database, sound and then changed behind its back.
class FsckTest {
  // Roles belong to the whole server, which the tests of a JVM share.
  private static final String PASSWORD = LedgerDatabase.PASSWORD;
  private static final SigningKey KEY =
      SigningKey.generate("countersign.test/fsck", SignatureType.ED25519, new SecureRandom());
  private static final TrustedKeys KEYS = TrustedKeys.of(KEY.verifier());
  private static final TenantId ONE = new TenantId(new UUID(0, 1));
  private static final TenantId TWO = new TenantId(new UUID(0, 2));

  // Over two tiles of leaves and two pages of the check, so that all of it is walked.
  private static final int BATCHES = 11;
  private static final int ENTRIES = BATCHES * 53;

  private final TestDatabase database = TestPostgres.database("fsck", FsckTest::migrateAndGrow);

  @Test
  void soundLogIsSound() throws SQLException {
    assertThat(fsck(List.of(checkpoint())))
        .isEqualTo(new Fsck.Finding.Sound(ENTRIES, 0, 0, 2, 0, 1, 0));
  }

  @Test
  void emptyLogIsSound() {
    var empty = TestPostgres.database("fsck_empty", FsckTest::migrate);
    var finding =
        new Fsck(empty.dataSource(DatabaseRole.FSCK.login(), PASSWORD), Optional.of(keys(empty)))
            .run(List.of(), KEYS, (_, _) -> {});
    assertThat(finding).isEqualTo(new Fsck.Finding.Sound(0, 0, 0, 0, 0, 0, 0));
  }

  @Test
  void erasedEntriesKeepTheLogSound() throws SQLException {
    change("update ledger.entry set sealed = null where log_index in (7, 300)");
    change(
        """
        insert into ledger.erasure (tenant_id, log_index, erasure_id, erased_at, reason)
        select tenant_id, log_index, gen_random_uuid(), now(), 'asked for' from ledger.entry where log_index in (7, 300)\
        """);
    assertThat(fsck(List.of(checkpoint())))
        .isEqualTo(new Fsck.Finding.Sound(ENTRIES, 2, 0, 2, 0, 1, 0));
  }

  @Test
  void logMayGrowMeanwhile() throws SQLException {
    var grown = new ArrayList<Long>();
    var finding =
        new Fsck(
                database.dataSource(DatabaseRole.FSCK.login(), PASSWORD),
                Optional.of(keys(database)))
            .run(
                List.of(checkpoint()),
                KEYS,
                (checked, _) -> {
                  grow(database, new SplittableRandom(checked), 5);
                  grown.add(checked);
                });
    assertThat(finding).isEqualTo(new Fsck.Finding.Sound(ENTRIES, 0, 0, 2, 0, 1, 0));
    assertThat(grown).hasSize(2);
  }

  @Test
  void waitingEntriesAreCounted() throws SQLException {
    change(
        "insert into ledger.pending (tenant_id, id, sealed) values ('%s', '%s', '')"
            .formatted(ONE, UUID.randomUUID()));
    assertThat(fsck(List.of())).isEqualTo(new Fsck.Finding.Sound(ENTRIES, 0, 0, 2, 1, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // content
        "update ledger.entry set sealed = set_byte(sealed, length(sealed) - 20, get_byte(sealed, length(sealed) - 20) # 1) where log_index = 401",
        "update ledger.entry set sealed = set_byte(sealed, 0, 2) where log_index = 0",
        "update ledger.entry set sealed = '' where log_index = 12",
        "update ledger.entry set sealed = null where log_index = 12",
        // what entries are searched by
        "update ledger.entry set action = 'other.thing' where log_index = 30",
        "update ledger.entry set time = time + interval '1 microsecond' where log_index = 582",
        "update ledger.entry set id = gen_random_uuid() where log_index = 257",
        "update ledger.entry set correlation_id = gen_random_uuid() where log_index = 256",
        // place
        "delete from ledger.entry where log_index = 0",
        "delete from ledger.entry where log_index = 499",
        "delete from ledger.entry where log_index = 582",
        "update ledger.entry e set sealed = o.sealed from ledger.entry o where (e.log_index, o.log_index) in ((498, 502), (502, 498))",
        "update ledger.entry e set sealed = o.sealed, id = o.id from ledger.entry o where (e.log_index, o.log_index) in ((498, 502), (502, 498)) and e.tenant_id = o.tenant_id",
        "update ledger.entry set tenant_id = case tenant_id when '00000000-0000-0000-0000-000000000001' then '00000000-0000-0000-0000-000000000002'::uuid else '00000000-0000-0000-0000-000000000001'::uuid end where log_index = 77",
        // commitments
        "update ledger.leaf_batch set commitments = sha256(commitments) || substr(commitments, 33) where first_index = 53",
        "delete from ledger.leaf_batch where first_index = 106",
        "delete from ledger.leaf_batch where first_index = 530",
        "update ledger.leaf_batch set first_index = first_index + 1 where first_index = 530",
        // tiles
        "update ledger.tile set hashes = sha256(hashes) || substr(hashes, 33) where level = 0 and n = 1",
        "update ledger.tile set hashes = sha256(hashes) || substr(hashes, 33) where level = 1",
        "delete from ledger.tile where level = 0 and n = 0",
        "delete from ledger.tile where level = 1",
        "update ledger.tile set hashes = substr(hashes, 1, 32) where level = 1",
        // head and chains
        "update ledger.head set range = sha256(range) || substr(range, 33)",
        "update ledger.chain set next_seq = next_seq + 1 where tenant_id = '00000000-0000-0000-0000-000000000002'",
        "update ledger.chain set leaf_hash = sha256(leaf_hash) where tenant_id = '00000000-0000-0000-0000-000000000001'",
        "delete from ledger.chain where tenant_id = '00000000-0000-0000-0000-000000000001'"
      })
  void everyChangeBehindItsBackIsFound(String change) throws SQLException {
    var checkpoint = checkpoint();
    assertThat(change(change)).as("rows changed").isPositive();
    assertThat(fsck(List.of(checkpoint))).isInstanceOf(Fsck.Finding.Damaged.class);
  }

  /// The database agrees with itself; only what was signed before tells.
  @Test
  void cutTailIsFoundByTheCheckpoint() throws SQLException {
    var older = TestPostgres.database("fsck", FsckTest::migrateAndGrow);
    grow(database, new SplittableRandom(9), 1);
    var newest = checkpoint();
    var finding =
        new Fsck(older.dataSource(DatabaseRole.FSCK.login(), PASSWORD), Optional.of(keys(older)))
            .run(List.of(newest), KEYS, (_, _) -> {});
    assertThat(finding)
        .isInstanceOfSatisfying(
            Fsck.Finding.Damaged.class,
            damaged -> assertThat(damaged.first().message()).contains("cut or set back"));
  }

  @Test
  void checkpointOfAnotherKeyIsNotBelieved() throws SQLException {
    var stranger =
        SigningKey.generate("countersign.test/fsck", SignatureType.ED25519, new SecureRandom());
    var note = SignedNote.parse(checkpoint().toString());
    assertThat(fsck(List.of(SignedNote.sign(note.text(), List.of(stranger)))))
        .isInstanceOf(Fsck.Finding.Damaged.class);
  }

  @Test
  void whatTheDatabaseKeepsIsComparedToo() throws SQLException {
    // More than two pages of them, one by a key that signs no more.
    var old =
        SigningKey.generate("countersign.test/fsck", SignatureType.ED25519, new SecureRandom());
    change(
        "insert into ledger.log_key (key, state, ended_at) values ('%s', 'compromised', now())"
            .formatted(old.verifier()));
    try (var connection = database.superuserDataSource().getConnection()) {
      var kept = new KeptCheckpoints(connection);
      var head = CompactRange.EMPTY;
      for (var batch : new WholeLog(connection, Optional.empty()).batches(0, 5)) {
        for (var commitment : batch.commitments()) {
          head = head.append(Leaf.hash(commitment));
          kept.keep(head.size(), signed(head, head.size() == 7 ? old : KEY));
        }
      }
    }
    assertThat(fsck(List.of()))
        .isEqualTo(new Fsck.Finding.Sound(ENTRIES, 0, 0, 2, 0, 0, 5 * ENTRIES / BATCHES));
    change("delete from ledger.log_key");
    assertThat(fsck(List.of()))
        .isInstanceOfSatisfying(
            Fsck.Finding.Damaged.class,
            damaged -> {
              assertThat(damaged.first().place()).isEqualTo("the kept checkpoint of size 7");
              assertThat(damaged.first().message()).contains("no known key");
            });
  }

  /// A tail that is cut with head and chains leaves the database in agreement with itself but for
  /// what it keeps.
  @Test
  void cutTailIsFoundByWhatTheDatabaseKeeps() throws SQLException {
    var note = checkpoint();
    try (var connection = database.superuserDataSource().getConnection()) {
      var longer = HeadGuard.head(connection).append(Digest.ZERO);
      new KeptCheckpoints(connection).keep(longer.size(), signed(longer, KEY));
    }
    assertThat(fsck(List.of(note)))
        .isInstanceOfSatisfying(
            Fsck.Finding.Damaged.class,
            damaged -> {
              assertThat(damaged.first().place())
                  .isEqualTo("the kept checkpoint of size " + (ENTRIES + 1));
              assertThat(damaged.first().message()).contains("cut or set back");
            });
  }

  private static SignedNote signed(CompactRange head, SigningKey key) {
    return SignedNote.sign(Checkpoint.of(key.verifier().name(), head).text(), List.of(key));
  }

  /// Of all databases of this test: those that come from one template have its fingerprints.
  private static ContentKeys keys(TestDatabase database) {
    return ContentKeyStore.open(
        Path.of("target", "content-keys", "fsck"),
        database.dataSource(DatabaseRole.APP.login(), PASSWORD),
        database.dataSource(DatabaseRole.MAINTENANCE.login(), PASSWORD),
        new SecureRandom());
  }

  @Test
  void withoutTheKeysItStillChecksWhatNeedsNoContent() throws SQLException {
    var finding =
        new Fsck(database.dataSource(DatabaseRole.FSCK.login(), PASSWORD), Optional.empty())
            .run(List.of(checkpoint()), KEYS, (_, _) -> {});
    assertThat(finding).isEqualTo(new Fsck.Finding.Sound(ENTRIES, 0, ENTRIES, 2, 0, 1, 0));
    change("delete from ledger.entry where log_index = 499");
    assertThat(
            new Fsck(database.dataSource(DatabaseRole.FSCK.login(), PASSWORD), Optional.empty())
                .run(List.of(checkpoint()), KEYS, (_, _) -> {}))
        .isInstanceOf(Fsck.Finding.Damaged.class);
  }

  private Fsck.Finding fsck(List<SignedNote> checkpoints) {
    return new Fsck(
            database.dataSource(DatabaseRole.FSCK.login(), PASSWORD), Optional.of(keys(database)))
        .run(checkpoints, KEYS, (_, _) -> {});
  }

  private int change(String sql) throws SQLException {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      return statement.executeUpdate(sql);
    }
  }

  private SignedNote checkpoint() throws SQLException {
    try (var connection = database.superuserDataSource().getConnection()) {
      return signed(HeadGuard.head(connection), KEY);
    }
  }

  private static void migrateAndGrow(TestDatabase database) {
    migrate(database);
    var random = new SplittableRandom(1);
    for (int i = 0; i < BATCHES; i++) {
      grow(database, random, ENTRIES / BATCHES);
    }
  }

  private static void grow(TestDatabase database, RandomGenerator random, int entries) {
    var drafts = new ArrayList<AppendPath.Salted>();
    for (int i = 0; i < entries; i++) {
      var salt = new byte[Salt.LENGTH];
      random.nextBytes(salt);
      drafts.add(new AppendPath.Salted(draft(random), Salt.of(salt)));
    }
    try (var connection =
        database.dataSource(DatabaseRole.SEQUENCER.login(), PASSWORD).getConnection()) {
      connection.setAutoCommit(false);
      new AppendPath(keys(database))
          .prepare(connection, new UUID(random.nextLong(), random.nextLong()), drafts)
          .commit(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Entry.Draft draft(RandomGenerator random) {
    var id = new UUID(random.nextLong(), random.nextLong());
    return new Entry.Draft(
        id,
        random.nextBoolean() ? ONE : TWO,
        Instant.parse("2026-01-01T00:00:00Z").plusNanos(1_000 * random.nextLong(1_000_000_000)),
        "agent",
        "case.opened",
        "case",
        id.toString(),
        id,
        "",
        "",
        Json.object().put("note", "a note of " + random.nextInt()).build());
  }

  private static void migrate(TestDatabase database) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(connection, PASSWORD);
      }
      statement.execute(
          "alter database " + database.name() + " owner to " + DatabaseRole.OWNER.login());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Schema.migrate(
        database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
        List.of(Schema.KERNEL, LedgerSchema.SCHEMA));
  }
}
