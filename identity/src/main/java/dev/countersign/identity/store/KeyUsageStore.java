package dev.countersign.identity.store;

import dev.countersign.identity.KeyUsage;
import dev.countersign.kernel.store.DatabaseFailure;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// Use of keys in the database, of all tenants at once.
public final class KeyUsageStore {
  private final DataSource batch;

  /// @param batch connections of the batch writer's role
  public KeyUsageStore(DataSource batch) {
    this.batch = batch;
  }

  /// Adds what was counted, in one statement: all or nothing.
  public void add(List<KeyUsage.Counted> counted) {
    // In the order of keys, so that two nodes never wait for each other.
    var rows = counted.stream().sorted().toList();
    try (var connection = batch.getConnection();
        var statement =
            connection.prepareStatement(
                """
                insert into identity.key_usage as u (tenant_id, key_id, requests, last_used)
                select * from unnest(?::uuid[], ?::text[], ?::bigint[], ?::timestamptz[])
                on conflict (tenant_id, key_id) do update set
                  requests = u.requests + excluded.requests,
                  last_used = greatest(u.last_used, excluded.last_used)\
                """)) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "uuid", rows.stream().map(row -> row.tenant().value()).toArray(UUID[]::new)));
      statement.setArray(
          2,
          connection.createArrayOf(
              "text", rows.stream().map(KeyUsage.Counted::keyId).toArray(String[]::new)));
      statement.setArray(
          3,
          connection.createArrayOf(
              "bigint", rows.stream().map(KeyUsage.Counted::requests).toArray(Long[]::new)));
      statement.setArray(
          4,
          connection.createArrayOf(
              "timestamptz",
              rows.stream().map(row -> Timestamp.from(row.lastUsed())).toArray(Timestamp[]::new)));
      statement.executeUpdate();
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
