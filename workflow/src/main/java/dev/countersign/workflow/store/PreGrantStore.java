package dev.countersign.workflow.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.Update;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.GrantTemplate;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.PreGrant.Scope;
import dev.countersign.workflow.ProposedAction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What people agreed to beforehand.
public final class PreGrantStore {
  /// So many are looked at for one request; those behind wait for the next one.
  private static final int MOST_CANDIDATES = 200;

  public void add(TenantTransaction transaction, PreGrant grant) {
    var insert =
        Rows.update(
                transaction,
                """
                insert into workflow.pre_grant (tenant_id, grant_id, grantor, state, action_digest,
                  workflow, transition, case_id, site, amount_up_to, payload, expires_at, created_at)
                values (:tenant, :id, :grantor, :state, :action_digest,
                  :workflow, :transition, cast(:case_id as uuid), :site, cast(:amount_up_to as bigint), :payload, :expires_at, :created_at)
                """)
            .bind("id", grant.id())
            .bind("grantor", grant.grantor())
            .bind("state", grant.state().word())
            .bind("expires_at", Rows.timestamp(grant.expiresAt()))
            .bind("created_at", Rows.timestamp(grant.createdAt()));
    scope(insert, grant.scope()).later();
  }

  private static Update scope(Update insert, Scope scope) {
    return switch (scope) {
      case Scope.OfAction(var digest) ->
          insert
              .bind("action_digest", digest.bytes())
              .bindNull("workflow", Types.VARCHAR)
              .bindNull("transition", Types.VARCHAR)
              .bindNull("case_id", Types.OTHER)
              .bindNull("site", Types.VARCHAR)
              .bindNull("amount_up_to", Types.BIGINT)
              .bindNull("payload", Types.VARCHAR);
      case Scope.OfTemplate(var template) ->
          insert
              .bindNull("action_digest", Types.BINARY)
              .bind("workflow", template.workflow())
              .bind("transition", template.transition())
              .bind("case_id", template.caseId().orElse(null))
              .bind("site", template.site().orElse(null))
              .bind("amount_up_to", template.amountUpTo().orElse(null))
              .bind("payload", template.payload().toString());
    };
  }

  /// Reads one and keeps everybody else from changing it.
  public Optional<PreGrant> lock(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction,
            "select * from workflow.pre_grant where tenant_id = :tenant and grant_id = :id for update")
        .bind("id", id)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// What may be for an action on a case, oldest first; each MUST be locked and asked again before
  /// it is used. All who use some lock them in this order.
  public Query.Rows<PreGrant> candidates(
      TenantTransaction transaction, ProposedAction action, Case subject, Instant now) {
    return Rows.query(
            transaction,
            """
            select * from (
              select * from workflow.pre_grant
              where tenant_id = :tenant and state = 'open' and action_digest = :digest and expires_at > :now
              union all
              select * from workflow.pre_grant
              where tenant_id = :tenant and state = 'open' and workflow = :workflow and transition = :transition
                and expires_at > :now and coalesce(case_id, :case) = :case and coalesce(site, :site) = :site) found
            order by grant_id limit :most
            """)
        .bind("digest", action.digest().bytes())
        .bind("workflow", subject.workflow())
        .bind("transition", action.action().type())
        .bind("case", subject.id())
        .bind("site", subject.site())
        .bind("now", Rows.timestamp(now))
        .bind("most", MOST_CANDIDATES)
        .map((row, _) -> stored(row))
        .ahead();
  }

  /// How many of a grantor are open; counted up to `most`.
  public int open(TenantTransaction transaction, String grantor, int most) {
    return Rows.query(
            transaction,
            """
            select count(*) from (
              select 1 from workflow.pre_grant
              where tenant_id = :tenant and state = 'open' and grantor = :grantor limit :most) open
            """)
        .bind("grantor", grantor)
        .bind("most", most)
        .mapTo(Integer.class)
        .one();
  }

  /// Keeps how a grant ended that was locked and open.
  public void end(TenantTransaction transaction, PreGrant ended) {
    Rows.update(
            transaction,
            """
            update workflow.pre_grant set state = :state, ended_at = :at, proposal_id = cast(:proposal as uuid),
              payload = case when payload is null then null else '{}' end
            where tenant_id = :tenant and grant_id = :id and state = 'open'
            """)
        .bind("id", ended.id())
        .bind("state", ended.state().word())
        .bind("at", Rows.timestamp(ended.endedAt()))
        .bind("proposal", ended.usedBy().orElse(null))
        .laterOnce("grant `" + ended.id() + "` was not locked");
  }

  /// All of the tenant, newest first; `before` is the last id of the page before.
  public List<PreGrant> page(TenantTransaction transaction, Optional<UUID> before, int limit) {
    return Rows.query(
            transaction,
            """
            select * from workflow.pre_grant
            where tenant_id = :tenant and (cast(:before as uuid) is null or grant_id < cast(:before as uuid))
            order by grant_id desc limit :limit
            """)
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  private static PreGrant stored(ResultSet row) throws SQLException {
    return new PreGrant(
        Rows.uuid(row, "grant_id"),
        row.getString("grantor"),
        PreGrant.State.read(row.getString("state")),
        scope(row),
        Rows.time(row, "expires_at"),
        Rows.time(row, "created_at"),
        Rows.optionalTime(row, "ended_at"),
        Optional.ofNullable(row.getObject("proposal_id", UUID.class)));
  }

  private static Scope scope(ResultSet row) throws SQLException {
    if (row.getBytes("action_digest") != null) {
      return new Scope.OfAction(Rows.digest(row, "action_digest"));
    }
    return new Scope.OfTemplate(
        new GrantTemplate(
            row.getString("workflow"),
            row.getString("transition"),
            Optional.ofNullable(row.getObject("case_id", UUID.class)),
            Optional.ofNullable(row.getString("site")),
            Optional.ofNullable(row.getObject("amount_up_to", Long.class)),
            (JsonObject) Rows.json(row.getString("payload"))));
  }
}
