package dev.countersign.identity.store;

import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Tenant;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Keys in the database.
public final class KeyStore {
  private KeyStore() {}

  /// A key as it is stored, with what its tenant says of it. The principal carries the tenant's
  /// counter of credentials that this was read under.
  ///
  /// @param limit empty if the key has none
  public record Found(
      Principal principal,
      Digest hash,
      Optional<RateLimit> limit,
      boolean demo,
      Optional<Instant> expiresAt,
      boolean revoked,
      boolean suspended) {}

  /// A key as lists show it; never its hash.
  public record Listed(
      String keyId,
      String name,
      SortedSet<String> roles,
      String site,
      Instant createdAt,
      String createdBy,
      Optional<Instant> expiresAt,
      Optional<Instant> revokedAt) {}

  /// A key to be stored.
  public record Fresh(
      String keyId,
      String name,
      Digest hash,
      SortedSet<String> roles,
      String site,
      Optional<RateLimit> limit,
      Optional<Instant> expiresAt) {}

  /// Finds a key by its public id, whichever tenant's it is.
  public static Optional<Found> find(DataSource app, String keyId) {
    try (var connection = app.getConnection();
        var statement = connection.prepareStatement("select * from identity.find_key(?)")) {
      statement.setString(1, keyId);
      try (var row = statement.executeQuery()) {
        return row.next() ? Optional.of(found(row, keyId)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static Found found(ResultSet row, String keyId) throws SQLException {
    var principal =
        new Principal(
            new TenantId(row.getObject("tenant_id", UUID.class)),
            Principal.Kind.API_KEY,
            keyId,
            row.getString("name"),
            strings(row, "roles"),
            row.getString("site"),
            row.getLong("credentials"));
    int limit = row.getInt("rate_limit");
    return new Found(
        principal,
        Digest.of(row.getBytes("hash")),
        limit == 0 ? Optional.empty() : Optional.of(new RateLimit(limit, row.getInt("rate_burst"))),
        row.getString("profile").equals(Tenant.Profile.DEMO.word()),
        time(row, "expires_at"),
        row.getTimestamp("revoked_at") != null,
        row.getTimestamp("suspended_at") != null);
  }

  public static void insert(
      TenantTransaction transaction, Fresh key, String createdBy, Instant now) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into identity.api_key
              (tenant_id, key_id, name, hash, roles, site, rate_limit, rate_burst, created_at, created_by, expires_at)
            values (:tenant, :key, :name, :hash, :roles, :site, :limit, :burst, :now, :by, :expires)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("key", key.keyId())
        .bind("name", key.name())
        .bind("hash", key.hash().bytes())
        .bindArray("roles", String.class, List.copyOf(key.roles()))
        .bind("site", key.site())
        .bind("limit", key.limit().map(RateLimit::limit).orElse(null))
        .bind("burst", key.limit().map(RateLimit::burst).orElse(null))
        .bind("now", Timestamp.from(now))
        .bind("by", createdBy)
        .bind("expires", timestamp(key.expiresAt()))
        .execute();
  }

  /// The tenant's keys, newest first.
  public static List<Listed> list(TenantTransaction transaction, int limit) {
    return transaction
        .handle()
        .createQuery(
            "select * from identity.api_key order by created_at desc, key_id desc limit :limit")
        .bind("limit", limit)
        .map((row, _) -> listed(row))
        .list();
  }

  /// The key, locked until the transaction ends.
  public static Optional<Listed> lock(TenantTransaction transaction, String keyId) {
    return transaction
        .handle()
        .createQuery("select * from identity.api_key where key_id = :key for update")
        .bind("key", keyId)
        .map((row, _) -> listed(row))
        .findOne();
  }

  public static void revoke(TenantTransaction transaction, String keyId, Instant now) {
    transaction
        .handle()
        .createUpdate("update identity.api_key set revoked_at = :now where key_id = :key")
        .bind("now", Timestamp.from(now))
        .bind("key", keyId)
        .execute();
  }

  private static Listed listed(ResultSet row) throws SQLException {
    return new Listed(
        row.getString("key_id"),
        row.getString("name"),
        strings(row, "roles"),
        row.getString("site"),
        row.getTimestamp("created_at").toInstant(),
        row.getString("created_by"),
        time(row, "expires_at"),
        time(row, "revoked_at"));
  }

  private static SortedSet<String> strings(ResultSet row, String column) throws SQLException {
    return new TreeSet<>(Arrays.asList((String[]) row.getArray(column).getArray()));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }

  private static @Nullable Timestamp timestamp(Optional<Instant> time) {
    return time.map(Timestamp::from).orElse(null);
  }
}
