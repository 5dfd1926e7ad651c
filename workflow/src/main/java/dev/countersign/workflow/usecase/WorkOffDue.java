package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.DueWork;
import java.time.Clock;
import java.util.HexFormat;
import java.util.UUID;

/// What a timer does, on every node: executes what a crash left behind or a freeze held up, asks
/// more people about what waits too long, ends what nobody decided, and tells of cases that stay
/// too long. Two nodes that find the same thing find its state under its lock.
public final class WorkOffDue {
  /// Enough to keep up with a wave, few enough that a round ends within seconds.
  private static final int BATCH = 100;

  private static final int TRACE_BYTES = 16;

  private final DueWork work;
  private final ExecuteProposals executions;
  private final ExpireApprovals expiries;
  private final EscalateApprovals escalations;
  private final MissSla slas;
  private final Clock clock;
  private final Ids ids;

  public WorkOffDue(
      DueWork work,
      ExecuteProposals executions,
      ExpireApprovals expiries,
      EscalateApprovals escalations,
      MissSla slas,
      Clock clock,
      Ids ids) {
    this.work = work;
    this.executions = executions;
    this.expiries = expiries;
    this.escalations = escalations;
    this.slas = slas;
    this.clock = clock;
    this.ids = ids;
  }

  /// What a round did.
  ///
  /// @param failed what could not be looked at now; they stay due
  /// @param full whether more may be waiting
  public record Round(int done, int failed, boolean full) {}

  /// Looks at all that is due once, up to a bound. One that fails does not stop the others.
  public Round round() {
    var due = work.at(clock.instant(), BATCH);
    int failed = 0;
    for (var each : due) {
      try {
        workOff(each);
      } catch (RuntimeException later) {
        // Whatever is wrong with one of them must not keep the others waiting.
        failed++;
      }
    }
    return new Round(due.size() - failed, failed, due.size() >= BATCH);
  }

  private void workOff(DueWork.Due due) {
    var traceId = HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES));
    switch (due) {
      case DueWork.Due.OfProposal(var tenant, var proposalId, var state) ->
          workOff(tenant, proposalId, state, traceId);
      case DueWork.Due.OfDecision(var tenant, var approvalId) ->
          expiries.expireOfDecision(tenant, approvalId, traceId);
      case DueWork.Due.Escalation(var tenant, var approvalId) ->
          escalations.escalate(tenant, approvalId, traceId);
      case DueWork.Due.Sla(var tenant, var caseId) -> slas.miss(tenant, caseId, traceId);
    }
  }

  private void workOff(TenantId tenant, UUID proposalId, ProposalState state, String traceId) {
    switch (state) {
      case APPROVED -> executions.execute(tenant, proposalId, traceId);
      case PENDING -> expiries.expire(tenant, proposalId, traceId);
      case EXECUTING,
          EXECUTED,
          FAILED,
          REJECTED,
          WITHDRAWN,
          EXPIRED,
          SUPERSEDED,
          ROLLED_BACK,
          ROLLBACK_FAILED -> {
        // The timer's view shows none of these.
      }
    }
  }
}
