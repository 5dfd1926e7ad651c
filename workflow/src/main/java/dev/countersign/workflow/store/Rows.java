package dev.countersign.workflow.store;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How values stand in columns. The tenant is bound in every statement although row-level security
/// would add it: it leads every key, so the planner should see it.
final class Rows {
  /// What is stored was read with a smaller depth and put into one or two objects of ours.
  private static final int DEPTH = 40;

  private Rows() {}

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

  static Digest digest(ResultSet row, String column) throws SQLException {
    return Digest.of(row.getBytes(column));
  }

  static SortedSet<String> names(ResultSet row, String column) throws SQLException {
    return new TreeSet<>(Arrays.asList((String[]) row.getArray(column).getArray()));
  }

  static JsonObject object(ResultSet row, String column) throws SQLException {
    return (JsonObject) json(row.getString(column));
  }

  static JsonArray array(ResultSet row, String column) throws SQLException {
    return (JsonArray) json(row.getString(column));
  }

  static Json json(String text) {
    return JsonReader.read(text, DEPTH);
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.from(time);
  }

  static @Nullable Timestamp timestamp(Optional<Instant> time) {
    return time.map(Timestamp::from).orElse(null);
  }
}
