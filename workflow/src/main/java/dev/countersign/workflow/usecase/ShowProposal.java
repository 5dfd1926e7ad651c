package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.trust.usecase.StatedPredictions;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.Decoy;
import dev.countersign.workflow.store.DecoyStore;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.OutcomeStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Shows a proposal with everything that followed from it.
public final class ShowProposal {
  private final TenantTransactions transactions;
  private final TrustScopes scopes;
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final DecoyStore decoys = new DecoyStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final OutcomeStore outcomes = new OutcomeStore();
  private final StatedPredictions stated = new StatedPredictions();

  public ShowProposal(TenantTransactions transactions, TrustScopes scopes) {
    this.transactions = transactions;
    this.scopes = scopes;
  }

  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var proposal = proposals.read(transaction, id);
          if (proposal.isPresent()) {
            var request = approvals.ofProposal(transaction, id);
            var shown = request.map(one -> view(one, approvals.decisions(transaction, one.id())));
            return story(transaction, principal, proposal.get(), shown);
          }
          var decoy =
              decoys
                  .waitingAs(transaction, id)
                  .filter(_ -> Deciders.mayMeetDecoys(principal))
                  .orElseThrow(() -> new Refusal.NotFound("proposal", id.toString()));
          var request = decoy.request();
          var shown = view(request, decoys.deferrals(transaction, request.id()));
          return story(transaction, principal, decoy.proposal(), Optional.of(shown));
        });
  }

  /// The proposals of a case, newest first; none for a case that is not there.
  public JsonObject ofCase(Principal principal, UUID caseId, Page page) {
    var found =
        transactions.run(
            principal,
            Rules.READ,
            transaction -> {
              var all =
                  new ArrayList<>(
                      proposals.page(transaction, caseId, page.before(), page.toRead()));
              if (Deciders.mayMeetDecoys(principal)) {
                decoys.waiting(transaction).stream()
                    .map(Decoy::proposal)
                    .filter(proposal -> proposal.caseId().equals(caseId))
                    .filter(proposal ->
                        page.before()
                            .filter(
                                last -> proposal.id().toString().compareTo(last.toString()) >= 0)
                            .isEmpty())
                    .forEach(all::add);
                all.sort(
                    Comparator.comparing((Proposal proposal) -> proposal.id().toString())
                        .reversed());
              }
              return all.subList(0, Math.min(all.size(), page.toRead()));
            });
    return page.json("proposals", found, ShowProposal::line, Proposal::id);
  }

  private static JsonObject line(Proposal proposal) {
    return Json.object()
        .put("proposal_id", proposal.id().toString())
        .put("url", "/v1/proposals/" + proposal.id())
        .put("case_id", proposal.caseId().toString())
        .put("state", proposal.state().word())
        .put("action_type", proposal.scope().actionType())
        .put("action_digest", proposal.actionDigest().hex())
        .put("proposer", proposal.proposer())
        .put("created_at", proposal.createdAt().toString())
        .build();
  }

  private static JsonObject view(ApprovalRequest request, List<ApprovalDecision> decisions) {
    return ApprovalView.full(request, request.state(), decisions);
  }

  private JsonObject story(
      TenantTransaction transaction,
      Principal principal,
      Proposal proposal,
      Optional<JsonObject> approval) {
    var execution = executions.ofProposal(transaction, proposal.id());
    var known =
        execution.map(done -> outcomes.all(transaction, done.id()).list()).orElseGet(List::of);
    var action = proposal.action();
    return Json.object()
        .put("proposal_id", proposal.id().toString())
        .put("correlation_id", proposal.id().toString())
        .put("state", proposal.state().word())
        .put("case_id", proposal.caseId().toString())
        .put("case_version", action.map(ProposedAction::caseVersion).map(Json::of))
        .put("workflow", action.map(ProposedAction::workflow).map(Json::of))
        .put("workflow_version", action.map(bound -> Json.of(bound.workflowVersion())))
        .put("action", action.map(bound -> bound.action().json()))
        .put("action_digest", proposal.actionDigest().hex())
        .put("mode", blocked(proposal) ? Mode.BLOCKED.word() : proposal.mode().mode().word())
        .put("mode_reasons", proposal.mode().json())
        .put(
            "blocked",
            proposal.blocked().filter(_ -> proposal.state().live()).map(ComposedMode::json))
        .put("decision", unlessErased(proposal.decision()))
        .put("proposer", proposal.proposer())
        .put("prediction", hidden(proposal, principal) ? Json.NULL : proposal.prediction().json())
        .put("prediction_hidden", hidden(proposal, principal))
        .put(
            "predictions",
            predictionsHidden(proposal.state(), proposal.mode())
                ? Optional.<Json>empty()
                : stated.of(transaction, proposal.id()))
        .put("model", proposal.model().map(Json::of))
        .put("created_at", proposal.createdAt().toString())
        .put("occurred_at", proposal.occurredAt().map(time -> Json.of(time.toString())))
        .put("approval", approval)
        .put("audited", proposal.audited())
        .put("execution", execution.map(ExecutionView::json))
        .put(
            "outcome",
            known.isEmpty()
                ? Optional.<Json>empty()
                : Optional.of(ReportOutcome.view(known.getLast())))
        .put(
            "trust",
            proposal
                .scope()
                .toJson()
                .with("stage", Json.of(scopes.stage(transaction, proposal.scope()).word()))
                .with("profile", Json.of(scopes.profile(transaction).word())))
        .put(
            "ledger",
            Json.object()
                .put("correlation_id", proposal.id().toString())
                .put("entries_url", "/v1/ledger/entries?correlation_id=" + proposal.id())
                .build())
        .build();
  }

  /// Whether it waits for a gate, a freeze or another execution after it was authorized.
  private static boolean blocked(Proposal proposal) {
    return (proposal.state() == ProposalState.APPROVED || proposal.state() == ProposalState.PENDING)
        && proposal.blocked().filter(ComposedMode::blocked).isPresent();
  }

  /// In mode observe people decide without the caller's prediction, so that what they decide is
  /// evidence about it; afterwards everybody may see it. Who proposed knows what he said.
  static boolean hidden(Proposal proposal, Principal principal) {
    return predictionsHidden(proposal.state(), proposal.mode())
        && !principal.actor().equals(proposal.proposer());
  }

  /// What our own models expect is kept from everybody until then, also from who proposed: he could
  /// tell those who decide.
  static boolean predictionsHidden(ProposalState state, ComposedMode mode) {
    return state == ProposalState.PENDING && mode.hidesPredictions();
  }

  /// What was erased is an object without members.
  static Json unlessErased(JsonObject stored) {
    return stored.members().isEmpty() ? Json.NULL : stored;
  }
}
