package dev.countersign.trust.store;

import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How values stand in columns. The tenant is bound in every statement although row-level security
/// would add it: it leads every key, so the planner should see it.
final class Columns {
  private Columns() {}

  static Query query(TenantTransaction transaction, String sql) {
    return transaction.query(sql).bind("tenant", transaction.tenant().value());
  }

  static Update update(TenantTransaction transaction, String sql) {
    return transaction.update(sql).bind("tenant", transaction.tenant().value());
  }

  static UUID uuid(ResultSet row, String column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  static Instant time(ResultSet row, String column) throws SQLException {
    return row.getTimestamp(column).toInstant();
  }

  static Optional<Instant> optionalTime(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }

  static Optional<String> optionalText(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  static Optional<Integer> optionalNumber(ResultSet row, String column) throws SQLException {
    int number = row.getInt(column);
    return row.wasNull() ? Optional.empty() : Optional.of(number);
  }

  static Optional<Double> optionalShare(ResultSet row, String column) throws SQLException {
    double share = row.getDouble(column);
    return row.wasNull() ? Optional.empty() : Optional.of(share);
  }

  static @Nullable Timestamp timestamp(Optional<Instant> time) {
    return time.map(Timestamp::from).orElse(null);
  }
}
