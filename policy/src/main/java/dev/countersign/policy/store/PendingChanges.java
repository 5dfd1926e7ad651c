package dev.countersign.policy.store;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.JsonReader;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.policy.RegistryJson;
import dev.countersign.policy.lifecycle.PendingChange;
import dev.countersign.policy.lifecycle.PendingChange.Decided;
import dev.countersign.policy.lifecycle.PendingChange.State;
import dev.countersign.policy.lifecycle.Proposed;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Update;

/// Changes of what is in force that wait, or waited, for a second person.
///
/// Stateless; safe for use by many threads, each with its own transaction.
public final class PendingChanges {
  private static final String SELECT =
      """
      select id, kind, version, proposal, reasons, base_version, base_policies, requested_by,
        requested_at, expires_at, state, decided_by, decided_at
      from policy.pending_change
      """;

  public void add(TenantTransaction transaction, PendingChange change) {
    update(
            transaction,
            """
            insert into policy.pending_change (tenant_id, id, kind, version, proposal, reasons, base_version,
              base_policies, requested_by, requested_at, expires_at, state)
            values (:tenant, :id, :kind, :version, :proposal, :reasons, :base_version,
              :base_policies, :requested_by, :requested_at, :expires_at, :state)
            """)
        .bind("id", change.id())
        .bind("kind", change.proposed().kind())
        .bind("version", version(change.proposed()))
        .bind("proposal", proposal(change.proposed()).toString())
        .bind("reasons", Json.strings(change.reasons()).toString())
        .bind("base_version", change.baseVersion())
        .bind("base_policies", change.basePolicies())
        .bind("requested_by", change.requestedBy())
        .bind("requested_at", change.requestedAt())
        .bind("expires_at", change.expiresAt())
        .bind("state", change.state().word())
        .execute();
  }

  public Optional<PendingChange> read(TenantTransaction transaction, UUID id) {
    return one(transaction, "where id = :id", id);
  }

  /// The change, locked until the transaction ends.
  public Optional<PendingChange> lock(TenantTransaction transaction, UUID id) {
    return one(transaction, "where id = :id for update", id);
  }

  /// The activation of a version that waits, whether or not it has expired.
  public Optional<PendingChange> ofVersion(TenantTransaction transaction, int version) {
    return transaction
        .handle()
        .createQuery(SELECT + "where version = :version and state = 'pending'")
        .bind("version", version)
        .map((row, _) -> change(row))
        .findOne();
  }

  /// How many wait and have not expired.
  public int waiting(TenantTransaction transaction, Instant now) {
    return transaction
        .handle()
        .createQuery(
            "select count(*) from policy.pending_change where state = 'pending' and expires_at > :now")
        .bind("now", Timestamp.from(now))
        .mapTo(Integer.class)
        .one();
  }

  /// Changes, newest first.
  ///
  /// @param before only changes made before this one
  public List<PendingChange> list(TenantTransaction transaction, Optional<UUID> before, int most) {
    return transaction
        .handle()
        .createQuery(
            SELECT
                + "where (:before::uuid is null or id < :before::uuid) order by id desc limit :most")
        .bind("before", before.orElse(null))
        .bind("most", most)
        .map((row, _) -> change(row))
        .list();
  }

  /// Ends a change that waits.
  public void decide(
      TenantTransaction transaction, PendingChange change, State state, Decided decided) {
    int ended =
        update(
                transaction,
                """
                update policy.pending_change set state = :state, decided_by = :by, decided_at = :at
                where tenant_id = :tenant and id = :id and state = 'pending'
                """)
            .bind("id", change.id())
            .bind("state", state.word())
            .bind("by", decided.by())
            .bind("at", decided.at())
            .execute();
    if (ended != 1) {
      throw new IllegalStateException("change " + change.id() + " is decided already");
    }
  }

  private static Optional<PendingChange> one(TenantTransaction transaction, String where, UUID id) {
    return transaction
        .handle()
        .createQuery(SELECT + where)
        .bind("id", id)
        .map((row, _) -> change(row))
        .findOne();
  }

  private static PendingChange change(ResultSet row) throws SQLException {
    var decidedBy = Optional.ofNullable(row.getString("decided_by"));
    return new PendingChange(
        row.getObject("id", UUID.class),
        proposed(row),
        reasons(row.getString("reasons")),
        row.getInt("base_version"),
        row.getLong("base_policies"),
        row.getString("requested_by"),
        row.getTimestamp("requested_at").toInstant(),
        row.getTimestamp("expires_at").toInstant(),
        State.of(row.getString("state")),
        decidedBy.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Decided(decidedBy.get(), row.getTimestamp("decided_at").toInstant())));
  }

  private static Proposed proposed(ResultSet row) throws SQLException {
    var fields = Fields.of(JsonReader.readObject(row.getString("proposal")));
    var kind = row.getString("kind");
    return switch (kind) {
      case "activation" -> new Proposed.Activation(row.getInt("version"));
      case "overrides" ->
          new Proposed.Overrides(
              fields.nestedList("overrides", Proposed.Overrides.MOST).stream()
                  .map(RegistryJson::override)
                  .toList());
      case "values" -> new Proposed.Values(RegistryJson.values(fields));
      default -> throw new IllegalStateException("`" + kind + "` is no kind of change");
    };
  }

  private static JsonObject proposal(Proposed proposed) {
    return switch (proposed) {
      case Proposed.Activation(int _) -> JsonObject.EMPTY;
      case Proposed.Overrides(var overrides) ->
          Json.object()
              .put("overrides", Json.array(overrides.stream().map(RegistryJson::write).toList()))
              .build();
      case Proposed.Values(var values) -> RegistryJson.write(values);
    };
  }

  private static Optional<Integer> version(Proposed proposed) {
    return proposed instanceof Proposed.Activation(int version)
        ? Optional.of(version)
        : Optional.empty();
  }

  private static List<String> reasons(String text) {
    return ((Json.JsonArray) JsonReader.read(text, 2))
        .items().stream().map(item -> ((Json.JsonString) item).value()).toList();
  }

  private static Update update(TenantTransaction transaction, String sql) {
    return transaction.handle().createUpdate(sql).bind("tenant", transaction.tenant().value());
  }
}
