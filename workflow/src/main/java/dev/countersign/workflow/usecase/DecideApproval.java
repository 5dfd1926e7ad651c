package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// A person approves, rejects or defers what was proposed, or what policies left to a person
/// ([DecideQuestion]).
///
/// Everybody decides once, and what all of them said makes the request approved or rejected
/// (`ApprovalRequirement#after`); until then it waits for the others.
///
/// Of a proposal: rejecting and deferring do no harm, so a closed gate or a freeze does not stop
/// them. An approval is weighed again: what blocks for now is refused and leaves the request open;
/// a case that has moved or a policy that now forbids ends it. What was approved is carried out in
/// the same transaction, or right after its commit where another system is asked, and the answer
/// tells what came of that. What people said stands whatever comes of it.
public final class DecideApproval {
  /// The deciding thread executes at once; the timer looks only after what a crash left behind.
  private static final Duration LEFT_BEHIND = Duration.ofSeconds(2);

  private final TrustFeed trust;
  private final ExecuteProposals executions;
  private final Checks checks;
  private final DecideQuestion questions;
  private final DecideDecoy decoys;
  private final Deciders deciders = new Deciders();
  private final Watch watch = new Watch();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final Ballot ballot = new Ballot();
  private final Ending ending;

  public DecideApproval(
      TenantTransactions transactions,
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      ExecuteProposals executions) {
    this.ending = new Ending(scopes);
    this.trust = new TrustFeed(ledger, scopes);
    this.executions = executions;
    this.checks = new Checks(weighing);
    this.decoys = new DecideDecoy(transactions, ledger);
    this.questions = new DecideQuestion(weighing.policies(), ledger.sealing());
  }

  /// The answer tells the state of the request; of a proposal also its state, and the execution if
  /// there was one.
  public Recorded decide(Call call, UUID approvalId, DecisionRequest request) {
    Recorded recorded;
    try {
      recorded = decide(call, approvalId, request, true);
    } catch (NoRequest undone) {
      // A decoy, or nothing. What follows knows no proposal of that id.
      return decoys.decide(call, approvalId, request);
    } catch (ExecuteProposals.NotAtOnce | DatabaseFailure undone) {
      // Nothing was changed. What people said stands whatever comes of it, so it is committed
      // alone.
      recorded = decide(call, approvalId, request, false);
    }
    var proposal = recorded.answer().text("proposal_id").map(UUID::fromString);
    return proposal.isEmpty()
        ? recorded
        : RightAfter.carryOut(executions, call, proposal.get(), recorded, "proposal_state");
  }

  /// @param atOnce whether what is approved by it may be carried out in the same transaction
  private Recorded decide(Call call, UUID approvalId, DecisionRequest request, boolean atOnce) {
    return Settled.orThrow(
        trust.transact(
            call,
            new Attempt(request.entry(), "approval", approvalId.toString()),
            (transaction, evidence) -> asked(transaction, evidence, approvalId, request, atOnce)));
  }

  /// There is no request of that id.
  private static final class NoRequest extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private JsonObject asked(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      UUID approvalId,
      DecisionRequest request,
      boolean atOnce) {
    var looking = watch.look(transaction, request);
    var asked = LockedWork.asked(transaction, approvalId).orElseThrow(NoRequest::new);
    return switch (asked.approval().about()) {
      case About.OfProposal(var proposalId, var _, var _) -> {
        transaction.concerns(proposalId);
        yield decide(transaction, evidence, asked, looking, request, atOnce);
      }
      case About.OfDecision about -> {
        transaction.concerns(about.correlationId());
        yield questions.decide(transaction, approvalId, request);
      }
    };
  }

