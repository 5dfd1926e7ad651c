package dev.countersign.policy.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetJson;
import dev.countersign.policy.lifecycle.PolicyVersion;
import dev.countersign.policy.lifecycle.VersionState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.Update;

/// The versions of a tenant's policy set: what each holds, for good, and where each stands.
///
/// Stateless; safe for use by many threads, each with its own transaction.
public final class PolicyVersions {

  /// What a version holds.
  ///
  /// @param tests as they came with it
  public record Content(PolicySet set, JsonObject tests) {}

  /// One step in a version's life.
  public record Move(VersionState state, String by, Instant at) {}

  /// How much a tenant keeps.
  ///
  /// @param waiting versions that were never in force and are not discarded
  public record Kept(int latest, int waiting, long characters) {}

  private static final String SELECT =
      """
      select s.version, t.state, s.created_by, s.created_at, s.threshold
      from policy.policy_set s join policy.version_state t using (tenant_id, version)
      """;

  /// What is kept so far; nothing is kept of a new tenant.
  public Kept kept(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery(
            """
            select coalesce(max(s.version), 0),
              count(*) filter (where t.state in ('draft', 'validated', 'simulated')),
              coalesce(sum(octet_length(s.policies) + octet_length(s.tests)), 0)
            from policy.policy_set s join policy.version_state t using (tenant_id, version)
            """)
        .map((row, _) -> new Kept(row.getInt(1), row.getInt(2), row.getLong(3)))
        .one();
  }

  /// Waits until nobody else of the tenant is taking a version number.
  public void lockNumbers(TenantTransaction transaction) {
    // Of two keys: its locks are told apart from those of one, such as the generation's.
    transaction
        .handle()
        .createQuery(
            "select pg_advisory_xact_lock(hashtext('policy.version'), hashtext(:tenant::text)) is null")
        .bind("tenant", transaction.tenant().value())
        .mapTo(Boolean.class)
        .one();
  }

  /// Keeps a version for good, in state `draft`.
  public void add(
      TenantTransaction transaction, int version, Content content, String draftedBy, Instant at) {
    update(
            transaction,
            """
            insert into policy.policy_set (tenant_id, version, threshold, policies, tests, created_by, created_at)
            values (:tenant, :version, :threshold, :policies, :tests, :created_by, :created_at)
            """)
        .bind("version", version)
        .bind("threshold", content.set().threshold())
        .bind("policies", PolicySetJson.write(content.set()).toString())
        .bind("tests", content.tests().toString())
        .bind("created_by", draftedBy)
        .bind("created_at", at)
        .execute();
    update(
            transaction,
            """
            insert into policy.version_state (tenant_id, version, state)
            values (:tenant, :version, 'draft')
            """)
        .bind("version", version)
        .execute();
    record(transaction, version, VersionState.DRAFT, draftedBy, at);
  }

  /// What a version holds, whatever its state.
  public Optional<Content> content(TenantTransaction transaction, int version) {
    return transaction
        .handle()
        .createQuery(
            "select threshold, policies, tests from policy.policy_set where version = :version")
        .bind("version", version)
        .map((row, _) ->
            new Content(
                PolicyStore.set(row.getInt(1), row.getString(2)),
                (JsonObject) JsonReader.read(row.getString(3), 2 * JsonReader.DEFAULT_DEPTH)))
        .findOne();
  }

  /// Where a version stands, without its content.
  public Optional<PolicyVersion> read(TenantTransaction transaction, int version) {
    return transaction
        .handle()
        .createQuery(SELECT + "where s.version = :version")
        .bind("version", version)
        .map((row, _) -> version(row))
        .findOne();
  }

  /// Where a version stands, locked until the transaction ends.
  public Optional<PolicyVersion> lock(TenantTransaction transaction, int version) {
    return transaction
        .handle()
        .createQuery(SELECT + "where s.version = :version for update of t")
        .bind("version", version)
        .map((row, _) -> version(row))
        .findOne();
  }

  /// Versions, newest first.
  ///
  /// @param before only versions older than this
  public List<PolicyVersion> list(
      TenantTransaction transaction, Optional<Integer> before, int most) {
    return transaction
        .handle()
        .createQuery(SELECT + "where s.version < :before order by s.version desc limit :most")
        .bind("before", before.orElse(Integer.MAX_VALUE))
        .bind("most", most)
        .map((row, _) -> version(row))
        .list();
  }

  /// The version that is in force.
  public Optional<PolicyVersion> active(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery(SELECT + "where t.state = 'active'")
        .map((row, _) -> version(row))
        .findOne();
  }

  /// The latest steps of a version's life, oldest of them first.
  public List<Move> moves(TenantTransaction transaction, int version, int most) {
    return transaction
        .handle()
        .createQuery(
            """
            select state, moved_by, moved_at from policy.version_move
            where version = :version order by step desc limit :most
            """)
        .bind("version", version)
        .bind("most", most)
        .map((row, _) ->
            new Move(
                VersionState.of(row.getString(1)),
                row.getString(2),
                row.getTimestamp(3).toInstant()))
        .list()
        .reversed();
  }

  /// Moves a version to another state, unless the table of states forbids it: then
  /// IllegalStateException, because the use case has to have refused it before.
  ///
  /// For `active` see [#activate].
  public void move(
      TenantTransaction transaction,
      PolicyVersion version,
      VersionState next,
      String by,
      Instant at) {
    if (!version.state().mayBecome(next)) {
      throw new IllegalStateException(
          "version %d is `%s` and may not become `%s`"
              .formatted(version.version(), version.state().word(), next.word()));
    }
    update(
            transaction,
            """
            update policy.version_state set state = :state
            where tenant_id = :tenant and version = :version
            """)
        .bind("version", version.version())
        .bind("state", next.word())
        .execute();
    record(transaction, version.version(), next, by, at);
  }

  /// Puts a version into force in place of the one that is, which retires.
  ///
  /// MUST be called in a transaction opened to change rules, and be followed by raising the counter
  /// of policies.
  public void activate(
      TenantTransaction transaction, PolicyVersion version, String by, Instant at) {
    active(transaction).ifPresent(old -> move(transaction, old, VersionState.RETIRED, by, at));
    move(transaction, version, VersionState.ACTIVE, by, at);
    update(
            transaction,
            """
            insert into policy.active_set (tenant_id, version) values (:tenant, :version)
            on conflict (tenant_id) do update set version = excluded.version
            """)
        .bind("version", version.version())
        .execute();
  }

  private static void record(
      TenantTransaction transaction, int version, VersionState state, String by, Instant at) {
    update(
            transaction,
            """
            insert into policy.version_move (tenant_id, version, step, state, moved_by, moved_at)
            select :tenant, :version, count(*) + 1, :state, :by, :at
            from policy.version_move where version = :version
            """)
        .bind("version", version)
        .bind("state", state.word())
        .bind("by", by)
        .bind("at", at)
        .execute();
  }

  private static PolicyVersion version(ResultSet row) throws SQLException {
    return new PolicyVersion(
        row.getInt(1),
        VersionState.of(row.getString(2)),
        row.getString(3),
        row.getTimestamp(4).toInstant(),
        row.getInt(5));
  }

  private static Update update(TenantTransaction transaction, String sql) {
    return transaction.handle().createUpdate(sql).bind("tenant", transaction.tenant().value());
  }
}
