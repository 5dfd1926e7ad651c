package dev.countersign.identity.usecase;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.Pepper;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.TenantLimits;
import dev.countersign.identity.store.FailedAttemptStore;
import dev.countersign.identity.store.IdentitySchema;
import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.AppendPath;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/// Identity's use cases on a real ledger and a database of their own.
final class IdentityNode implements AutoCloseable {
  private static final String PASSWORD = "of every role";
  private static final String ORIGIN = "identity.test/log";

  final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  final Ids ids = new Ids(clock, new SecureRandom());
  private final TestDatabase database = TestPostgres.database("identity", IdentityNode::migrate);
  final TenantTransactions transactions = new TenantTransactions(as(DatabaseRole.APP));
  private final Pepper pepper = new Pepper(ids.randomBytes(32));
  final ContentKeys content;
  private final CheckpointSigner signer;
  private final Sequencer sequencer;
  final Authenticate authenticate = anotherAuthenticate();
  final IssueKey issue;
  final RevokeKey revoke;
  final RotateKey rotate;
  final ChangeLimits limits;
  final FailedAttempts failures = new FailedAttempts();
  final RecordFailedAttempts recordFailures;
  private final Ledger ledger;
  final ListKeys list = new ListKeys(transactions, clock);
  final CreateTenant createTenant;

  IdentityNode() {
    var state = new LogState(true);
    var key = SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
    var signed = freshFile();
    signer = new CheckpointSigner(as(DatabaseRole.SEQUENCER), key, signed, state);
    content =
        ContentKeyStore.open(
            signed.resolveSibling("content-keys"),
            as(DatabaseRole.APP),
            as(DatabaseRole.MAINTENANCE),
            new SecureRandom());
    sequencer =
        new Sequencer(
            as(DatabaseRole.SEQUENCER), new AppendPath(content), signer, state, ids, ORIGIN);
    ledger =
        new Ledger(
            transactions,
            sequencer,
            new LedgerReader(transactions, signer, ORIGIN, content),
            state,
            ids,
            clock);
    issue = new IssueKey(ledger, pepper, ids);
    revoke = new RevokeKey(ledger);
    rotate = new RotateKey(ledger, pepper, ids);
    limits =
        new ChangeLimits(
            ledger, transactions, new TenantLimits(Optional.empty(), Optional.empty()));
    recordFailures = recordFailures(failures);
    createTenant = new CreateTenant(ledger, issue, List.of());
    signer.start();
    sequencer.start();
  }

  private static void migrate(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s".formatted(database.name(), DatabaseRole.OWNER.login()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Schema.migrate(
        database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
        List.of(Schema.KERNEL, LedgerSchema.SCHEMA, IdentitySchema.SCHEMA));
  }

  private static Path freshFile() {
    try {
      return Files.createTempDirectory(Path.of("target"), "checkpoint").resolve("checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  DataSource superuser() {
    return database.superuserDataSource();
  }

  /// As another node has it, with a memory of its own.
  Authenticate anotherAuthenticate() {
    return new Authenticate(as(DatabaseRole.APP), pepper, RateLimit.DEFAULT, clock);
  }

  /// As another node has it, with failures of its own.
  RecordFailedAttempts recordFailures(FailedAttempts attempts) {
    var store = new FailedAttemptStore(as(DatabaseRole.BATCH));
    return new RecordFailedAttempts(attempts, store, ledger, ids);
  }

  Tenant tenant(String slug) {
    return new Tenant(new TenantId(ids.next()), slug, slug, Tenant.Profile.STANDARD);
  }

  /// Creates the tenant and yields its administrator's key.
  ApiKey create(Tenant tenant) {
    var call = Call.system(tenant.id(), "start", "0".repeat(32));
    var answer = createTenant.in(call, tenant, List.of(CreateTenant.administrator())).answer();
    return answer.items("keys").stream()
        .map(key -> ((dev.countersign.kernel.Json.JsonObject) key).text("key").orElseThrow())
        .map(text -> ApiKey.parse(text).orElseThrow())
        .findFirst()
        .orElseThrow();
  }

  /// What the tenant's log holds, in order.
  List<String> actions(TenantId tenant) {
    return transactions.run(
        tenant,
        Rules.READ,
        transaction ->
            transaction
                .handle()
                .createQuery("select action from ledger.entry order by log_index")
                .mapTo(String.class)
                .list());
  }

  void execute(String sql) {
    try (var connection = superuser().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The one number that `sql` yields, past row-level security.
  long number(String sql) {
    try (var connection = superuser().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    sequencer.close();
    signer.close();
  }
}
