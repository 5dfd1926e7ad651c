package dev.countersign.policy.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseRole;
import dev.countersign.kernel.store.Schema;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.content.ContentKeys;
import dev.countersign.ledger.content.Sealing.Place;
import dev.countersign.ledger.store.ContentKeyStore;
import dev.countersign.ledger.store.LedgerSchema;
import dev.countersign.ledger.usecase.EntryScan;
import dev.countersign.testkit.TestDatabase;
import dev.countersign.testkit.TestPostgres;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;

/// A log with decisions in it, read as the application reads it. What writes the real log is the
/// ledger's; here rows of its form are put where it would put them.
final class DecisionLogDatabase {
  private static final String PASSWORD = "for tests only";

  final EntryScan scan;
  private final ContentKeys keys;
  private final TestDatabase database;
  private long next;

  private DecisionLogDatabase(TestDatabase database) {
    this.database = database;
    var application = database.dataSource(DatabaseRole.APP.login(), PASSWORD);
    this.keys =
        ContentKeyStore.open(
            Path.of("target", "content-keys", database.name()),
            application,
            database.dataSource(DatabaseRole.MAINTENANCE.login(), PASSWORD),
            new SecureRandom());
    this.scan = new EntryScan(new TenantTransactions(application), keys);
  }

  static DecisionLogDatabase create() {
    return new DecisionLogDatabase(
        TestPostgres.database("decisions", DecisionLogDatabase::migrate));
  }

  /// A decision as it is recorded.
  record Made(
      Instant time,
      String key,
      String model,
      String operation,
      String outcome,
      List<String> reasons,
      List<String> determining,
      JsonObject context) {

    JsonObject details(UUID id) {
      return Json.object()
          .put("decision_id", id.toString())
          .put("outcome", outcome)
          .put("policy_version", 1)
          .put("risk_score", reasons.isEmpty() ? 0 : 70)
          .put("reason", reasons.isEmpty() ? "ok" : reasons.getFirst())
          .put(
              "reasons",
              Json.array(
                  reasons.stream()
                      .map(policy -> Json.object().put("policy", policy).put("points", 70).build())
                      .toList()))
          .put("determining_policies", Json.strings(determining))
          .put("latency_micros", 250)
          .put(
              "request",
              Json.object()
                  .put("subject", entity("api_key", key))
                  .put(
                      "action",
                      Json.object()
                          .put("name", operation)
                          .put("properties", JsonObject.EMPTY)
                          .build())
                  .put("resource", entity("model", model))
                  .put("context", context)
                  .build())
          .build();
    }

    private static JsonObject entity(String type, String id) {
      return Json.object()
          .put("type", type)
          .put("id", id)
          .put("properties", JsonObject.EMPTY)
          .build();
    }
  }

  static Principal principal(TenantId tenant) {
    return new Principal(
        tenant, Principal.Kind.API_KEY, "ck_1", "key", new TreeSet<>(List.of("viewer")), "main", 1);
  }

  TenantId tenant(long number) {
    var tenant = new TenantId(new UUID(7, number));
    execute("insert into kernel.generation (tenant_id) values ('" + tenant + "')");
    return tenant;
  }

  void execute(String sql) {
    try (var connection = database.superuserDataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Appends decisions, and says which index each got; every other index is nobody's.
  List<Long> add(TenantId tenant, List<Made> made) {
    var indexes = new ArrayList<Long>();
    try (var connection = database.superuserDataSource().getConnection();
        var statement =
            connection.prepareStatement(
                "insert into ledger.entry (tenant_id, log_index, id, correlation_id, time, action, tenant_seq, previous, sealed, expires_on) values (?, ?, ?, ?, ?, 'decision.made', 0, decode(repeat('00', 32), 'hex'), ?, 'infinity')")) {
      connection.setAutoCommit(false);
      var sealing = keys.sealing();
      for (var decision : made) {
        var id = id(decision.time(), next);
        var draft =
            new Entry.Draft(
                id,
                tenant,
                decision.time(),
                "api_key:" + decision.key(),
                "decision.made",
                "decision",
                id.toString(),
                id,
                "0".repeat(32),
                "192.0.2.1",
                decision.details(id));
        statement.setObject(1, tenant.value());
        statement.setLong(2, next);
        statement.setObject(3, id);
        statement.setObject(4, id);
        statement.setTimestamp(5, Timestamp.from(decision.time()));
        statement.setBytes(
            6,
            sealing.seal(
                new Place(tenant, id, ContentDay.KEPT),
                Salt.of(new byte[Salt.LENGTH]),
                draft.rendered().text().packed()));
        statement.addBatch();
        indexes.add(next);
        next += 2;
      }
      statement.executeBatch();
      connection.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return indexes;
  }

  static UUID id(Instant time, long number) {
    return new UUID(time.toEpochMilli() << 16 | 0x7000L, 0x8000000000000000L | number);
  }

  private static void migrate(TestDatabase database) {
    rooms(database);
    // Its decisions are of other days than the one on which they are put there.
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      statement.execute("delete from ledger.growth");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void rooms(TestDatabase database) {
    try (var admin = database.superuserDataSource().getConnection();
        var statement = admin.createStatement()) {
      for (var role : DatabaseRole.values()) {
        role.ensure(admin, PASSWORD);
      }
      statement.execute(
          "alter database %s owner to %s"
              .formatted(admin.getCatalog(), DatabaseRole.OWNER.login()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    Schema.migrate(
        database.dataSource(DatabaseRole.OWNER.login(), PASSWORD),
        List.of(Schema.KERNEL, LedgerSchema.SCHEMA));
  }
}
