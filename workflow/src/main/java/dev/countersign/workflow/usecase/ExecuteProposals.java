package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Difference;
import dev.countersign.workflow.ExecutionState;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// Carries out what was approved, exactly once.
///
/// Called by the thread that decided, and by a timer for what a crash left behind. Both claim the
/// proposal by its row and find its state; the transition runs in the claiming transaction, so it
/// is done with its entry or not at all.
///
/// Everything is checked again under the generation lock. A closed gate or a freeze leaves the
/// proposal approved: the first time with an entry `execution.refused`, then it is tried again
/// every [#PAUSE] without another entry until it expires or the reasons change. A case that has
/// moved, a policy that forbids, or a digest that does not agree supersedes it.
public final class ExecuteProposals {
  /// How long a blocked proposal rests: soon enough after a freeze is lifted, seldom enough that
  /// thousands of them cost nothing.
  static final Duration PAUSE = Duration.ofSeconds(30);

  private final TrustFeed trust;
  private final Checks checks;
  private final Clock clock;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final Ending ending = new Ending();
  private final Arrivals arrivals;

  /// @param clock measures how long a handler takes
  public ExecuteProposals(Ledger ledger, Weighing weighing, TrustScopes scopes, Clock clock) {
    this.trust = new TrustFeed(ledger, scopes);
    this.checks = new Checks(weighing);
    this.arrivals = new Arrivals(new Reactions(ledger, weighing, scopes));
    this.clock = clock;
  }

  /// Executes the proposal if it is approved and nothing stands against it.
  ///
  /// The answer has `proposal_state`, `execution` {id, state} if there is one, now or from before,
  /// and `blocked` with the reasons if it had to wait.
  public JsonObject execute(TenantId tenant, UUID proposalId, String traceId) {
    return trust
        .transact(
            Call.system(tenant, "executor", traceId),
            new Attempt(
                "execution.completed", "proposal", proposalId.toString(), Optional.of(proposalId)),
            (transaction, evidence) -> claim(transaction, evidence, proposalId))
        .answer();
  }

  private JsonObject claim(
      LedgerTransaction transaction, TrustFeed.Sink evidence, UUID proposalId) {
    var tenant = transaction.tenant();
    var known =
        proposals
            .read(tenant, proposalId)
            .orElseThrow(() -> new Refusal.NotFound("proposal", proposalId.toString()));
    var subject = cases.lock(tenant, known.caseId()).orElseThrow();
    var proposal = proposals.lock(tenant, proposalId).orElseThrow();
    var approval = approvals.lockOfProposal(tenant, proposalId).orElseThrow();
    if (proposal.state() != ProposalState.APPROVED) {
      return progress(proposal.state(), executions.ofProposal(tenant, proposalId));
    }
    if (approval.expired(transaction.now())) {
      ending.expire(transaction, proposal);
      return progress(ProposalState.EXPIRED, Optional.empty());
    }
    var bound = checks.bound(transaction, proposal, approval);
    if (bound.isEmpty() || !countersigned(transaction, proposal, approval)) {
      ending.supersede(transaction, proposal, "digest_mismatch");
      return progress(ProposalState.SUPERSEDED, Optional.empty());
    }
    return switch (checks.weigh(transaction, proposal, approval, subject, bound.get())) {
      case Checks.Verdict.Clear() ->
          carryOut(transaction, evidence, proposal, approval, subject, bound.get());
      case Checks.Verdict.Blocked(var mode) -> wait(transaction, proposal, approval, mode);
      case Checks.Verdict.Outlived(var code, var _, var _) -> {
        ending.supersede(transaction, proposal, code);
        yield progress(ProposalState.SUPERSEDED, Optional.empty());
      }
    };
  }

  /// Whether as many as are asked for, of whom none proposed it, approved exactly this: counted
  /// again from what they said.
  private boolean countersigned(
      LedgerTransaction transaction, Proposal proposal, ApprovalRequest approval) {
    var said = approvals.decisions(transaction.tenant(), approval.id());
    boolean bound =
        said.stream()
            .filter(ApprovalDecision::approves)
            .allMatch(decision ->
                !approval.barred().contains(decision.approver())
                    && !decision.approver().equals(proposal.proposer())
                    && decision.actionDigest().equals(proposal.actionDigest())
                    && decision.approvalDigest().equals(approval.digest()));
    return bound
        && approval
                .requirement()
                .after(Eligibility.votes(said), approval.escalatedAt(transaction.now()))
            == ApprovalState.APPROVED;
  }

