package dev.countersign.ledger.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import java.sql.SQLException;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/// How many entries tenants have: one cheap question by which all who follow the log on a node find
/// out whether there is something new for anybody. Safe for use by many threads.
public final class LogLengths {
  private final DataSource timer;

  /// @param timer connections of the timer's role, which sees these numbers and no entry
  public LogLengths(DataSource timer) {
    this.timer = timer;
  }

  /// The number of entries of each of these tenants; 0 for one without any.
  public SortedMap<TenantId, Long> of(Collection<TenantId> tenants) {
    var lengths = new TreeMap<TenantId, Long>();
    if (tenants.isEmpty()) {
      return lengths;
    }
    tenants.forEach(tenant -> lengths.put(tenant, 0L));
    try (var connection = timer.getConnection();
        var statement =
            connection.prepareStatement(
                "select tenant_id, next_seq from ledger.chain where tenant_id = any (?)")) {
      statement.setArray(
          1,
          connection.createArrayOf(
              "uuid", lengths.keySet().stream().map(TenantId::value).toArray(UUID[]::new)));
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          lengths.put(new TenantId(rows.getObject(1, UUID.class)), rows.getLong(2));
        }
      }
      return lengths;
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
