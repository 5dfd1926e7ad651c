package dev.countersign.workflow.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.workflow.ProposalState;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// Finds what a timer has to look at, of every tenant. Safe for use by many threads.
public final class DueWork {
  /// The kinds of work, each found by an index of its own.
  private static final int PARTS = 7;

  private final DataSource dataSource;

  /// @param dataSource connections of the timer's role, which sees ids, states and times only
  public DueWork(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// Something whose time has come; by now it may be in another state.
  public sealed interface Due {
    TenantId tenant();

    /// Of what the kind says.
    UUID id();

    /// A proposal, which ends together with its approval request.
    record OfProposal(TenantId tenant, UUID id, ProposalState state) implements Due {}

    /// An approval request about a decision that still waits.
    record OfDecision(TenantId tenant, UUID id) implements Due {}

    /// The proposal of an execution whose attempt or rest is over.
    record OfExecution(TenantId tenant, UUID id) implements Due {}

    /// The proposal of an execution whose outcome nobody reported in time.
    record Overdue(TenantId tenant, UUID id) implements Due {}

    /// A grant that nobody used.
    record Grant(TenantId tenant, UUID id) implements Due {}

    /// A decoy that nobody decided about.
    record OfDecoy(TenantId tenant, UUID id) implements Due {}

    /// An approval request that has waited so long that more people are asked.
    record Escalation(TenantId tenant, UUID id) implements Due {}

    /// A case that has stayed in its queue for too long.
    record Sla(TenantId tenant, UUID id) implements Due {}
  }

  /// What was due at `now`: at most `limit` proposals and requests, the longest waiting first, and
  /// as many cases.
  public List<Due> at(Instant now, int limit) {
    try (var connection = dataSource.getConnection()) {
      var due = new ArrayList<Due>();
      due.addAll(actions(connection, now, limit));
      due.addAll(slas(connection, now, limit));
      return List.copyOf(due);
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static List<Due> slas(Connection connection, Instant now, int limit) throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            select tenant_id, case_id from workflow.sla_timer
            where missed_at is null and due_at <= ? order by due_at limit ?
            """)) {
      statement.setTimestamp(1, Timestamp.from(now));
      statement.setInt(2, limit);
      try (var rows = statement.executeQuery()) {
        var due = new ArrayList<Due>();
        while (rows.next()) {
          due.add(
              new Due.Sla(new TenantId(Rows.uuid(rows, "tenant_id")), Rows.uuid(rows, "case_id")));
        }
        return due;
      }
    }
  }

  private static List<Due> actions(Connection connection, Instant now, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            (select tenant_id, proposal_id, null::uuid as approval_id, 'proposal' as kind, state, due_at
             from workflow.proposal
             where state in ('pending', 'approved') and due_at <= ? order by due_at limit ?)
            union all
            (select tenant_id, null, approval_id, 'decision', null, expires_at from workflow.approval_request
             where state = 'pending' and decision_id is not null and expires_at <= ? order by expires_at limit ?)
            union all
            (select tenant_id, null, approval_id, 'escalation', null, escalates_at from workflow.approval_request
             where state = 'pending' and not escalated and escalates_at <= ? order by escalates_at limit ?)
            union all
            (select tenant_id, proposal_id, null, 'execution', null, due_at from workflow.execution
             where due_at <= ? order by due_at limit ?)
            union all
            (select tenant_id, proposal_id, null, 'overdue', null, outcome_due_at from workflow.execution
             where outcome_due_at <= ? order by outcome_due_at limit ?)
            union all
            (select tenant_id, null, grant_id, 'grant', null, expires_at from workflow.pre_grant
             where state = 'open' and expires_at <= ? order by expires_at limit ?)
            union all
            (select tenant_id, null, decoy_id, 'decoy', null, expires_at from workflow.decoy
             where verdict is null and expires_at <= ? order by expires_at limit ?)
            order by due_at limit ?
            """)) {
      for (int part = 0; part < PARTS; part++) {
        statement.setTimestamp(2 * part + 1, Timestamp.from(now));
        statement.setInt(2 * part + 2, limit);
      }
      statement.setInt(2 * PARTS + 1, limit);
      try (var rows = statement.executeQuery()) {
        var due = new ArrayList<Due>();
        while (rows.next()) {
          due.add(stored(rows));
        }
        return due;
      }
    }
  }

  private static Due stored(ResultSet row) throws SQLException {
    var tenant = new TenantId(Rows.uuid(row, "tenant_id"));
    var kind = row.getString("kind");
    return switch (kind) {
      case "proposal" ->
          new Due.OfProposal(
              tenant, Rows.uuid(row, "proposal_id"), ProposalState.read(row.getString("state")));
      case "decision" -> new Due.OfDecision(tenant, Rows.uuid(row, "approval_id"));
      case "escalation" -> new Due.Escalation(tenant, Rows.uuid(row, "approval_id"));
      case "grant" -> new Due.Grant(tenant, Rows.uuid(row, "approval_id"));
      case "decoy" -> new Due.OfDecoy(tenant, Rows.uuid(row, "approval_id"));
      case "execution" -> new Due.OfExecution(tenant, Rows.uuid(row, "proposal_id"));
      case "overdue" -> new Due.Overdue(tenant, Rows.uuid(row, "proposal_id"));
      default -> throw new IllegalStateException("nothing is due as `" + kind + "`");
    };
  }
}
