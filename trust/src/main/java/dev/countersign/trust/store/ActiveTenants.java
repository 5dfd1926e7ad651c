package dev.countersign.trust.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/// Finds the tenants in which something happened, for jobs. Safe for use by many threads.
public final class ActiveTenants {
  /// Smaller than any id.
  private static final UUID BEFORE_ALL = new UUID(0, 0);

  private final DataSource dataSource;

  /// @param dataSource connections of the timer's role, which sees of hours whose they are and when
  ///   they were begun
  public ActiveTenants(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// Tenants in which an hour was begun at `begun` or later, by the real clock: the first `limit`
  /// by id.
  public List<TenantId> since(Instant begun, int limit) {
    return since(begun, Optional.empty(), limit);
  }

  /// The same, of those behind `after`: the page behind one that was full.
  public List<TenantId> since(Instant begun, Optional<TenantId> after, int limit) {
    return read(
        """
        select distinct tenant_id from trust.hour
        where begun_at >= ? and tenant_id > ? order by tenant_id limit ?
        """,
        begun,
        after,
        limit);
  }

  /// The same, with those in which somebody asked for a training.
  public List<TenantId> sinceOrAsked(Instant begun, Optional<TenantId> after, int limit) {
    return read(
        """
        select tenant_id from (
          select tenant_id from trust.hour where begun_at >= ?
          union select tenant_id from trust.predictor where demanded_at is not null) tenants
        where tenant_id > ? order by tenant_id limit ?
        """,
        begun,
        after,
        limit);
  }

  private List<TenantId> read(String sql, Instant begun, Optional<TenantId> after, int limit) {
    try (var connection = dataSource.getConnection();
        var statement = connection.prepareStatement(sql)) {
      statement.setTimestamp(1, Timestamp.from(begun));
      statement.setObject(2, after.map(TenantId::value).orElse(BEFORE_ALL));
      statement.setInt(3, limit);
      try (var rows = statement.executeQuery()) {
        var tenants = new ArrayList<TenantId>();
        while (rows.next()) {
          tenants.add(new TenantId(rows.getObject("tenant_id", UUID.class)));
        }
        return List.copyOf(tenants);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }
}
