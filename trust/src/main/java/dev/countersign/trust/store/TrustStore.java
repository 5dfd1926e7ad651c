package dev.countersign.trust.store;

import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Remembered;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Setting;
import dev.countersign.trust.TrustState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.SqlStatement;

/// Reads and writes the tables of the schema `trust`, always of the transaction's tenant.
///
/// Stateless; safe for use by many threads, each with its own transaction.
public final class TrustStore {
  private static final String COLUMNS =
      "select scope_id, site, queue, action_type, role_context, state, version from trust.scope ";

  private static final String OF_KEY =
      "where site = :site and queue = :queue and action_type = :action and role_context = :role";

  /// Larger than any id of version 7.
  private static final UUID BEHIND_ALL = new UUID(-1, -1);

  /// The tenant's setting, or the strictest if it set nothing.
  public Setting setting(TenantTransaction transaction) {
    return transaction
        .handle()
        .createQuery("select profile, promotion from trust.setting")
        .map((row, _) ->
            new Setting(
                known(Profile.parse(row.getString("profile"))),
                known(Promotion.parse(row.getString("promotion")))))
        .findOne()
        .orElse(Setting.STRICTEST);
  }

  public void set(TenantTransaction transaction, Setting setting) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into trust.setting (tenant_id, profile, promotion)
            values (:tenant, :profile, :promotion)
            on conflict (tenant_id) do update
              set profile = excluded.profile, promotion = excluded.promotion\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("profile", setting.profile().word())
        .bind("promotion", setting.promotion().word())
        .execute();
  }

  /// The scope of this key, if it was seen before.
  public Optional<StoredScope> find(TenantTransaction transaction, ScopeKey key) {
    return bound(transaction.handle().createQuery(COLUMNS + OF_KEY), key)
        .map((row, _) -> scope(row))
        .findOne();
  }

  /// The scope of this id, if the tenant has one.
  public Optional<StoredScope> find(TenantTransaction transaction, UUID scopeId) {
    return transaction
        .handle()
        .createQuery(COLUMNS + "where scope_id = :id")
        .bind("id", scopeId)
        .map((row, _) -> scope(row))
        .findOne();
  }

  /// The scope of this key, locked until the transaction ends; made if it was never seen.
  ///
  /// @param fresh the id that it gets if it is new
  public StoredScope lock(
      TenantTransaction transaction, ScopeKey key, UUID fresh, TrustState start, Instant now) {
    var seen = locked(transaction, key);
    if (seen.isPresent()) {
      return seen.get();
    }
    // Whoever comes second waits here for the first, then finds his row.
    bound(
            transaction
                .handle()
                .createUpdate(
                    """
                    insert into trust.scope (tenant_id, scope_id, site, queue, action_type, role_context, stage, state, version, updated_at)
                    values (:tenant, :id, :site, :queue, :action, :role, :stage, :state, 0, :now)
                    on conflict on constraint one_scope_a_key do nothing\
                    """),
            key)
        .bind("tenant", transaction.tenant().value())
        .bind("id", fresh)
        .bind("stage", start.stage().word())
        .bind("state", start.toJson().toString())
        .bind("now", Timestamp.from(now))
        .execute();
    return locked(transaction, key)
        .orElseThrow(() -> new IllegalStateException("a scope vanished as it was made"));
  }

  /// The scope of this id, locked until the transaction ends.
  public Optional<StoredScope> lock(TenantTransaction transaction, UUID scopeId) {
    return transaction
        .handle()
        .createQuery(COLUMNS + "where scope_id = :id for update")
        .bind("id", scopeId)
        .map((row, _) -> scope(row))
        .findOne();
  }

  /// Writes the state of a scope that this transaction has locked.
  public void write(TenantTransaction transaction, UUID scopeId, TrustState state, Instant now) {
    transaction
        .handle()
        .createUpdate(
            """
            update trust.scope
            set stage = :stage, state = :state, version = version + 1, updated_at = :now
            where scope_id = :id\
            """)
        .bind("id", scopeId)
        .bind("stage", state.stage().word())
        .bind("state", state.toJson().toString())
        .bind("now", Timestamp.from(now))
        .execute();
  }

  /// What the scope remembers of a proposal.
  public Optional<Remembered> memory(TenantTransaction transaction, UUID scopeId, UUID proposalId) {
    return transaction
        .handle()
        .createQuery(
            "select content from trust.memory where scope_id = :scope and proposal_id = :proposal")
        .bind("scope", scopeId)
        .bind("proposal", proposalId)
        .map((row, _) -> remembered(row))
        .findOne();
  }

  /// The executions whose deadline lies before `now`, earliest first, at most `limit`.
  public List<Remembered> due(TenantTransaction transaction, UUID scopeId, Instant now, int limit) {
    return transaction
        .handle()
        .createQuery(
            """
            select content from trust.memory where scope_id = :scope and due_at < :now
            order by due_at, proposal_id limit :limit\
            """)
        .bind("scope", scopeId)
        .bind("now", Timestamp.from(now))
        .bind("limit", limit)
        .map((row, _) -> remembered(row))
        .list();
  }

  public void remember(TenantTransaction transaction, UUID scopeId, List<Remembered> memories) {
    if (memories.isEmpty()) {
      return;
    }
    var batch =
        transaction
            .handle()
            .prepareBatch(
                """
                insert into trust.memory (tenant_id, scope_id, proposal_id, due_at, content)
                values (:tenant, :scope, :proposal, :due, :content)
                on conflict (tenant_id, scope_id, proposal_id) do update
                  set due_at = excluded.due_at, content = excluded.content\
                """);
    for (var memory : memories) {
      var waits =
          memory.phase() == Remembered.Phase.OPEN ? memory.dueAt() : Optional.<Instant>empty();
      batch
          .bind("tenant", transaction.tenant().value())
          .bind("scope", scopeId)
          .bind("proposal", memory.proposalId())
          .bind("due", waits.map(Timestamp::from).orElse(null))
          .bind("content", memory.toJson().toString())
          .add();
    }
    batch.execute();
  }

  /// Scopes by id, newest first, from behind `before` on.
  public List<StoredScope> list(TenantTransaction transaction, int limit, Optional<UUID> before) {
    return transaction
        .handle()
        .createQuery(
            COLUMNS
                + """
                where scope_id < :before
                order by scope_id desc limit :limit\
                """)
        .bind("before", before.orElse(BEHIND_ALL))
        .bind("limit", limit)
        .map((row, _) -> scope(row))
        .list();
  }

  private static Optional<StoredScope> locked(TenantTransaction transaction, ScopeKey key) {
    return bound(transaction.handle().createQuery(COLUMNS + OF_KEY + " for update"), key)
        .map((row, _) -> scope(row))
        .findOne();
  }

  private static <S extends SqlStatement<S>> S bound(S statement, ScopeKey key) {
    return statement
        .bind("site", key.site())
        .bind("queue", key.queue())
        .bind("action", key.actionType())
        .bind("role", key.roleContext());
  }

  private static StoredScope scope(ResultSet row) throws SQLException {
    return new StoredScope(
        row.getObject("scope_id", UUID.class),
        new ScopeKey(
            row.getString("site"),
            row.getString("queue"),
            row.getString("action_type"),
            row.getString("role_context")),
        TrustState.fromJson(JsonReader.readObject(row.getString("state"))),
        row.getLong("version"));
  }

  private static Remembered remembered(ResultSet row) throws SQLException {
    return Remembered.fromJson(JsonReader.readObject(row.getString("content")));
  }

  private static <T> T known(Optional<T> word) {
    return word.orElseThrow(() -> new IllegalStateException("a stored setting is unknown"));
  }
}