  private JsonObject decide(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork.Asked asked,
      Watch.Look looking,
      DecisionRequest request,
      boolean atOnce) {
    var tenant = transaction.tenant();
    var work = asked.work().orElseThrow();
    var proposal = work.proposal();
    var approval = work.approval();
    var voter =
        deciders.voter(tenant, transaction.principal(), request.decidedFor(), transaction.now());
    var roles = Eligibility.ofProposal(transaction, cases, work.subject(), approval, voter);
    Eligibility.refuseEnded(transaction, approval);
    var bound = checks.bound(transaction, proposal, approval);
    refuseChanged(bound, proposal, approval, request);
    var before = asked.said();
    Eligibility.refuseIdle(transaction, approval, before, request, voter, roles);
    if (request.approves()) {
      switch (checks.weigh(transaction, work, bound.orElseThrow(), Checks.APPROVED)) {
        case Checks.Verdict.Clear _ -> {}
        case Checks.Verdict.Blocked(var mode) ->
            throw new Refusal.Conflict("blocked", "the action is blocked", mode.blocking());
        case Checks.Verdict.Outlived(var code, var message, var reasons) -> {
          ending.supersede(transaction, proposal, code);
          transaction.record(
              "approval.refused",
              "approval",
              approval.id().toString(),
              proposal.id(),
              Json.object().put("attempted", request.entry()).put("code", code).build());
          return Settled.refusal(code, message, reasons);
        }
      }
    }
    watch.refuseOverload(transaction, request);
    boolean alone = !request.approves() || looking.mayDecideAlone(voter.hands());
    var said = request.said(transaction, approval, voter, roles, alone, proposal.actionDigest());
    var state = ballot.add(transaction, approval, before, said);
    var all = new ArrayList<>(before);
    all.add(said);
    var running =
        bound
            .filter(_ -> atOnce && state == ApprovalState.APPROVED)
            .filter(found -> executions.runsWith(transaction, work, found, all));
    var answer = decided(transaction, work, all, voter, request, state, running.isPresent());
    if (state == approval.state()) {
      return answer;
    }
    // After the decision's own entry, so that a stage's change follows its cause in the log.
    var told = transaction.latest();
    var heard = heard(transaction, proposal, approval, request);
    if (running.isEmpty()) {
      evidence.observe(proposal.scope(), heard, proposal.id());
      return answer;
    }
    var agreed = new ExecuteProposals.Agreed(all, new TrustFeed.Told(told, heard));
    var progress = executions.with(transaction, work, running.get(), agreed);
    return answer
        .with("proposal_state", progress.member("proposal_state").orElseThrow())
        .with("execution", progress.member("execution").orElseThrow());
  }

  private static void refuseChanged(
      Optional<Bound> bound, Proposal proposal, ApprovalRequest approval, DecisionRequest request) {
    if (bound.isEmpty()
        || !request.actionDigest().equals(proposal.actionDigest())
        || request.approvalDigest().filter(given -> !given.equals(approval.digest())).isPresent()) {
      throw new Refusal.Conflict(
          "digest_mismatch", "the digest is not that of the action that waits for a decision");
    }
  }

  /// @param all what was said about it, by the one who decides last
  /// @param running whether it is carried out in this transaction
  private JsonObject decided(
      LedgerTransaction transaction,
      LockedWork work,
      List<ApprovalDecision> all,
      Voter voter,
      DecisionRequest request,
      ApprovalState approvalState,
      boolean running) {
    var tenant = transaction.tenant();
    var proposal = work.proposal();
    var approval = work.approval();
    var now = transaction.now();
    var state = proposal.state();
    if (approvalState != approval.state()) {
      state =
          approvalState == ApprovalState.APPROVED ? ProposalState.APPROVED : ProposalState.REJECTED;
      if (!running) {
        proposals.move(tenant, proposal, state, leftBehind(now, approval));
      }
    }
    var told = new ToldDecision(proposal, approval, all.getLast(), voter, request);
    told.record(transaction, approvalState);
    return told.answer(approvalState, state, all);
  }

  private static TrustEvent heard(
      LedgerTransaction transaction,
      Proposal proposal,
      ApprovalRequest approval,
      DecisionRequest request) {
    return new TrustEvent.Decided(
        proposal.id(),
        request.approves(),
        request.occurredAt().orElse(transaction.now()),
        true,
        occasion(proposal, approval, request),
        Optional.of(transaction.principal().actor()));
  }

  /// When a timer looks after what nobody carried out although it was approved.
  static Instant leftBehind(Instant now, ApprovalRequest approval) {
    var later = now.plus(LEFT_BEHIND);
    return later.isBefore(approval.expiresAt()) ? later : approval.expiresAt();
  }

  /// A rejection of what would have run by itself is a veto, whether or not it still would.
  private static TrustEvent.Occasion occasion(
      Proposal proposal, ApprovalRequest approval, DecisionRequest request) {
    if (proposal.audited()) {
      return TrustEvent.Occasion.AUDIT;
    }
    return approval.runsAt().isPresent() && !request.approves()
        ? TrustEvent.Occasion.VETO
        : TrustEvent.Occasion.REVIEW;
  }
}
