package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.workflow.ProposalState;
import java.util.List;
import java.util.UUID;

/// Carries out what was approved right after that is committed, and tells what came of it.
final class RightAfter {

  private RightAfter() {}

  /// The answer, with the execution if there was one. What was approved stands whatever comes of
  /// it; what fails now is left to the timer.
  ///
  /// @param state the member of the answer that has the state of the proposal
  static Recorded carryOut(
      ExecuteProposals executions, Call call, UUID proposalId, Recorded recorded, String state) {
    boolean approved =
        recorded.answer().text(state).filter(ProposalState.APPROVED.word()::equals).isPresent();
    return approved ? tell(executions, call, proposalId, recorded, state) : recorded;
  }

  /// The same for what a stage may authorize.
  static Recorded tell(
      ExecuteProposals executions, Call call, UUID proposalId, Recorded recorded, String state) {
    JsonObject progress;
    try {
      progress = executions.execute(call.principal().tenant(), proposalId, call.traceId());
    } catch (DatabaseFailure | LedgerFailure later) {
      return recorded;
    }
    var answer = recorded.answer();
    for (var name : List.of("proposal_state", "execution", "blocked")) {
      var value = progress.member(name);
      if (value.isPresent()) {
        answer = answer.with(name.equals("proposal_state") ? state : name, value.get());
      }
    }
    return new Recorded(answer, recorded.tickets(), recorded.repeated());
  }
}
