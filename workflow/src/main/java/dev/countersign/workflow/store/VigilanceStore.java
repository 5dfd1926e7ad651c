package dev.countersign.workflow.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.Query;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.Share;
import dev.countersign.workflow.Trap;
import dev.countersign.workflow.Vigilance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/// What a tenant set, what it sets as traps, and how its reviewers do.
public final class VigilanceStore {
  /// How long a decision about a decoy says something about who made it.
  public static final Duration WINDOW = Duration.ofDays(180);

  /// The cap's hour.
  public static final Duration HOUR = Duration.ofHours(1);

  private static final int MOST_REVIEWERS = 1_000;

  private final Kept<String, Vigilance> kept = new Kept<>();

  public Vigilance settings(TenantTransaction transaction) {
    return kept.get(transaction, "settings", () -> stored(transaction));
  }

  private static Vigilance stored(TenantTransaction transaction) {
    return Rows.query(transaction, "select * from workflow.vigilance where tenant_id = :tenant")
        .map((row, _) ->
            new Vigilance(
                row.getDouble("decoy_rate"),
                row.getDouble("miss_limit"),
                Optional.ofNullable(row.getObject("decisions_per_hour", Integer.class))))
        .findOne()
        .orElse(Vigilance.OFF);
  }

  public void set(TenantTransaction transaction, Vigilance vigilance, String by, Instant now) {
    Rows.update(
            transaction,
            """
            insert into workflow.vigilance (tenant_id, decoy_rate, miss_limit, decisions_per_hour, changed_by, changed_at)
            values (:tenant, :decoy_rate, :miss_limit, cast(:cap as integer), :by, :now)
            on conflict (tenant_id) do update set decoy_rate = excluded.decoy_rate, miss_limit = excluded.miss_limit,
              decisions_per_hour = excluded.decisions_per_hour, changed_by = excluded.changed_by, changed_at = excluded.changed_at
            """)
        .bind("decoy_rate", vigilance.decoyRate())
        .bind("miss_limit", vigilance.missLimit())
        .bind("cap", vigilance.decisionsPerHour().orElse(null))
        .bind("by", by)
        .bind("now", Rows.timestamp(now))
        .later();
  }

  public void add(TenantTransaction transaction, Trap trap, String by) {
    Rows.update(
            transaction,
            """
            insert into workflow.trap (tenant_id, trap_id, workflow, transition, condition, payload, why, created_by, created_at)
            values (:tenant, :id, :workflow, :transition, :condition, :payload, :why, :by, :at)
            """)
        .bind("id", trap.id())
        .bind("workflow", trap.workflow())
        .bind("transition", trap.transition())
        .bind("condition", trap.condition())
        .bind("payload", trap.payload().toString())
        .bind("why", trap.why())
        .bind("by", by)
        .bind("at", Rows.timestamp(trap.createdAt()))
        .later();
  }

  /// Those that are set, oldest first.
  public List<Trap> traps(TenantTransaction transaction) {
    return Rows.query(
            transaction,
            "select * from workflow.trap where tenant_id = :tenant and removed_at is null order by trap_id")
        .map((row, _) -> trap(row))
        .list();
  }

  /// One that is or was set.
  public Optional<Trap> trap(TenantTransaction transaction, UUID id) {
    return Rows.query(
            transaction, "select * from workflow.trap where tenant_id = :tenant and trap_id = :id")
        .bind("id", id)
        .map((row, _) -> trap(row))
        .findOne();
  }

  /// False if it is not set.
  public boolean remove(TenantTransaction transaction, UUID id, Instant now) {
    return Rows.update(
                transaction,
                """
                update workflow.trap set removed_at = :now
                where tenant_id = :tenant and trap_id = :id and removed_at is null
                """)
            .bind("id", id)
            .bind("now", Rows.timestamp(now))
            .execute()
        == 1;
  }

