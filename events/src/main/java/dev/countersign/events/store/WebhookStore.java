package dev.countersign.events.store;

import dev.countersign.events.ActionFilter;
import dev.countersign.events.Webhook;
import dev.countersign.events.WebhookState;
import dev.countersign.events.WebhookUrl;
import dev.countersign.kernel.store.TenantTransaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/// Webhooks as people made them.
public final class WebhookStore {
  private static final String SHOWN = "tenant_id = :tenant and state <> 'removed'";

  private WebhookStore() {}

  /// Lets one transaction of the tenant at a time count and add.
  public static void lockAll(TenantTransaction transaction) {
    query(
            transaction,
            "select pg_advisory_xact_lock(hashtextextended(cast(:tenant as text), 7468)) is null")
        .mapTo(Boolean.class)
        .one();
  }

  public static long count(TenantTransaction transaction) {
    return query(transaction, "select count(*) from events.webhook where " + SHOWN)
        .mapTo(Long.class)
        .one();
  }

  public static void add(TenantTransaction transaction, Webhook webhook) {
    transaction
        .handle()
        .createUpdate(
            """
            insert into events.webhook (tenant_id, webhook_id, url, actions, description, state, created_by, created_at)
            values (:tenant, :id, :url, :actions, :description, :state, :by, :at)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", webhook.id())
        .bind("url", webhook.url().text())
        .bind("actions", patterns(webhook))
        .bind("description", webhook.description())
        .bind("state", webhook.state().word())
        .bind("by", webhook.createdBy())
        .bind("at", Timestamp.from(webhook.createdAt()))
        .execute();
  }

  public static void change(TenantTransaction transaction, Webhook webhook) {
    transaction
        .handle()
        .createUpdate(
            """
            update events.webhook set url = :url, actions = :actions, description = :description, state = :state
            where tenant_id = :tenant and webhook_id = :id\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", webhook.id())
        .bind("url", webhook.url().text())
        .bind("actions", patterns(webhook))
        .bind("description", webhook.description())
        .bind("state", webhook.state().word())
        .execute();
  }

  private static String[] patterns(Webhook webhook) {
    return webhook.actions().patterns().toArray(String[]::new);
  }

  /// Hides it and stops it at once; what it leaves is removed by [DeliveryStore#prune], for there
  /// may be more than one transaction can take.
  public static void remove(TenantTransaction transaction, UUID id) {
    transaction
        .handle()
        .createUpdate(
            """
            update events.webhook set state = 'removed', url = '', actions = '{}', description = ''
            where tenant_id = :tenant and webhook_id = :id\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
  }

  /// Takes the row of a webhook that was removed and has no deliveries left.
  public static void forget(TenantTransaction transaction, UUID id) {
    transaction
        .handle()
        .createUpdate(
            """
            delete from events.webhook w where tenant_id = :tenant and webhook_id = :id and state = 'removed'
              and not exists (select from events.delivery d where d.tenant_id = w.tenant_id and d.webhook_id = w.webhook_id)\
            """)
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .execute();
  }

  public static Optional<Webhook> read(TenantTransaction transaction, UUID id) {
    return query(transaction, "select * from events.webhook where webhook_id = :id and " + SHOWN)
        .bind("id", id)
        .map((row, _) -> webhook(row))
        .findOne();
  }

  /// Reads it and keeps everybody else from changing it; those who deliver for it are not kept.
  public static Optional<Webhook> lock(TenantTransaction transaction, UUID id) {
    return query(
            transaction,
            "select * from events.webhook where webhook_id = :id and "
                + SHOWN
                + " for no key update")
        .bind("id", id)
        .map((row, _) -> webhook(row))
        .findOne();
  }

  /// Newest first; `before` is the last id of the page before.
  public static List<Webhook> page(
      TenantTransaction transaction, Optional<UUID> before, int limit) {
    return query(
            transaction,
            """
            select * from events.webhook
            where %s and (cast(:before as uuid) is null or webhook_id < cast(:before as uuid))
            order by webhook_id desc limit :limit\
            """
                .formatted(SHOWN))
        .bind("before", before.orElse(null))
        .bind("limit", limit)
        .map((row, _) -> webhook(row))
        .list();
  }

  private static Query query(TenantTransaction transaction, String sql) {
    return transaction.handle().createQuery(sql).bind("tenant", transaction.tenant().value());
  }

  private static Webhook webhook(ResultSet row) throws SQLException {
    return new Webhook(
        row.getObject("webhook_id", UUID.class),
        new WebhookUrl(row.getString("url")),
        new ActionFilter(List.of((String[]) row.getArray("actions").getArray())),
        row.getString("description"),
        WebhookState.of(row.getString("state")),
        row.getString("created_by"),
        row.getTimestamp("created_at").toInstant());
  }
}
