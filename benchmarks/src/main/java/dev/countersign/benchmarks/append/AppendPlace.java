package dev.countersign.benchmarks.append;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.postgres.EmbeddedPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// A database with the ledger's schema and real roles, a few tenants, and a plain table beside it.
record AppendPlace(EmbeddedPostgres postgres) {
  static final List<TenantId> TENANTS = List.of(tenant(1), tenant(2), tenant(3));

  private static final String PASSWORD = "of a database that is thrown away";
  private static final String NAME = "append";

  private static TenantId tenant(long number) {
    return new TenantId(new UUID(0x7000L, 0x8000000000000000L + number));
  }

  static AppendPlace prepare(EmbeddedPostgres postgres) throws SQLException {
    var place = new AppendPlace(postgres);
    try (var admin = place.superuser("postgres").getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "create database "
              + NAME
              + " owner "
              + DatabaseRole.OWNER.login()
              + " template template0");
    }
    Schema.migrate(place.as(DatabaseRole.OWNER), List.of(Schema.KERNEL, LedgerSchema.SCHEMA));
    for (var tenant : TENANTS) {
      place.execute("insert into kernel.generation (tenant_id) values ('" + tenant + "')");
    }
    place.execute("create schema plain");
    place.execute(
        """
        create table plain.entry (
          number bigint generated always as identity primary key,
          tenant_id uuid not null, id uuid not null, correlation_id uuid not null,
          time timestamptz not null, action text not null, content text not null)\
        """);
    place.execute("grant usage on schema plain to " + DatabaseRole.BATCH.login());
    place.execute("grant insert on plain.entry to " + DatabaseRole.BATCH.login());
    return place;
  }

  DataSource as(DatabaseRole role) {
    return source(NAME, role.login(), PASSWORD);
  }

  private DataSource superuser(String database) {
    return source(database, postgres.superuser(), postgres.superuserPassword());
  }

  private DataSource source(String database, String user, String password) {
    var source = new PGSimpleDataSource();
    source.setURL(postgres.jdbcUrl(database));
    source.setUser(user);
    source.setPassword(password);
    return source;
  }

  void execute(String sql) throws SQLException {
    try (var connection = superuser(NAME).getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /// How many bytes were written to the write-ahead log so far.
  long writtenAhead() throws SQLException {
    return number("select pg_current_wal_insert_lsn() - '0/0'");
  }

  /// How many checkpoints of the database have ended.
  long checkpoints() throws SQLException {
    return number("select num_done from pg_stat_checkpointer");
  }

  long number(String sql) throws SQLException {
    try (var connection = superuser(NAME).getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
