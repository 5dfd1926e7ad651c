package dev.countersign.workflow.store;

import dev.countersign.kernel.store.TenantTransaction;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What came of rules.
public final class RuleRunStore {
  private static final int SHOWN = 100;

  public void add(TenantTransaction transaction, RuleRun run) {
    Rows.update(
            transaction,
            """
            insert into workflow.rule_run (tenant_id, run_id, rule_id, rule_version, case_id, event_id, result, made, at)
            values (:tenant, :id, :rule, :version, :case, :event, :result, cast(:made as uuid), :at)
            """)
        .bind("id", run.id())
        .bind("rule", run.ruleId())
        .bind("version", run.ruleVersion())
        .bind("case", run.caseId())
        .bind("event", run.eventId())
        .bind("result", run.result())
        .bind("made", run.made().orElse(null))
        .bind("at", Rows.timestamp(run.at()))
        .later();
  }

  /// The latest runs of a rule, newest first.
  public List<RuleRun> latest(TenantTransaction transaction, UUID ruleId) {
    return Rows.query(
            transaction,
            """
            select * from workflow.rule_run where tenant_id = :tenant and rule_id = :rule
            order by at desc, run_id desc limit :limit
            """)
        .bind("rule", ruleId)
        .bind("limit", SHOWN)
        .map((row, _) ->
            new RuleRun(
                Rows.uuid(row, "run_id"),
                Rows.uuid(row, "rule_id"),
                row.getInt("rule_version"),
                Rows.uuid(row, "case_id"),
                Rows.uuid(row, "event_id"),
                row.getString("result"),
                Optional.ofNullable(row.getObject("made", UUID.class)),
                Rows.time(row, "at")))
        .list();
  }

  /// How many rules the execution of a proposal follows from: of one that a rule made, and that no
  /// person approved, one more than of the event that the rule reacted to.
  public int depth(TenantTransaction transaction, UUID proposalId) {
    return Rows.query(
            transaction,
            """
            select e.depth + 1 from workflow.rule_run r
            join workflow.case_event e on e.tenant_id = r.tenant_id and e.event_id = r.event_id
            where r.tenant_id = :tenant and r.made = :proposal and not exists (
              select from workflow.approval_request a
              join workflow.approval_decision d on d.tenant_id = a.tenant_id and d.approval_id = a.approval_id
              where a.tenant_id = r.tenant_id and a.proposal_id = r.made and d.decision = 'approve')
            """)
        .bind("proposal", proposalId)
        .mapTo(Integer.class)
        .findOne()
        .orElse(0);
  }
}
