package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.ApprovalRules;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApprovalTerms;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.Versions;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// Writes a proposal that was weighed and is not blocked, with its approval request and its entry.
final class NewProposals {
  private final TrustScopes scopes;
  private final Predictors predictors;
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  NewProposals(TrustScopes scopes, Predictors predictors) {
    this.scopes = scopes;
    this.predictors = predictors;
  }

  /// What is proposed, on a case that is locked.
  ///
  /// @param principal who proposes, as policies see him
  /// @param versions that its evidence is of
  /// @param onBehalfOf the actor for whom he does, who may not approve it either
  /// @param editedFrom the proposal that this one replaces
  /// @param editor who changed it, who may not approve it either
  /// @param expected what our own models expect of it
  /// @param auditShare of which chance decided, if the scope has earned that it runs by itself
  /// @param audited whether chance gave it to people
  /// @param leftOutBefore whether it is known since an earlier proposal that chance does not
  record Draft(
      Principal principal,
      Case subject,
      Transition transition,
      Action action,
      Prediction prediction,
      JsonObject context,
      Predictors.Expected expected,
      ScopeKey scope,
      Versions versions,
      Optional<String> onBehalfOf,
      Optional<UUID> editedFrom,
      Optional<String> editor,
      Optional<Double> auditShare,
      boolean audited,
      boolean leftOutBefore,
      Optional<Instant> occurredAt) {

    SortedSet<String> barred() {
      var barred = new TreeSet<String>();
      barred.add(principal.actor());
      onBehalfOf.ifPresent(barred::add);
      editor.ifPresent(barred::add);
      return barred;
    }
  }

  /// A proposal with its request.
  ///
  /// @param expected what our own models expect of it
  record Made(Proposal proposal, ApprovalRequest approval, Predictors.Expected expected) {
    /// The answer once the request may have been decided by what people agreed to beforehand.
    JsonObject after(ApprovalState state) {
      return state == ApprovalState.APPROVED
          ? answer(ProposalState.APPROVED).with("approval", ApprovalView.brief(approval, state))
          : answer();
    }

    JsonObject answer() {
      return answer(proposal.state());
    }

    private JsonObject answer(ProposalState state) {
      return Json.object()
          .put("proposal_id", proposal.id().toString())
          .put("correlation_id", proposal.id().toString())
          .put("case_id", proposal.caseId().toString())
          .put("action_digest", proposal.actionDigest().hex())
          .put("state", state.word())
          .put("mode", proposal.mode().mode().word())
          .put("mode_reasons", proposal.mode().json())
          .put("decision", proposal.decision())
          .put(
              "predictions",
              ShowProposal.predictionsHidden(state, proposal.mode()) ? Json.NULL : expected.json())
          .put("approval", ApprovalView.brief(approval))
          .build();
    }
  }

  Made make(LedgerTransaction transaction, Draft draft, Weighing.Weighed weighed) {
    var made = draft(transaction, draft, weighed);
    proposals.add(transaction.tenant(), made.proposal(), draft.transition().type());
    approvals.add(transaction.tenant(), made.approval());
    predictors.keep(
        transaction.tenant(),
        made.proposal().id(),
        draft.transition().type(),
        draft.expected(),
        draft.audited(),
        made.proposal().occurredAt().orElse(transaction.now()));
    record(transaction, draft, made.proposal(), made.approval());
    return made;
  }

  /// Tells trust that people are shown it, in the order of proposing: good news comes earlier than
  /// bad, so what counts for a promotion waits for its turn. What chance had left out before comes
  /// without a draw, and so has none: who proposes it again knows that it is not looked at, and its
  /// turn would count for the scope whatever it does (ADR 44).
  void announce(LedgerTransaction transaction, Draft draft, Made made) {
    var proposal = made.proposal();
    var window =
        Duration.between(transaction.now(), made.approval().expiresAt())
            .plus(draft.transition().outcomeDeadline());
    var draw =
        draft
            .auditShare()
            .filter(share -> share > 0 && !draft.leftOutBefore())
            .map(share -> new TrustEvent.Draw(draft.audited(), share));
    var shown =
        new TrustEvent.Proposed(
            proposal.id(),
            proposal.occurredAt().orElse(transaction.now()),
            window,
            draw,
            new TrustEvent.Said(
                Optional.of(proposal.proposer()),
                proposal.prediction().confidence(),
                proposal.prediction().safety(),
                draft.expected().success()));
    scopes
        .observe(transaction.tenant(), proposal.scope(), draft.versions().text(), shown)
        .record(transaction, proposal.id());
  }

