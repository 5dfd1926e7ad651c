package dev.countersign.server.database;

import dev.countersign.events.store.EventsSchema;
import dev.countersign.identity.store.IdentitySchema;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.policy.store.PolicySchema;
import dev.countersign.postgres.EmbeddedPostgres;
import dev.countersign.postgres.Settings;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.OwnerOnlyFile;
import dev.countersign.server.config.StartRefused;
import dev.countersign.trust.store.TrustSchema;
import dev.countersign.workflow.store.WorkflowSchema;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.util.PSQLException;

/// The database of this server, ready for use: started or reached, its roles made, its schemas up
/// to date. Closing it closes the pool and stops the embedded database.
public final class OpenDatabase implements AutoCloseable {
  /// In the direction of the arrows between the rooms.
  public static final List<Schema> SCHEMAS =
      List.of(
          Schema.KERNEL,
          LedgerSchema.SCHEMA,
          IdentitySchema.SCHEMA,
          PolicySchema.SCHEMA,
          TrustSchema.SCHEMA,
          EventsSchema.SCHEMA,
          WorkflowSchema.SCHEMA);

  private static final String NAME = "countersign";
  private static final int SHORTEST_SECRET = 32;
  private static final int OLDEST_VERSION = 16;

  /// The state of an error that a migration raised.
  private static final String RAISED = "P0001";

  private final Databases databases;
  private final Optional<EmbeddedPostgres> embedded;

  private OpenDatabase(Databases databases, Optional<EmbeddedPostgres> embedded) {
    this.databases = databases;
    this.embedded = embedded;
  }

  public Databases databases() {
    return databases;
  }

  /// Opens the database that `config` names, or the embedded one in the data directory.
  ///
  /// Throws [StartRefused] if it cannot be used safely.
  public static OpenDatabase open(CountersignConfig config) {
    return config.database().url().isPresent()
        ? external(config, config.database().url().get())
        : embedded(config);
  }

  private static OpenDatabase embedded(CountersignConfig config) {
    var postgres = EmbeddedPostgres.start(Settings.in(config.dataDir().resolve("postgres")));
    try {
      var passwords =
          new RolePasswords(OwnerOnlyFile.secret(config.dataDir().resolve("role-secret")));
      try (var admin =
          DriverManager.getConnection(
              postgres.jdbcUrl("postgres"), postgres.superuser(), postgres.superuserPassword())) {
        ensureRoles(admin, passwords);
        ensureDatabase(admin);
      }
      String url = postgres.jdbcUrl(NAME);
      migrate(url, passwords);
      return new OpenDatabase(
          new Databases(url, passwords, config.database().poolSize()), Optional.of(postgres));
    } catch (SQLException e) {
      postgres.close();
      throw new StartRefused(
          "the embedded database cannot be prepared: " + e.getMessage(),
          "see " + config.dataDir().resolve("postgres").resolve("log"));
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
  }

  private static OpenDatabase external(CountersignConfig config, String url) {
    var database = config.database();
    var secret = database.roleSecret().orElse("");
    if (secret.length() < SHORTEST_SECRET
        || database.adminUsername().isEmpty()
        || database.adminPassword().isEmpty()) {
      throw new StartRefused(
          "with `countersign.database.url` the start needs `countersign.database.admin-username`,"
              + " `countersign.database.admin-password` and `countersign.database.role-secret` of at"
              + " least 32 characters",
          "see docs/configuration.md");
    }
    var passwords = new RolePasswords(secret.getBytes(StandardCharsets.UTF_8));
    try (var admin =
        DriverManager.getConnection(
            url, database.adminUsername().get(), database.adminPassword().get())) {
      if (admin.getMetaData().getDatabaseMajorVersion() < OLDEST_VERSION) {
        throw new StartRefused(
            "`countersign.database.url` names a PostgreSQL older than " + OLDEST_VERSION,
            "upgrade it");
      }
      LockTable.require(admin);
      ensureRoles(admin, passwords);
      try (var statement = admin.createStatement()) {
        statement.execute(
            "do $$ begin execute format('grant create, connect on database %I to countersign_owner', current_database()); end $$");
      }
      migrate(url, passwords);
      return new OpenDatabase(new Databases(url, passwords, database.poolSize()), Optional.empty());
    } catch (SQLException e) {
      throw new StartRefused(
          "the database of `countersign.database.url` cannot be used: " + e.getMessage(),
          "check the address, the login and its rights");
    }
  }

  private static void ensureRoles(Connection admin, RolePasswords passwords) throws SQLException {
    for (var role : DatabaseRole.values()) {
      role.ensure(admin, passwords.of(role));
    }
  }

  private static void ensureDatabase(Connection admin) throws SQLException {
    try (var statement = admin.createStatement();
        var row =
            statement.executeQuery("select 1 from pg_database where datname = '" + NAME + "'")) {
      if (row.next()) {
        return;
      }
    }
    try (var statement = admin.createStatement()) {
      statement.execute(
          "create database "
              + NAME
              + " owner "
              + DatabaseRole.OWNER.login()
              + " template template0");
    }
  }

  private static void migrate(String url, RolePasswords passwords) {
    var owner = new PGSimpleDataSource();
    owner.setUrl(url);
    owner.setUser(DatabaseRole.OWNER.login());
    owner.setPassword(passwords.of(DatabaseRole.OWNER));
    try {
      Schema.migrate(owner, SCHEMAS);
    } catch (RuntimeException e) {
      throw objection(e)
          .<RuntimeException>map(message -> new StartRefused(message, "see CHANGELOG.md"))
          .orElse(e);
    }
  }

  /// What a migration says itself that stands against it.
  private static Optional<String> objection(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof PSQLException refused
          && RAISED.equals(refused.getSQLState())
          && refused.getServerErrorMessage() != null) {
        return Optional.ofNullable(refused.getServerErrorMessage().getMessage());
      }
    }
    return Optional.empty();
  }

  @Override
  public void close() {
    databases.close();
    embedded.ifPresent(EmbeddedPostgres::close);
  }
}
