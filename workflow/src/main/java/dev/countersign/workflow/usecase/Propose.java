package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Mode;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

/// Asks for an action on a case.
///
/// Success leaves it pending with an approval request: for people to agree to, or, where the trust
/// scope has earned that it runs by itself, for people to veto until its time comes. What needs no
/// notice runs right after the commit, and the answer tells what came of that. Mode blocked is a
/// refusal with all its reasons and makes no proposal.
public final class Propose {
  private final Ledger ledger;
  private final Proposing proposing;
  private final ExecuteProposals executions;
  private final SeedDecoys decoys;

  public Propose(
      Ledger ledger, Weighing weighing, TrustScopes scopes, ExecuteProposals executions, Ids ids) {
    this.ledger = ledger;
    this.proposing = new Proposing(weighing, scopes, ids);
    this.decoys = new SeedDecoys(ledger, weighing, scopes);
    this.executions = executions;
  }

  /// The answer carries the proposal's id, which is the correlation id of everything that follows.
  /// What people agreed to beforehand ([UseGrants]) is carried out right after.
  public Recorded propose(Call call, ProposalRequest request) {
    var drawn = new AtomicBoolean();
    var recorded =
        ledger.transact(
            call,
            new Attempt("proposal.created", "case", request.caseId().toString()),
            Rules.APPLY,
            transaction -> {
              drawn.set(decoys.drawn(transaction));
              return proposing.propose(transaction, request, Optional.empty());
            });
    var id = UUID.fromString(recorded.answer().text("proposal_id").orElseThrow());
    if (drawn.get()) {
      decoys.seed(call.principal().tenant(), id, call.traceId());
    }
    return atOnce(recorded.answer())
        ? RightAfter.tell(executions, call, id, recorded, "state")
        : RightAfter.carryOut(executions, call, id, recorded, "state");
  }

  /// Whether nobody has to be given time for a veto.
  private static boolean atOnce(JsonObject answer) {
    return answer
        .text("mode")
        .map(Mode::read)
        .filter(mode -> mode.compareTo(Mode.GUARDED_AUTO) > 0)
        .isPresent();
  }

  /// For a dry run, which asks all that this asks.
  Proposing proposing() {
    return proposing;
  }
}