  /// Tells trust of which versions it is, where people are not shown it: what comes of it is
  /// evidence of these.
  void name(LedgerTransaction transaction, Draft draft, Made made) {
    var proposal = made.proposal();
    scopes
        .observe(
            transaction.tenant(),
            proposal.scope(),
            new TrustEvent.VersionsChanged(
                draft.versions().text(),
                proposal.occurredAt().orElse(transaction.now()),
                Optional.of(proposal.id())))
        .record(transaction, proposal.id());
  }

  /// The same as [#make] would write, without writing anything.
  static Made draft(LedgerTransaction transaction, Draft draft, Weighing.Weighed weighed) {
    var now = transaction.now();
    var subject = draft.subject();
    var action = ProposedAction.of(transaction.tenant().tenant(), subject, draft.action());
    var rules = draft.transition().approval();
    var expiresAt = rules.expiresAt(now);
    var runsAt = runsAt(weighed.mode(), rules, now);
    var proposal =
        new Proposal(
            transaction.newId(),
            subject.id(),
            new String(action.bytes(), StandardCharsets.UTF_8),
            action.digest(),
            ProposalState.PENDING,
            weighed.mode(),
            Optional.empty(),
            draft.principal(),
            draft.prediction(),
            draft.context(),
            Features.ofCase(subject),
            weighed.policyVersion(),
            PolicyView.json(weighed.decision(), weighed.policyVersion()),
            draft.scope(),
            runsAt.orElse(expiresAt),
            now,
            draft.occurredAt(),
            draft.onBehalfOf(),
            draft.editedFrom(),
            draft.audited(),
            draft.versions().model());
    var terms =
        new ApprovalTerms(
            proposal.actionDigest(),
            proposal.policyVersion(),
            draft.transition().gate(),
            draft.transition().handler().version(),
            weighed.requirement(),
            expiresAt,
            rules.escalatesAt(now),
            runsAt);
    var approval =
        new ApprovalRequest(
            transaction.newId(),
            new ApprovalRequest.About.OfProposal(
                proposal.id(), terms.gate(), terms.handlerVersion()),
            ApprovalState.PENDING,
            terms.policyVersion(),
            terms.requirement(),
            draft.barred(),
            terms.digest(),
            terms.expiresAt(),
            terms.escalatesAt(),
            terms.runsAt(),
            false,
            now);
    return new Made(proposal, approval, draft.expected());
  }

  /// When the stage authorizes it, if people do not have to: after the time for a veto, or at once.
  private static Optional<Instant> runsAt(ComposedMode mode, ApprovalRules rules, Instant now) {
    return switch (mode.mode()) {
      case BLOCKED, OBSERVE, PROPOSE -> Optional.empty();
      case GUARDED_AUTO -> Optional.of(rules.vetoUntil(now));
      case CONDITIONAL_AUTO, FULL_AUTO -> Optional.of(now);
    };
  }

  private static void record(
      LedgerTransaction transaction, Draft draft, Proposal proposal, ApprovalRequest approval) {
    transaction.record(
        "proposal.created",
        "proposal",
        proposal.id().toString(),
        proposal.id(),
        Json.object()
            .put("case_id", proposal.caseId().toString())
            .put("action_type", proposal.scope().actionType())
            .put("action_digest", proposal.actionDigest().hex())
            .put("mode", proposal.mode().mode().word())
            .put("policy_version", proposal.policyVersion())
            .put("policy_outcome", proposal.decision().member("outcome"))
            .put("approval_id", approval.id().toString())
            .put("approval_digest", approval.digest().hex())
            .put("scope", proposal.scope().toJson())
            .put("model", proposal.model().map(Json::of))
            .put("versions", draft.versions().text())
            .put("on_behalf_of", proposal.onBehalfOf().map(Json::of))
            .put("edited_from", proposal.editedFrom().map(id -> Json.of(id.toString())))
            .put("runs_at", approval.runsAt().map(time -> Json.of(time.toString())))
            .put("audit_share", draft.auditShare().map(Json::of))
            .put("predicted_success", draft.expected().success().map(Json::of))
            .put("audited", draft.auditShare().map(_ -> Json.of(proposal.audited())))
            .put("occurred_at", proposal.occurredAt().map(time -> Json.of(time.toString())))
            .build());
  }
}
