package dev.countersign.events.store;

import dev.countersign.events.Delivery;
import dev.countersign.events.DeliveryState;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/// Where each event stands on its way to a receiver.
public final class DeliveryStore {
  /// What waits and is the first of its case, or of its correlation id if it has no case, and the
  /// first of its correlation id as well: what one action brought with it, such as another stage,
  /// need not belong to its case. What a case says itself has the case's id as its correlation id.
  static final String FIRST =
      """
      select * from (
        select *, min(log_index) over (partition by correlation_id) as first_of_action,
          min(log_index) over (partition by coalesce(case_id, correlation_id)) as first_of_case
        from events.delivery
        where tenant_id = :tenant and webhook_id = :webhook and state in ('pending', 'failed')) open
      where log_index = first_of_action and log_index = first_of_case\
      """;

  private DeliveryStore() {}

  /// How many wait, counted no further than `most`.
  public static int open(TenantTransaction transaction, UUID webhook, int most) {
    return query(
            transaction,
            webhook,
            """
            select count(*) from (
              select from events.delivery
              where tenant_id = :tenant and webhook_id = :webhook and state in ('pending', 'failed') limit :most) open\
            """)
        .bind("most", most)
        .mapTo(Integer.class)
        .one();
  }

  public static void add(TenantTransaction transaction, UUID webhook, List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    var batch =
        transaction
            .handle()
            .prepareBatch(
                """
                insert into events.delivery
                  (tenant_id, webhook_id, log_index, delivery_id, event_id, correlation_id, case_id, action, state, created_at, next_attempt_at)
                values (:tenant, :webhook, :index, :id, :event, :correlation, cast(:case as uuid), :action, :state, :created, :next)\
                """);
    for (var delivery : deliveries) {
      batch
          .bind("tenant", transaction.tenant().value())
          .bind("webhook", webhook)
          .bind("index", delivery.logIndex())
          .bind("id", delivery.id())
          .bind("event", delivery.eventId())
          .bind("correlation", delivery.correlationId())
          .bind("case", delivery.caseId().orElse(null))
          .bind("action", delivery.action())
          .bind("state", delivery.state().word())
          .bind("created", Timestamp.from(delivery.createdAt()))
          .bind("next", Timestamp.from(delivery.nextAttemptAt()))
          .add();
    }
    batch.execute();
  }

  /// What may be sent now: of each case the first that waits, if its time has come; those first
  /// that were tried least, so that one which is never taken keeps no other case up.
  public static List<Delivery> due(
      TenantTransaction transaction, UUID webhook, Instant now, int limit) {
    return query(
            transaction,
            webhook,
            FIRST + " and next_attempt_at <= :now order by attempts, log_index limit :limit")
        .bind("now", Timestamp.from(now))
        .bind("limit", limit)
        .map((row, _) -> delivery(row))
        .list();
  }

  /// Notes what came of an attempt; false if somebody drove the delivery anew meanwhile.
  ///
  /// @param before the delivery as it was tried
  public static boolean settle(
      TenantTransaction transaction, UUID webhook, Delivery before, Delivery after) {
    return update(
                transaction,
                webhook,
                """
                update events.delivery set state = :state, attempts = :attempts, last_attempt_at = :last,
                  next_attempt_at = :next, finished_at = :finished, last_status = :status, last_error = :error
                where tenant_id = :tenant and webhook_id = :webhook and log_index = :index
                  and state = :before and attempts = :tried\
                """)
            .bind("index", after.logIndex())
            .bind("before", before.state().word())
            .bind("tried", before.attempts())
            .bind("state", after.state().word())
            .bind("attempts", after.attempts())
            .bind("last", after.lastAttemptAt().map(Timestamp::from).orElse(null))
            .bind("next", Timestamp.from(after.nextAttemptAt()))
            .bind("finished", after.finishedAt().map(Timestamp::from).orElse(null))
            .bind("status", after.lastStatus().orElse(null))
            .bind("error", after.lastError().orElse(null))
            .execute()
        == 1;
  }

  /// Has an event sent again, as if it had never been tried.
  public static void redrive(TenantTransaction transaction, UUID webhook, UUID id, Instant now) {
    update(
            transaction,
            webhook,
            """
            update events.delivery set state = 'pending', attempts = 0, next_attempt_at = :now, finished_at = null
            where tenant_id = :tenant and webhook_id = :webhook and delivery_id = :id\
            """)
        .bind("id", id)
        .bind("now", Timestamp.from(now))
        .execute();
  }

  /// Reads a delivery and keeps everybody else from changing it.
  public static Optional<Delivery> lock(TenantTransaction transaction, UUID webhook, UUID id) {
    return query(
            transaction,
            webhook,
            """
            select * from events.delivery
            where tenant_id = :tenant and webhook_id = :webhook and delivery_id = :id for update\
            """)
        .bind("id", id)
        .map((row, _) -> delivery(row))
        .findOne();
  }

  /// Newest first, by their place in the log.
  ///
  /// @param before the index that the page before ended with
  public static List<Delivery> page(
      TenantTransaction transaction,
      UUID webhook,
      Optional<DeliveryState> state,
      Optional<Long> before,
      int limit) {
    return query(
            transaction,
            webhook,
            """
            select * from events.delivery
            where tenant_id = :tenant and webhook_id = :webhook and log_index < :before
              and (cast(:state as text) is null or state = cast(:state as text))
            order by log_index desc limit :limit\
            """)
        .bind("before", before.orElse(Long.MAX_VALUE))
        .bind("state", state.map(DeliveryState::word).orElse(null))
        .bind("limit", limit)
        .map((row, _) -> delivery(row))
        .list();
  }

  /// Removes at most `limit` that ended before `before`, or all of a webhook that was removed; says
  /// how many.
  public static int prune(TenantTransaction transaction, UUID webhook, Instant before, int limit) {
    return update(
            transaction,
            webhook,
            """
            delete from events.delivery where tenant_id = :tenant and webhook_id = :webhook and log_index in (
              select log_index from events.delivery
              where tenant_id = :tenant and webhook_id = :webhook and (finished_at < :before
                or exists (select from events.webhook w
                           where w.tenant_id = :tenant and w.webhook_id = :webhook and w.state = 'removed'))
              order by log_index limit :limit)\
            """)
        .bind("before", Timestamp.from(before))
        .bind("limit", limit)
        .execute();
  }

  private static Query query(TenantTransaction transaction, UUID webhook, String sql) {
    return transaction
        .handle()
        .createQuery(sql)
        .bind("tenant", transaction.tenant().value())
        .bind("webhook", webhook);
  }

  private static Update update(TenantTransaction transaction, UUID webhook, String sql) {
    return transaction
        .handle()
        .createUpdate(sql)
        .bind("tenant", transaction.tenant().value())
        .bind("webhook", webhook);
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    return new Delivery(
        row.getObject("delivery_id", UUID.class),
        row.getLong("log_index"),
        row.getObject("event_id", UUID.class),
        row.getObject("correlation_id", UUID.class),
        Optional.ofNullable(row.getObject("case_id", UUID.class)),
        row.getString("action"),
        DeliveryState.of(row.getString("state")),
        row.getInt("attempts"),
        row.getTimestamp("created_at").toInstant(),
        time(row, "last_attempt_at"),
        row.getTimestamp("next_attempt_at").toInstant(),
        time(row, "finished_at"),
        Optional.ofNullable(row.getObject("last_status", Integer.class)),
        Optional.ofNullable(row.getString("last_error")));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }
}
