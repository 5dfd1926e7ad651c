package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.UUID;

/// Whoever may approve changes the action before somebody approves it.
///
/// The proposal is superseded by a new one with a digest of its own. Neither who proposed nor who
/// changed it may approve that: what a person edits is what he proposes. For trust an edit is an
/// override, because the software's own action was not wanted.
public final class EditProposal {
  private static final int LONGEST_REASON = 1_000;

  private final TenantTransactions transactions;
  private final TrustFeed trust;
  private final DecideDecoy decoys;
  private final Checks checks;
  private final Weighing weighing;
  private final NewProposals created;
  private final TrustScopes scopes;
  private final Features features;
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final Ending ending;

  public EditProposal(
      TenantTransactions transactions, Ledger ledger, Weighing weighing, TrustScopes scopes) {
    this.ending = new Ending(scopes);
    this.created = new NewProposals(scopes, weighing.predictors());
    this.scopes = scopes;
    this.features = new Features(weighing.predictors());
    this.transactions = transactions;
    this.trust = new TrustFeed(ledger, scopes);
    this.decoys = new DecideDecoy(transactions, ledger);
    this.checks = new Checks(weighing);
    this.weighing = weighing;
  }

  /// What is asked for.
  ///
  /// @param actionDigest of the action that the editor saw
  /// @param payload instead of that action's
  public record Request(
      Digest actionDigest, JsonObject payload, String reason, Optional<Instant> occurredAt) {}

  /// Reads `{action_digest, payload, reason}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var digest = fields.digest("action_digest");
    var payload = Case.kept(fields, "payload");
    var reason = fields.string("reason", 1, LONGEST_REASON);
    var occurredAt = profile.occurredAt(fields);
    fields.done();
    return new Request(digest, payload, reason, occurredAt);
  }

  /// The answer is the new proposal.
  public Recorded edit(Call call, UUID approvalId, Request request) {
    var about =
        transactions
            .run(
                call.principal(),
                Rules.READ,
                transaction -> approvals.read(transaction, approvalId))
            .map(ApprovalRequest::about);
    if (about.isEmpty()) {
      return decoys.edited(call, approvalId, request);
    }
    if (!(about.get() instanceof About.OfProposal(var proposalId, var _, var _))) {
      throw new Refusal.Conflict(
          "not_a_proposal", "what a check asked is answered, not edited: ask again");
    }
    return trust.transact(
        call,
        new Attempt("proposal.edited", "approval", approvalId.toString(), Optional.of(proposalId)),
        (transaction, evidence) -> edit(transaction, evidence, proposalId, request));
  }

  private JsonObject edit(
      LedgerTransaction transaction, TrustFeed.Sink evidence, UUID proposalId, Request request) {
    var tenant = transaction.tenant();
    var known = proposals.read(tenant, proposalId).orElseThrow();
    var subject = cases.lock(tenant, known.caseId()).orElseThrow();
    var proposal = proposals.lock(tenant, proposalId).orElseThrow();
    var approval = approvals.lockOfProposal(tenant, proposalId).orElseThrow();
    Eligibility.roles(
        transaction,
        approval,
        Voter.himself(transaction.principal()),
        new Refusal.Forbidden(
            "proposer_may_not_edit", "who proposed proposes again instead of editing"));
    Eligibility.refuseEnded(transaction, approval);
    var bound = checks.bound(transaction, proposal, approval);
    if (bound.isEmpty() || !request.actionDigest().equals(proposal.actionDigest())) {
      throw new Refusal.Conflict(
          "digest_mismatch", "the digest is not that of the action that waits for a decision");
    }
    var action = new Action(bound.get().action().action().type(), request.payload());
    if (action.equals(bound.get().action().action())) {
      throw new Refusal.Conflict("nothing_edited", "the payload is that of the proposal");
    }
    if (subject.version() != bound.get().action().caseVersion()) {
      throw new Refusal.Conflict("stale_case", "case `" + subject.id() + "` has moved");
    }
    var draft = draft(transaction, proposal, subject, bound.get(), action, request);
    var weighed = weigh(transaction, draft, proposal);
    if (weighed.mode().blocked()) {
      throw new Refusal.Conflict("blocked", "the action is blocked", weighed.mode().blocking());
    }
    evidence.observe(
        proposal.scope(),
        new TrustEvent.Decided(
            proposal.id(),
            false,
            request.occurredAt().orElse(transaction.now()),
            true,
            TrustEvent.Occasion.EDIT,
            Optional.of(transaction.principal().actor())),
        proposal.id());
    // Trust has heard of the edit, so this end says nothing more to it.
    ending.supersede(transaction, proposal, "edited");
    var made = created.make(transaction, draft, weighed);
    created.announce(transaction, draft, made);
    record(transaction, proposal, made, request);
    return made.answer().with("edited_from", Json.of(proposal.id().toString()));
  }

  private NewProposals.Draft draft(
      LedgerTransaction transaction,
      Proposal proposal,
      Case subject,
      Bound bound,
      Action action,
      Request request) {
    var at = request.occurredAt().orElse(transaction.now());
    var expected =
        features.expected(
            transaction,
            subject,
            bound.transition(),
            proposal.prediction(),
            scopes.facts(transaction.tenant(), proposal.scope(), at),
            at);
    return new NewProposals.Draft(
        proposal.principal(),
        subject,
        bound.transition(),
        action,
        proposal.prediction(),
        proposal.context(),
        expected,
        proposal.scope(),
        weighing.versions(transaction, bound.transition(), proposal.model()),
        proposal.onBehalfOf(),
        Optional.of(proposal.id()),
        Optional.of(transaction.principal().actor()),
        Optional.empty(),
        false,
        false,
        request.occurredAt());
  }

  /// As far as trust and its bounds go it stays what it was, so what they hide stays hidden; but a
  /// person has to agree in any case.
  private Weighing.Weighed weigh(
      LedgerTransaction transaction, NewProposals.Draft draft, Proposal proposal) {
    var said = new ArrayList<>(proposal.mode().earned());
    said.add(
        new ModeReason("edit", Mode.PROPOSE, "a person changed it, so another one has to agree"));
    return weighing.weigh(
        transaction,
        new Weighing.Question(
            draft.principal(),
            draft.subject(),
            draft.transition(),
            draft.action(),
            draft.prediction(),
            draft.context(),
            new Weighing.Expected.Now(draft.expected())),
        said);
  }

  private static void record(
      LedgerTransaction transaction, Proposal proposal, NewProposals.Made made, Request request) {
    transaction.record(
        "proposal.edited",
        "proposal",
        proposal.id().toString(),
        proposal.id(),
        Json.object()
            .put("proposal_id", proposal.id().toString())
            .put("case_id", proposal.caseId().toString())
            .put("action_digest", proposal.actionDigest().hex())
            .put("by_proposal_id", made.proposal().id().toString())
            .put("by_action_digest", made.proposal().actionDigest().hex())
            .put("reason", request.reason())
            .build());
  }
}
