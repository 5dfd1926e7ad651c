package dev.countersign.workflow.store;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.workflow.WorkflowDefinition;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The versions of workflows; they are added and never changed.
public final class DefinitionStore {
  private final Kept<Version, WorkflowDefinition> kept = new Kept<>();

  private record Version(String key, int number) {}

  /// A version with when and by whom it was defined.
  public record StoredDefinition(WorkflowDefinition definition, String by, Instant at) {}

  /// Adds a version; throws `DatabaseFailure.Broken` if it is there.
  public void add(
      TenantTransaction transaction, WorkflowDefinition definition, String by, Instant at) {
    Rows.update(
            transaction,
            """
            insert into workflow.definition (tenant_id, key, version, content, created_by, created_at)
            values (:tenant, :key, :version, :content, :by, :at)
            """)
        .bind("key", definition.key())
        .bind("version", definition.version())
        .bind("content", definition.json().toString())
        .bind("by", by)
        .bind("at", Rows.timestamp(at))
        .later();
  }

  public Optional<WorkflowDefinition> version(
      TenantTransaction transaction, String key, int version) {
    return kept.getForever(
        transaction, new Version(key, version), () -> read(transaction, key, version));
  }

  private static Optional<WorkflowDefinition> read(
      TenantTransaction transaction, String key, int version) {
    return Rows.query(
            transaction,
            """
            select * from workflow.definition
            where tenant_id = :tenant and key = :key and version = :version
            """)
        .bind("key", key)
        .bind("version", version)
        .map((row, _) -> stored(row).definition())
        .findOne();
  }

  public Optional<StoredDefinition> latest(TenantTransaction transaction, String key) {
    return Rows.query(
            transaction,
            """
            select * from workflow.definition where tenant_id = :tenant and key = :key
            order by version desc limit 1
            """)
        .bind("key", key)
        .map((row, _) -> stored(row))
        .findOne();
  }

  /// The latest version of each workflow after the key `after`, in the order of keys.
  public List<StoredDefinition> page(TenantTransaction transaction, String after, int limit) {
    return Rows.query(
            transaction,
            """
            select distinct on (key) * from workflow.definition
            where tenant_id = :tenant and key > :after
            order by key, version desc limit :limit
            """)
        .bind("after", after)
        .bind("limit", limit)
        .map((row, _) -> stored(row))
        .list();
  }

  /// Whether any version of any workflow has that queue.
  public boolean hasQueue(TenantTransaction transaction, String name) {
    return has(transaction, "queues", Json.object().put("name", name).build());
  }

  /// Whether any version of any workflow has a transition of that type.
  public boolean hasTransition(TenantTransaction transaction, String type) {
    return has(transaction, "transitions", Json.object().put("type", type).build());
  }

  private static boolean has(TenantTransaction transaction, String part, JsonObject wanted) {
    return Rows.query(
            transaction,
            """
            select exists (select from workflow.definition
              where tenant_id = :tenant and content::jsonb -> :part @> :wanted::jsonb)
            """)
        .bind("part", part)
        .bind("wanted", Json.array(List.of(wanted)).toString())
        .mapTo(Boolean.class)
        .one();
  }

  private static StoredDefinition stored(ResultSet row) throws SQLException {
    return new StoredDefinition(
        WorkflowDefinition.parse(Rows.object(row, "content"), row.getInt("version")),
        row.getString("created_by"),
        Rows.time(row, "created_at"));
  }
}
