package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.Principal;
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
import dev.countersign.ledger.store.EntrySearch;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerReader;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.cel.CelConditions;
import dev.countersign.policy.store.PendingChanges;
import dev.countersign.policy.store.PolicySchema;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.policy.store.PolicyStore;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.store.RegistryStore;
import dev.countersign.policy.tests.SetFile;
import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import javax.sql.DataSource;

/// The policy room's use cases on a real ledger and a database of their own.
final class PolicyNode implements AutoCloseable {
  private static final String PASSWORD = "of every role";
  private static final String ORIGIN = "policy.test/log";
  private static final String TRACE = "0".repeat(32);

  final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final Ids ids = new Ids(clock, new SecureRandom());
  private final TestDatabase database = TestPostgres.database("policy_life", PolicyNode::migrate);
  final TenantTransactions transactions = new TenantTransactions(as(DatabaseRole.APP));
  final PolicyStore store = new PolicyStore();
  final PolicyVersions versions = new PolicyVersions();
  final PendingChanges changes = new PendingChanges();
  private final CheckpointSigner signer;
  private final Sequencer sequencer;
  private final ContentKeys content;
  final DraftPolicySet draft;
  final ValidatePolicySet validate;
  final ActivatePolicySet activate;
  final ConfirmChange confirm;
  final DiscardDraft discard;
  final MaintainRegistry registry;
  final SwitchPolicy turn;

  PolicyNode() {
    var state = new LogState(true);
    var key = SigningKey.generate(ORIGIN, SignatureType.ED25519, new SecureRandom());
    var conditions = new CelConditions();
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
    var ledger =
        new Ledger(
            transactions,
            sequencer,
            new LedgerReader(transactions, signer, ORIGIN, content),
            state,
            ids,
            clock);
    draft = new DraftPolicySet(ledger, versions);
    validate =
        new ValidatePolicySet(
            ledger,
            transactions,
            store,
            versions,
            new PolicySnapshots(store, conditions),
            conditions);
    activate = new ActivatePolicySet(ledger, store, versions, changes, validate);
    confirm = new ConfirmChange(ledger, transactions, store, versions, changes, validate);
    discard = new DiscardDraft(ledger, versions, changes);
    registry = new MaintainRegistry(ledger, store, new RegistryStore());
    turn = new SwitchPolicy(ledger, transactions, store, versions, changes, conditions);
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
        List.of(Schema.KERNEL, LedgerSchema.SCHEMA, PolicySchema.SCHEMA));
  }

  private static Path freshFile() {
    try {
      return Files.createTempDirectory(Path.of("target"), "checkpoint").resolve("checkpoint");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DataSource as(DatabaseRole role) {
    return database.dataSource(role.login(), PASSWORD);
  }

  /// A tenant with his generation row, and with the starter set if wanted.
  TenantId tenant(boolean seeded) {
    var tenant = new TenantId(ids.next());
    transactions.run(
        tenant,
        Rules.CHANGE,
        transaction -> {
          transaction
              .handle()
              .execute("insert into kernel.generation (tenant_id) values (?)", tenant.value());
          if (seeded) {
            new SeedPolicies(versions, StarterSet.read(), clock).in(transaction);
          }
          return tenant;
        });
    return tenant;
  }

  Call by(TenantId tenant, String person) {
    long generation =
        transactions.run(tenant, Rules.READ, transaction -> transaction.generation().credentials());
    return new Call(
        new Principal(
            tenant,
            Principal.Kind.API_KEY,
            person,
            person,
            new TreeSet<>(),
            Principal.DEFAULT_SITE,
            generation),
        TRACE,
        "127.0.0.1",
        Optional.empty());
  }

  /// Drafts and validates a set as `author` and yields its version.
  int validated(TenantId tenant, String json) {
    var author = by(tenant, "author");
    var file = SetFile.read(JsonReader.readObject(json));
    int version = draft.draft(author, file).answer().number("version").orElseThrow().intValue();
    validate.validate(author, version);
    return version;
  }

  int active(TenantId tenant) {
    return transactions.run(tenant, Rules.READ, transaction -> store.active(transaction).version());
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

  /// The details of the tenant's newest entry of this action.
  JsonObject newest(TenantId tenant, String action) {
    var found = new ArrayList<JsonObject>();
    transactions.run(
        tenant,
        Rules.READ,
        transaction ->
            EntrySearch.read(
                transaction,
                content.sealing(),
                new EntrySearch.Columns(
                    Optional.empty(), Optional.of(action), Optional.empty(), Optional.empty()),
                Long.MAX_VALUE,
                1_000,
                stored -> {
                  found.add(stored.entry().details());
                  return false;
                }));
    return found.getFirst();
  }

  /// Statements of the superuser, past row-level security.
  void execute(String sql) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
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
