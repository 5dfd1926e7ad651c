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
  private final DataSource dataSource;

  /// @param dataSource connections of the timer's role, which sees ids, states and times only
  public DueWork(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// Something whose time has come; by now it may be in another state.
  public sealed interface Due {
    TenantId tenant();

    /// A proposal, which ends together with its approval request.
    record OfProposal(TenantId tenant, UUID proposalId, ProposalState state) implements Due {}

    /// An approval request about a decision that still waits.
    record OfDecision(TenantId tenant, UUID approvalId) implements Due {}

    /// An approval request that has waited so long that more people are asked.
    record Escalation(TenantId tenant, UUID approvalId) implements Due {}

    /// A case that has stayed in its queue for too long.
    record Sla(TenantId tenant, UUID caseId) implements Due {}
  }

  /// What was due at `now`: at most `limit` proposals and requests, the longest waiting first, and
  /// as many cases.
  public List<Due> at(Instant now, int limit) {
    try (var connection = dataSource.getConnection()) {
      var due = new ArrayList<Due>();
      due.addAll(decisions(connection, now, limit));
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

  private static List<Due> decisions(Connection connection, Instant now, int limit)
      throws SQLException {
    try (var statement =
        connection.prepareStatement(
            """
            (select tenant_id, proposal_id, null::uuid as approval_id, state, due_at, false as escalation
             from workflow.proposal
             where state in ('pending', 'approved') and due_at <= ? order by due_at limit ?)
            union all
            (select tenant_id, null, approval_id, state, expires_at, false from workflow.approval_request
             where state = 'pending' and decision_id is not null and expires_at <= ? order by expires_at limit ?)
            union all
            (select tenant_id, null, approval_id, state, escalates_at, true from workflow.approval_request
             where state = 'pending' and not escalated and escalates_at <= ? order by escalates_at limit ?)
            order by due_at limit ?
            """)) {
      statement.setTimestamp(1, Timestamp.from(now));
      statement.setInt(2, limit);
      statement.setTimestamp(3, Timestamp.from(now));
      statement.setInt(4, limit);
      statement.setTimestamp(5, Timestamp.from(now));
      statement.setInt(6, limit);
      statement.setInt(7, limit);
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
    if (row.getBoolean("escalation")) {
      return new Due.Escalation(tenant, Rows.uuid(row, "approval_id"));
    }
    return row.getObject("proposal_id") == null
        ? new Due.OfDecision(tenant, Rows.uuid(row, "approval_id"))
        : new Due.OfProposal(
            tenant, Rows.uuid(row, "proposal_id"), ProposalState.read(row.getString("state")));
  }
}
