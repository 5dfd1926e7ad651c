package dev.countersign.ledger.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.store.EntryWalk.Direction;
import dev.countersign.ledger.store.EntryWalk.Wanted;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// How PostgreSQL walks: along the key, as far as it is asked to, under row-level security.
class EntryWalkTest {
  static final String PASSWORD = "for tests only";
  private static final TenantId TENANT = new TenantId(new UUID(7, 1));
  private static final Instant NOW = Instant.parse("2026-10-01T00:00:00Z");
  private static final Wanted WANTED =
      new Wanted(
          "decision.made",
          Optional.of(NOW.minusSeconds(1_000)),
          Optional.of(NOW),
          List.of(List.of("\"outcome\":\"forbid\"", "\"outcome\":\"require_approval\"")),
          true);

  private static TenantTransactions transactions;

  @BeforeAll
  static void fill() {
    var database = TestPostgres.database("walk", EntryWalkTest::migrate);
    transactions = new TenantTransactions(database.dataSource(DatabaseRole.APP.login(), PASSWORD));
  }

  private static void migrate(TestDatabase database) {
    rooms(database);
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      statement.execute(
          """
          insert into ledger.entry (tenant_id, log_index, id, correlation_id, time, action, tenant_seq, previous, sealed, expires_on)
          select case when n % 3 = 0 then '<other>'::uuid else '<tenant>'::uuid end, n, uuidv7(), uuidv7(),
            '<now>', 'decision.made', 0, decode(repeat('00', 32), 'hex'), decode(repeat('00', 650), 'hex'), 'infinity'
          from generate_series(1, 6000) n\
          """
              .replace("<tenant>", TENANT.toString())
              .replace("<other>", new UUID(7, 2).toString())
              .replace("<now>", NOW.toString()));
      statement.execute("analyze ledger.entry");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// A database with the kernel's and the ledger's tables.
  static void rooms(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s"
              .formatted(admin.getCatalog(), DatabaseRole.OWNER.login()));
      Schema.migrate(
          database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
          List.of(Schema.KERNEL, LedgerSchema.SCHEMA));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<String> plan(Wanted wanted, Direction direction, long position, int most) {
    return transactions.run(
        TENANT,
        Rules.READ,
        transaction -> {
          var parameters = new ArrayList<Object>();
          var window =
              EntryWindow.beyond(
                  transaction, direction, position, 1, wanted.writtenFrom(), wanted.writtenTo());
          var sql =
              EntryWalk.sql(transaction, wanted, direction, window, position, most, parameters);
          var lines = new ArrayList<String>();
          try (var statement =
              transaction
                  .handle()
                  .getConnection()
                  .prepareStatement("explain (analyze, costs off, timing off) " + sql)) {
            EntryWalk.bind(statement, parameters);
            try (var row = statement.executeQuery()) {
              while (row.next()) {
                lines.add(row.getString(1));
              }
            }
          } catch (SQLException e) {
            throw new IllegalStateException(e);
          }
          return lines;
        });
  }

  @Test
  void aWalkGoesAlongThePrimaryKeyAndSortsNothing() {
    for (var direction : Direction.values()) {
      for (var position : List.of(direction.outside(), 3_000L)) {
        var plan = plan(WANTED, direction, position, 100);
        assertThat(plan)
            .as("%s from %d", direction, position)
            .anySatisfy(
                line -> assertThat(line).containsPattern("Index Scan.* using entry\\w*_pkey"))
            .noneSatisfy(line -> assertThat(line).contains("Seq Scan"))
            .noneSatisfy(line -> assertThat(line).containsPattern("(^|-> +)(Incremental )?Sort "));
      }
    }
  }

  @Test
  void aWalkThatFindsNothingStillEndsAtItsBound() {
    var plan = String.join("\n", plan(WANTED, Direction.NEWEST_FIRST, Long.MAX_VALUE, 100));
    assertThat(plan).contains("actual rows=100").doesNotContain("actual rows=4000");
  }
}
