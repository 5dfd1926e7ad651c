package dev.countersign.events.store;

import dev.countersign.events.ReceiverHealth;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/// How far a webhook has come, how its receiver does, and which node is at it.
public final class ProgressStore {
  private ProgressStore() {}

  /// @param nextIndex from where on the log is still to be read
  /// @param seen how many entries the tenant had when it was last read to its end
  public record Progress(long nextIndex, long seen, ReceiverHealth health) {}

  public static void begin(TenantTransaction transaction, UUID webhook, long nextIndex) {
    update(
            transaction,
            webhook,
            """
            insert into events.progress (tenant_id, webhook_id, next_index, seen)
            values (:tenant, :webhook, :next, -1)\
            """)
        .bind("next", nextIndex)
        .execute();
  }

  public static Progress read(TenantTransaction transaction, UUID webhook) {
    return transaction
        .handle()
        .createQuery(
            """
            select next_index, seen, failures, failing_since, retry_at from events.progress
            where tenant_id = :tenant and webhook_id = :webhook\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("webhook", webhook)
        .map((row, _) -> progress(row))
        .one();
  }

  /// Takes a webhook that nobody is at, until the lease ends; false if somebody is, or if it is not
  /// active. The lease is by the database's clock, for those of nodes differ.
  ///
  /// @param now from when on it has something to do, should this node die before it gives it back
  public static boolean claim(
      TenantTransaction transaction, UUID webhook, UUID lease, Duration length, Instant now) {
    return update(
                transaction,
                webhook,
                """
                update events.progress set lease_id = :lease, leased_until = clock_timestamp() + :length * interval '1 millisecond', due_at = :now
                where tenant_id = :tenant and webhook_id = (
                  select p.webhook_id from events.progress p join events.webhook w using (tenant_id, webhook_id)
                  where p.tenant_id = :tenant and p.webhook_id = :webhook and w.state = 'active'
                    and (p.leased_until is null or p.leased_until < clock_timestamp())
                  for update of p skip locked)\
                """)
            .bind("lease", lease)
            .bind("length", length.toMillis())
            .bind("now", Timestamp.from(now))
            .execute()
        == 1;
  }

  /// Prolongs a lease; false if it is somebody else's by now, or if the webhook was stopped.
  public static boolean renew(
      TenantTransaction transaction, UUID webhook, UUID lease, Duration length) {
    return update(
                transaction,
                webhook,
                """
                update events.progress p set leased_until = clock_timestamp() + :length * interval '1 millisecond'
                where tenant_id = :tenant and webhook_id = :webhook and lease_id = :lease
                  and exists (select from events.webhook w
                              where w.tenant_id = p.tenant_id and w.webhook_id = p.webhook_id and w.state = 'active')\
                """)
            .bind("lease", lease)
            .bind("length", length.toMillis())
            .execute()
        == 1;
  }

  /// Keeps a lease from being taken over until this transaction ends; false if it was before.
  public static boolean hold(TenantTransaction transaction, UUID webhook, UUID lease) {
    return transaction
        .handle()
        .createQuery(
            """
            select 1 from events.progress
            where tenant_id = :tenant and webhook_id = :webhook and lease_id = :lease for update\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("webhook", webhook)
        .bind("lease", lease)
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  /// Gives a lease back, with when there is something to do again.
  public static void release(TenantTransaction transaction, UUID webhook, UUID lease) {
    update(
            transaction,
            webhook,
            """
            update events.progress set lease_id = null, leased_until = null, due_at = (
              select min(next_attempt_at) from (<first>) first)
            where tenant_id = :tenant and webhook_id = :webhook and lease_id = :lease\
            """
                .replace("<first>", DeliveryStore.FIRST))
        .bind("lease", lease)
        .execute();
  }

  /// Notes how far the log was read.
  ///
  /// @param full whether so much waits that nothing more was read
  public static void advance(
      TenantTransaction transaction, UUID webhook, long nextIndex, long seen, boolean full) {
    update(
            transaction,
            webhook,
            """
            update events.progress set next_index = :next, seen = :seen, is_full = :full
            where tenant_id = :tenant and webhook_id = :webhook
              and (next_index, seen, is_full) is distinct from (:next, :seen, :full)\
            """)
        .bind("next", nextIndex)
        .bind("seen", seen)
        .bind("full", full)
        .execute();
  }

  public static void health(TenantTransaction transaction, UUID webhook, ReceiverHealth health) {
    update(
            transaction,
            webhook,
            """
            update events.progress set failures = :failures, failing_since = :since, retry_at = :retry
            where tenant_id = :tenant and webhook_id = :webhook\
            """)
        .bind("failures", health.failures())
        .bind("since", timestamp(health.failingSince()))
        .bind("retry", timestamp(health.retryAt()))
        .execute();
  }

  /// Has the webhook looked at now, whatever it waited for.
  public static void hurry(TenantTransaction transaction, UUID webhook, Instant now) {
    update(
            transaction,
            webhook,
            """
            update events.progress set due_at = :now, failures = 0, failing_since = null, retry_at = null
            where tenant_id = :tenant and webhook_id = :webhook\
            """)
        .bind("now", Timestamp.from(now))
        .execute();
  }

  private static @Nullable Timestamp timestamp(Optional<Instant> time) {
    return time.map(Timestamp::from).orElse(null);
  }

  private static Update update(TenantTransaction transaction, UUID webhook, String sql) {
    return transaction
        .handle()
        .createUpdate(sql)
        .bind("tenant", transaction.tenant().value())
        .bind("webhook", webhook);
  }

  private static Progress progress(ResultSet row) throws SQLException {
    return new Progress(
        row.getLong("next_index"),
        row.getLong("seen"),
        new ReceiverHealth(
            row.getInt("failures"), time(row, "failing_since"), time(row, "retry_at")));
  }

  private static Optional<Instant> time(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getTimestamp(column)).map(Timestamp::toInstant);
  }
}
