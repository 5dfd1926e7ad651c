package dev.countersign.workflow.store;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.trust.Severity;
import dev.countersign.workflow.PastCase;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What became of earlier proposals, by the snapshots that were taken when they were made.
public final class PastStore {
  /// The newest of a transition's name that are looked at, whatever workflow they are of.
  private static final int LOOKED_AT = 600;

  /// Of those the newest of the workflow: enough for a share, few enough for a page that a person
  /// waits for.
  private static final int MOST = 300;

  /// What has ended of a workflow's transition, newest first, but for `except`. What was erased is
  /// left out: nothing says what it was like.
  public List<PastCase> of(
      TenantTransaction transaction, String workflow, String transition, UUID except) {
    return Rows.query(
            transaction,
            """
            select p.proposal_id, p.case_id, p.features, p.prediction, p.state, p.created_at, o.success, o.severity
            from (
              select * from workflow.proposal
              where tenant_id = :tenant and action_type = :transition
                and state not in ('pending', 'approved', 'executing')
              order by proposal_id desc limit :looked_at) p
            join workflow.case_file c on c.tenant_id = p.tenant_id and c.case_id = p.case_id and c.workflow = :workflow
            left join workflow.execution e on e.tenant_id = p.tenant_id and e.proposal_id = p.proposal_id
            left join workflow.outcome o on o.tenant_id = e.tenant_id and o.execution_id = e.execution_id
            where p.proposal_id <> :except and p.features <> '{}'
            order by p.proposal_id desc limit :most
            """)
        .bind("workflow", workflow)
        .bind("transition", transition)
        .bind("except", except)
        .bind("looked_at", LOOKED_AT)
        .bind("most", MOST)
        .map((row, _) -> stored(row))
        .list();
  }

  private static PastCase stored(ResultSet row) throws SQLException {
    return new PastCase(
        Rows.uuid(row, "proposal_id"),
        Rows.uuid(row, "case_id"),
        Rows.object(row, "features").object("attributes").orElse(JsonObject.EMPTY),
        ProposalState.read(row.getString("state")),
        result(row),
        Prediction.read(Rows.object(row, "prediction")).confidence(),
        Rows.time(row, "created_at"));
  }

  private static Optional<PastCase.Result> result(ResultSet row) throws SQLException {
    var severity = row.getString("severity");
    return severity == null
        ? Optional.empty()
        : Optional.of(
            new PastCase.Result(row.getBoolean("success"), Severity.parse(severity).orElseThrow()));
  }
}
