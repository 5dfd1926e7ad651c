package dev.countersign.benchmarks.place;

import dev.countersign.identity.store.IdentitySchema;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.SignatureType;
import dev.countersign.ledger.SigningKey;
import dev.countersign.ledger.SigningKeyFile;
import dev.countersign.ledger.TrustedKeys;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.ledger.usecase.CheckpointFile;
import dev.countersign.ledger.usecase.Fsck;
import dev.countersign.policy.StarterSet;
import dev.countersign.policy.store.PolicySchema;
import dev.countersign.policy.store.PolicyVersions;
import dev.countersign.policy.usecase.SeedPolicies;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.trust.store.TrustSchema;
import dev.countersign.workflow.store.WorkflowSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A database with every room's schema and some tenants, a signing key and the newest checkpoint:
/// what outlives a process that works on it.
///
/// @param url of the database, for the application's roles
public record Place(Path folder, String url) {
  public static final List<TenantId> TENANTS = List.of(tenant(1), tenant(2), tenant(3), tenant(4));

  public static final String PASSWORD = "of a database that is thrown away";

  private static TenantId tenant(long number) {
    return new TenantId(new UUID(0x7000L, 0x8000000000000000L + number));
  }

  /// Makes roles, schemas, tenants with the starter set, and a key.
  public static Place prepare(Path folder, EmbeddedPostgres postgres) throws SQLException {
    try (var admin =
            DriverManager.getConnection(
                postgres.jdbcUrl("postgres"), postgres.superuser(), postgres.superuserPassword());
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "create database crash owner " + DatabaseRole.OWNER.login() + " template template0");
    }
    var place = new Place(folder, postgres.jdbcUrl("crash"));
    Schema.migrate(
        place.as(DatabaseRole.OWNER),
        List.of(
            Schema.KERNEL,
            LedgerSchema.SCHEMA,
            IdentitySchema.SCHEMA,
            PolicySchema.SCHEMA,
            TrustSchema.SCHEMA,
            WorkflowSchema.SCHEMA));
    var transactions = new TenantTransactions(place.as(DatabaseRole.APP));
    var seed = new SeedPolicies(new PolicyVersions(), StarterSet.read(), Clock.systemUTC());
    for (var tenant : TENANTS) {
      transactions.run(
          tenant,
          Rules.CHANGE,
          transaction -> {
            transaction
                .handle()
                .execute("insert into kernel.generation (tenant_id) values (?)", tenant.value());
            seed.in(transaction);
            return tenant;
          });
    }
    new SigningKeyFile(place.key())
        .create(SigningKey.generate("crash.test/log", SignatureType.ED25519, new SecureRandom()));
    return place;
  }

  public Path key() {
    return folder.resolve("key");
  }

  public Path checkpoint() {
    return folder.resolve("checkpoint");
  }

  /// As the node that starts now opens them.
  public ContentKeys contentKeys() {
    return ContentKeyStore.open(
        folder.resolve("content-keys"),
        as(DatabaseRole.APP),
        as(DatabaseRole.MAINTENANCE),
        new SecureRandom());
  }

  public DataSource as(DatabaseRole role) {
    return source(url, role.login(), PASSWORD);
  }

  public static DataSource source(String url, String user, String password) {
    var source = new PGSimpleDataSource();
    source.setURL(url);
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  /// Recomputes the log, against the newest checkpoint that the killed left behind.
  public Fsck.Finding fsck() throws IOException {
    return fsck(
        as(DatabaseRole.FSCK),
        folder.resolve("content-keys"),
        checkpoint(),
        TrustedKeys.of(new SigningKeyFile(key()).load().verifier()));
  }

  public static Fsck.Finding fsck(
      DataSource database, Path contentKeys, Path checkpoint, TrustedKeys keys) throws IOException {
    return new Fsck(
            database,
            Optional.of(ContentKeyStore.reading(contentKeys, database, new SecureRandom())))
        .run(CheckpointFile.read(checkpoint), keys, (_, _) -> {});
  }
}
