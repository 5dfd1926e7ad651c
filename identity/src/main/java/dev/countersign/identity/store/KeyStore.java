package dev.countersign.identity.store;

import dev.countersign.identity.KeyState;
import dev.countersign.identity.Network;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.Tenant;
import dev.countersign.identity.WhenUnavailable;
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

  /// The secret before the last rotation.
  ///
  /// @param until when it stops being good
  public record Former(Digest hash, Instant until) {}

  /// A key as it is stored, with what its tenant says of it. The principal carries the tenant's
  /// counter of credentials that this was read under.
  ///
  /// @param limited whether the key has a limit at all
  /// @param limit its own or its tenant's; empty if neither was set
  /// @param networks from where it may be used; empty for everywhere
  public record Found(
      Principal principal,
      Digest hash,
      Optional<Former> former,
      boolean limited,
      Optional<RateLimit> limit,
      Optional<WhenUnavailable> whenUnavailable,
      List<Network> networks,
      boolean demo,
      Optional<Instant> expiresAt,
      boolean revoked,
      boolean suspended) {
    public Found {
      networks = List.copyOf(networks);
    }
  }

  /// When a key was used, as far as the batches tell.
  public record Usage(long requests, Instant lastUsed) {}

  /// A key as lists show it; never its hashes.
  ///
  /// @param limit its own; empty if it has its tenant's or none
  public record Listed(
      String keyId,
      String name,
      SortedSet<String> roles,
      Optional<SortedSet<String>> scopes,
      List<String> networks,
      String site,
      boolean limited,
      Optional<RateLimit> limit,
      Instant createdAt,
      String createdBy,
      Optional<Instant> expiresAt,
      Optional<Instant> rotatedAt,
      Optional<Instant> formerUntil,
      Optional<Instant> revokedAt,
      Optional<Usage> usage) {
    public Listed {
      networks = List.copyOf(networks);
    }

    public KeyState state(Instant now) {
      return KeyState.at(now, revokedAt, expiresAt, formerUntil);
    }
  }

  /// A key to be stored.
  ///
  /// @param limited whether it has a limit at all
  /// @param limit its own; empty for its tenant's
  public record Fresh(
      String keyId,
      String name,
      Digest hash,
      SortedSet<String> roles,
      Optional<SortedSet<String>> scopes,
      List<Network> networks,
      String site,
      boolean limited,
      Optional<RateLimit> limit,
      Optional<Instant> expiresAt) {
    public Fresh {
      networks = List.copyOf(networks);
    }
  }

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
            strings(row, "roles").orElseGet(TreeSet::new),
            strings(row, "scopes"),
            row.getString("site"),
            row.getLong("credentials"));
    return new Found(
        principal,
        Digest.of(row.getBytes("hash")),
        former(row),
        row.getBoolean("limited"),
        limit(row),
        Optional.ofNullable(row.getString("when_unavailable")).map(WhenUnavailable::of),
        networks(row),
        row.getString("profile").equals(Tenant.Profile.DEMO.word()),
        time(row, "expires_at"),
        row.getTimestamp("revoked_at") != null,
        row.getTimestamp("suspended_at") != null);
  }

  private static Optional<Former> former(ResultSet row) throws SQLException {
    byte[] hash = row.getBytes("previous_hash");
    return hash == null
        ? Optional.empty()
        : time(row, "previous_until").map(until -> new Former(Digest.of(hash), until));
  }

  private static List<Network> networks(ResultSet row) throws SQLException {
    return strings(row, "networks").orElseGet(TreeSet::new).stream()
        .map(text ->
            Network.parse(text)
                .orElseThrow(() -> new IllegalStateException("`" + text + "` is no network")))
        .toList();
  }

  static Optional<RateLimit> limit(ResultSet row) throws SQLException {
    int limit = row.getInt("rate_limit");
    return limit == 0
        ? Optional.empty()
        : Optional.of(new RateLimit(limit, row.getInt("rate_burst")));
  }

  public static void insert(
      TenantTransaction transaction, Fresh key, String createdBy, Instant now) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into identity.api_key
              (tenant_id, key_id, name, hash, roles, scopes, networks, site, limited, rate_limit, rate_burst,
               created_at, created_by, expires_at)
            values (:tenant, :key, :name, :hash, :roles, string_to_array(:scopes, ' '), :networks, :site, :limited,
               :limit, :burst, :now, :by, :expires)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("key", key.keyId())
        .bind("name", key.name())
        .bind("hash", key.hash().bytes())
        .bindArray("roles", String.class, List.copyOf(key.roles()))
        .bind("scopes", key.scopes().map(scopes -> String.join(" ", scopes)).orElse(null))
        .bindArray(
            "networks", String.class, key.networks().stream().map(Network::toString).toList())
        .bind("site", key.site())
        .bind("limited", key.limited())
        .bind("limit", key.limit().map(RateLimit::limit).orElse(null))
        .bind("burst", key.limit().map(RateLimit::burst).orElse(null))
        .bind("now", Timestamp.from(now))
        .bind("by", createdBy)
        .bind("expires", timestamp(key.expiresAt()))
        .execute();
  }

  private static final String LISTED =
      """
      select k.*, u.requests, u.last_used from identity.api_key k
      left join identity.key_usage u on u.tenant_id = k.tenant_id and u.key_id = k.key_id
      """;

  /// The tenant's keys, newest first.
  ///
  /// @param after the last key of the page before
  public static List<Listed> list(
      TenantTransaction transaction, Optional<String> after, int limit) {
    return transaction
        .handle()
        .createQuery(
            LISTED
                + """
                where :after::text is null or (k.created_at, k.key_id) <
                  (select c.created_at, c.key_id from identity.api_key c where c.key_id = :after)
                order by k.created_at desc, k.key_id desc limit :limit\
                """)
        .bind("after", after.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> listed(row))
        .list();
  }

  public static Optional<Listed> read(TenantTransaction transaction, String keyId) {
    return transaction
        .handle()
        .createQuery(LISTED + "where k.tenant_id = :tenant and k.key_id = :key")
        .bind("tenant", transaction.tenant().value())
        .bind("key", keyId)
        .map((row, _) -> listed(row))
        .findOne();
  }

  /// The key, locked until the transaction ends.
  public static Optional<Listed> lock(TenantTransaction transaction, String keyId) {
    return transaction
        .handle()
        .createQuery(LISTED + "where k.key_id = :key for update of k")
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

  /// Gives the key another secret; the one so far is good until then, if a time is given.
  public static void rotate(
      TenantTransaction transaction,
      String keyId,
      Digest hash,
      Optional<Instant> formerUntil,
      Instant now) {
    transaction
        .handle()
        .createUpdate(
            """
            update identity.api_key set hash = :hash, rotated_at = :now, previous_until = :until,
              previous_hash = case when :until::timestamptz is null then null else hash end
            where key_id = :key\
            """)
        .bind("hash", hash.bytes())
        .bind("until", timestamp(formerUntil))
        .bind("now", Timestamp.from(now))
        .bind("key", keyId)
        .execute();
  }

  private static Listed listed(ResultSet row) throws SQLException {
    long requests = row.getLong("requests");
    return new Listed(
        row.getString("key_id"),
        row.getString("name"),
        strings(row, "roles").orElseGet(TreeSet::new),
        strings(row, "scopes"),
        List.copyOf(strings(row, "networks").orElseGet(TreeSet::new)),
        row.getString("site"),
        row.getBoolean("limited"),
        limit(row),
        row.getTimestamp("created_at").toInstant(),
        row.getString("created_by"),
        time(row, "expires_at"),
        time(row, "rotated_at"),
        time(row, "previous_until"),
        time(row, "revoked_at"),
        time(row, "last_used").map(used -> new Usage(requests, used)));
  }

  private static Optional<SortedSet<String>> strings(ResultSet row, String column)
      throws SQLException {
    var array = row.getArray(column);
    return array == null
        ? Optional.empty()
        : Optional.of(new TreeSet<>(Arrays.asList((String[]) array.getArray())));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }

  private static @Nullable Timestamp timestamp(Optional<Instant> time) {
    return time.map(Timestamp::from).orElse(null);
  }
}