  private static Trap trap(ResultSet row) throws SQLException {
    return new Trap(
        Rows.uuid(row, "trap_id"),
        row.getString("workflow"),
        row.getString("transition"),
        row.getString("condition"),
        (JsonObject) Rows.json(row.getString("payload")),
        row.getString("why"),
        Rows.time(row, "created_at"));
  }

  /// How a reviewer does.
  ///
  /// @param missed the share of decoys that were approved of those that he decided about
  public record Reviewed(String reviewer, Share missed) {

    public static SortedMap<String, Share> byName(List<Reviewed> all) {
      var shares = new TreeMap<String, Share>();
      all.forEach(one -> shares.put(one.reviewer(), one.missed()));
      return shares;
    }
  }

  /// How those do who decided about a decoy, ordered by their names.
  public SortedMap<String, Share> missed(TenantTransaction transaction, Instant now) {
    return Reviewed.byName(missed(transaction, List.of(), now).list());
  }

  /// How these do, asked for with the next statement.
  public Query.Rows<Reviewed> missedAhead(
      TenantTransaction transaction, Collection<String> reviewers, Instant now) {
    return missed(transaction, reviewers, now).ahead();
  }

  /// @param reviewers whom to look at; everybody if there are none
  private static Query.Rows<Reviewed> missed(
      TenantTransaction transaction, Collection<String> reviewers, Instant now) {
    return Rows.query(
            transaction,
            """
            select reviewer, count(*) filter (where verdict = 'approve') as missed, count(*) as shown from workflow.decoy
            where tenant_id = :tenant and reviewer is not null and verdict in ('approve', 'reject', 'edit') and decided_at > :since
              and (cardinality(cast(:reviewers as text[])) = 0 or reviewer = any(cast(:reviewers as text[])))
            group by reviewer order by reviewer limit :most
            """)
        .bindArray("reviewers", String.class, List.copyOf(reviewers))
        .bind("since", Rows.timestamp(now.minus(WINDOW)))
        .bind("most", MOST_REVIEWERS)
        .map((row, _) ->
            new Reviewed(
                row.getString("reviewer"), new Share(row.getLong("missed"), row.getLong("shown"))));
  }

  /// How many decisions each made in the hour before `now`, ordered by their names; decoys count as
  /// any other.
  public SortedMap<String, Long> load(TenantTransaction transaction, Instant now) {
    var load = new TreeMap<String, Long>();
    Rows.query(
            transaction,
            """
            select actor, count(*) as decided from (
              select approver as actor from workflow.approval_decision
              where tenant_id = :tenant and decision <> 'defer' and grant_id is null and decided_at > :since
              union all
              select reviewer from workflow.decoy
              where tenant_id = :tenant and reviewer is not null and decided_at > :since) made
            group by actor order by actor limit :most
            """)
        .bind("since", Rows.timestamp(now.minus(HOUR)))
        .bind("most", MOST_REVIEWERS)
        .map((row, _) -> load.put(row.getString("actor"), row.getLong("decided")))
        .list();
    return load;
  }

  /// When somebody made the decision that is the `cap`th newest of his in the hour before `now`;
  /// empty if he made fewer.
  public Optional<Instant> atCap(
      TenantTransaction transaction, String reviewer, int cap, Instant now) {
    return Rows.query(
            transaction,
            """
            select decided_at from (
              (select decided_at from workflow.approval_decision
               where tenant_id = :tenant and approver = :reviewer and decision <> 'defer' and grant_id is null
                 and decided_at > :since
               order by decided_at desc limit :cap)
              union all
              (select decided_at from workflow.decoy
               where tenant_id = :tenant and reviewer = :reviewer and decided_at > :since
               order by decided_at desc limit :cap)) made
            order by decided_at desc offset :cap - 1 limit 1
            """)
        .bind("reviewer", reviewer)
        .bind("cap", cap)
        .bind("since", Rows.timestamp(now.minus(HOUR)))
        .map((row, _) -> Rows.time(row, "decided_at"))
        .findOne();
  }
}
