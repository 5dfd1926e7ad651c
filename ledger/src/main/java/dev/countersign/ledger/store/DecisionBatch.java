package dev.countersign.ledger.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.content.ContentDay;
import dev.countersign.ledger.store.AppendPath.Batch;
import dev.countersign.ledger.store.AppendPath.Locked;
import dev.countersign.ledger.store.AppendPath.Salted;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.UUID;

/// A batch of decisions between its locks and its commit: the generation locks of its tenants,
/// shared, then the head's.
///
/// A tenant whose rules are being changed at this moment is left out instead of waited for: one
/// tenant's slow change must not hold up the decisions of all the others.
public final class DecisionBatch {
  private final AppendPath path;
  private final Locked locked;
  private final SortedMap<TenantId, Rules> rules;

  /// What is in force for a tenant as long as the transaction lasts.
  ///
  /// @param policies the counter of changes of his policies
  /// @param credentials the counter of changes of his keys
  /// @param expires when the content of a decision that is written now expires
  public record Rules(long policies, long credentials, ContentDay expires) {}

  private DecisionBatch(AppendPath path, Locked locked, SortedMap<TenantId, Rules> rules) {
    this.path = path;
    this.locked = locked;
    this.rules = Collections.unmodifiableSortedMap(rules);
  }

  /// Takes the locks within the connection's open transaction, in one round trip; waits for the
  /// head's alone.
  public static DecisionBatch open(
      AppendPath path, Connection connection, SortedSet<TenantId> tenants) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            "select tenant_id, policies, credentials, expires_on::text from ledger.open_batch(?);"
                + AppendPath.HEAD_AND_CHAINS)) {
      var array = AppendPath.array(connection, tenants);
      statement.setArray(1, array);
      statement.setArray(2, array);
      statement.execute();
      var rules = new TreeMap<TenantId, Rules>();
      try (var row = statement.getResultSet()) {
        while (row.next()) {
          rules.put(
              new TenantId(row.getObject(1, UUID.class)),
              new Rules(row.getLong(2), row.getLong(3), ContentDay.of(row.getString(4))));
        }
      }
      statement.getMoreResults();
      return new DecisionBatch(path, path.locked(connection, statement), rules);
    }
  }

  /// What is in force for a tenant; empty if it is being changed, and his decisions have to wait
  /// for a later batch.
  public Optional<Rules> rules(TenantId tenant) {
    return Optional.ofNullable(rules.get(tenant));
  }

  /// Gives the drafts their places, in their order; empty if there are none.
  public Optional<Batch> prepare(UUID batchId, List<Salted> drafts) {
    if (drafts.isEmpty()) {
      path.leave(locked);
      return Optional.empty();
    }
    return Optional.of(path.prepare(batchId, drafts, locked));
  }
}