  private JsonObject wait(
      LedgerTransaction transaction,
      Proposal proposal,
      ApprovalRequest approval,
      ComposedMode mode) {
    var blocking =
        new ComposedMode(
            mode.reasons().stream().filter(reason -> reason.mode() == Mode.BLOCKED).toList());
    var next = transaction.now().plus(PAUSE);
    proposals.block(
        transaction.tenant(),
        proposal.id(),
        blocking,
        next.isBefore(approval.expiresAt()) ? next : approval.expiresAt());
    if (!proposal.blocked().equals(Optional.of(blocking))) {
      transaction.record(
          "execution.refused",
          "proposal",
          proposal.id().toString(),
          proposal.id(),
          Json.object().put("attempted", "execution.completed").put("code", "blocked").build());
    }
    return progress(proposal.state(), Optional.empty()).with("blocked", blocking.json());
  }

  private JsonObject carryOut(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      Proposal proposal,
      ApprovalRequest approval,
      Case before,
      Checks.Bound bound) {
    var tenant = transaction.tenant();
    var transition = bound.transition();
    var started = clock.instant();
    var after =
        switch (transition.handler()) {
          case TRANSITION ->
              before.moved(
                  definitions
                      .version(tenant, before.workflow(), before.workflowVersion())
                      .orElseThrow(),
                  transition);
        };
    cases.move(tenant, after);
    proposals.execute(tenant, proposal);
    var execution =
        new Execution(
            transaction.newId(),
            proposal.id(),
            ExecutionState.MOVES.move(ExecutionState.EXECUTING, ExecutionState.EXECUTED),
            transition.handler().version(),
            1,
            before.position(),
            after.position(),
            Difference.of(before.position(), after.position()),
            elapsed(started),
            transaction.now());
    executions.add(tenant, execution);
    record(transaction, execution, proposal, approval);
    for (var other : proposals.lockLive(tenant, before.id())) {
      ending.supersede(transaction, other, "stale_case");
    }
    evidence.observe(
        proposal.scope(),
        new TrustEvent.Executed(
            proposal.id(), happenedAt(transaction, approval), false, transition.outcomeDeadline()),
        proposal.id());
    arrivals.arrive(transaction, proposal, before, after, transition);
    return progress(ProposalState.EXECUTED, Optional.of(execution));
  }

  /// Time that a clock which was set back would make negative is no time.
  private Duration elapsed(Instant started) {
    var elapsed = Duration.between(started, clock.instant());
    return elapsed.isNegative() ? Duration.ZERO : elapsed;
  }

  /// In a demo tenant trust follows the time that the decision gave: the execution came right
  /// after.
  private Instant happenedAt(LedgerTransaction transaction, ApprovalRequest approval) {
    return approvals.decisions(transaction.tenant(), approval.id()).stream()
        .filter(ApprovalDecision::approves)
        .reduce((_, later) -> later)
        .flatMap(ApprovalDecision::occurredAt)
        .orElse(transaction.now());
  }

  private static void record(
      LedgerTransaction transaction,
      Execution execution,
      Proposal proposal,
      ApprovalRequest approval) {
    transaction.record(
        "execution.completed",
        "execution",
        execution.id().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("case_id", proposal.caseId().toString())
            .put("action_digest", proposal.actionDigest().hex())
            .put("approval_id", approval.id().toString())
            .put("approval_digest", approval.digest().hex())
            .put("handler_version", execution.handlerVersion())
            .put("before", execution.before())
            .put("after", execution.after())
            .build());
  }

  private static JsonObject progress(ProposalState state, Optional<Execution> execution) {
    return Json.object()
        .put("proposal_state", state.word())
        .put(
            "execution",
            execution.map(done ->
                Json.object()
                    .put("id", done.id().toString())
                    .put("state", done.state().word())
                    .build()))
        .build();
  }
}
