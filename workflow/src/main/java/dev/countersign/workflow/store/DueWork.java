package dev.countersign.workflow.store;

import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.workflow.ProposalState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;

/// Finds the proposals of every tenant that a timer has to look at. Safe for use by many threads.
public final class DueWork {
  private final DataSource dataSource;

  /// @param dataSource connections of the timer's role, which sees ids, states and times only
  public DueWork(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /// A proposal whose time has come; by now it may be in another state.
  public record Due(TenantId tenant, UUID proposalId, ProposalState state) {}

  /// At most `limit` proposals that were due at `now`, the longest waiting first.
  public List<Due> at(Instant now, int limit) {
    try (var connection = dataSource.getConnection();
        var statement =
            connection.prepareStatement(
                """
                select tenant_id, proposal_id, state from workflow.proposal
                where state in ('pending', 'approved') and due_at <= ? order by due_at limit ?
                """)) {
      statement.setTimestamp(1, Timestamp.from(now));
      statement.setInt(2, limit);
      try (var rows = statement.executeQuery()) {
        var due = new ArrayList<Due>();
        while (rows.next()) {
          due.add(stored(rows));
        }
        return List.copyOf(due);
      }
    } catch (SQLException e) {
      throw DatabaseFailure.of(e);
    }
  }

  private static Due stored(ResultSet row) throws SQLException {
    return new Due(
        new TenantId(Rows.uuid(row, "tenant_id")),
        Rows.uuid(row, "proposal_id"),
        ProposalState.read(row.getString("state")));
  }
}
