package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.ApprovalTerms;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseState;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Asks for an action on a case.
///
/// In this storey every proposal needs a person, so success leaves it pending with an approval
/// request. Mode blocked is a refusal with all its reasons and makes no proposal.
public final class Propose {
  /// How long a request waits for a person: over a weekend, but not so long that nobody remembers
  /// what was asked. A timeout never approves.
  public static final Duration APPROVAL_EXPIRES = Duration.ofDays(3);

  private final Ledger ledger;
  private final TrustScopes scopes;
  private final Weighing weighing;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();

  public Propose(Ledger ledger, PolicySnapshots policies, TrustScopes scopes) {
    this.ledger = ledger;
    this.scopes = scopes;
    this.weighing = new Weighing(policies);
  }

  /// The answer carries the proposal's id, which is the correlation id of everything that follows.
  public Recorded propose(Call call, ProposalRequest request) {
    return ledger.transact(
        call,
        new Attempt("proposal.created", "case", request.caseId().toString()),
        Rules.APPLY,
        transaction -> propose(transaction, request));
  }

  private JsonObject propose(LedgerTransaction transaction, ProposalRequest request) {
    var subject =
        cases
            .lock(transaction.tenant(), request.caseId())
            .orElseThrow(() -> new Refusal.NotFound("case", request.caseId().toString()));
    var transition = transition(transaction, subject, request);
    refuseSecond(transaction, subject, transition);
    var principal = transaction.principal();
    var scope = scope(transaction, transition);
    var stage = scopes.stage(transaction.tenant(), scope, request.happenedAt(transaction.now()));
    var weighed =
        weighing.weigh(
            transaction,
            new Weighing.Question(
                principal,
                subject,
                transition,
                request.action(),
                request.prediction(),
                request.context()),
            List.of(ComposedMode.trust(mode(stage))));
    if (weighed.mode().blocked()) {
      throw new Refusal.Conflict("blocked", "the action is blocked", weighed.mode().blocking());
    }
    var action =
        new ProposedAction(
            principal.tenant(),
            subject.id(),
            subject.version(),
            subject.workflow(),
            subject.workflowVersion(),
            request.action());
    var expiresAt = transaction.now().plus(APPROVAL_EXPIRES);
    var proposal =
        new Proposal(
            transaction.newId(),
            subject.id(),
            new String(action.bytes(), StandardCharsets.UTF_8),
            action.digest(),
            ProposalState.PENDING,
            weighed.mode(),
            Optional.empty(),
            principal,
            request.prediction(),
            request.context(),
            Features.snapshot(
                subject, transition, request, stage, request.happenedAt(transaction.now())),
            weighed.policyVersion(),
            PolicyView.json(weighed.decision(), weighed.policyVersion()),
            scope,
            expiresAt,
            transaction.now(),
            request.occurredAt());
    proposals.add(transaction.tenant(), proposal, transition.type());
    var approval = approval(transaction, proposal, transition);
    approvals.add(transaction.tenant(), approval);
    record(transaction, proposal, approval, transition);
    return answer(proposal, approval);
  }

  private Transition transition(
      LedgerTransaction transaction, Case subject, ProposalRequest request) {
    if (subject.state() != CaseState.OPEN) {
      throw new Refusal.Conflict(
          "case_not_open", "case `%s` is %s".formatted(subject.id(), subject.state().word()));
    }
    if (subject.version() != request.caseVersion()) {
      throw new Refusal.Conflict(
          "stale_case",
          "case `%s` is at version %d, not %d"
              .formatted(subject.id(), subject.version(), request.caseVersion()));
    }
    // A definition that is gone would define nothing, so nothing would be allowed.
    return definitions
        .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
        .flatMap(definition -> definition.transition(request.action().type()))
        .filter(transition -> transition.from().equals(subject.queue()))
        .orElseThrow(() ->
            new Refusal.Conflict(
                "undefined_transition",
                "the workflow `%s` defines no `%s` from queue `%s`"
                    .formatted(subject.workflow(), request.action().type(), subject.queue())));
  }

  private void refuseSecond(LedgerTransaction transaction, Case subject, Transition transition) {
    for (var live : proposals.lockLive(transaction.tenant(), subject.id())) {
      if (live.scope().actionType().equals(transition.type())) {
        throw new Refusal.Conflict(
            "live_proposal",
            "proposal `%s` for `%s` on this case is %s"
                .formatted(live.id(), transition.type(), live.state().word()));
      }
    }
  }

  /// Site and role from the principal, so that nobody chooses a trusted scope. Somebody with
  /// several roles acts in none in particular.
  private static ScopeKey scope(LedgerTransaction transaction, Transition transition) {
    var principal = transaction.principal();
    return new ScopeKey(
        principal.site(),
        transition.from(),
        transition.type(),
        principal.roles().size() == 1 ? principal.roles().first() : ScopeKey.ANY);
  }

  private static Mode mode(Stage stage) {
    return switch (stage) {
      case OBSERVE -> Mode.OBSERVE;
      case PROPOSE -> Mode.PROPOSE;
      case GUARDED_AUTO -> Mode.GUARDED_AUTO;
      case CONDITIONAL_AUTO -> Mode.CONDITIONAL_AUTO;
      case FULL_AUTO -> Mode.FULL_AUTO;
    };
  }

  private static ApprovalRequest approval(
      LedgerTransaction transaction, Proposal proposal, Transition transition) {
    var terms =
        new ApprovalTerms(
            proposal.actionDigest(),
            proposal.policyVersion(),
            transition.gate(),
            transition.handler().version(),
            proposal.dueAt());
    return new ApprovalRequest(
        transaction.newId(),
        new ApprovalRequest.About.OfProposal(proposal.id(), terms.gate(), terms.handlerVersion()),
        ApprovalState.PENDING,
        terms.policyVersion(),
        transition.approverRoles(),
        terms.digest(),
        terms.expiresAt(),
        transaction.now());
  }

  private static void record(
      LedgerTransaction transaction,
      Proposal proposal,
      ApprovalRequest approval,
      Transition transition) {
    transaction.record(
        "proposal.created",
        "proposal",
        proposal.id().toString(),
        proposal.id(),
        Json.object()
            .put("case_id", proposal.caseId().toString())
            .put("action_type", transition.type())
            .put("action_digest", proposal.actionDigest().hex())
            .put("mode", proposal.mode().mode().word())
            .put("policy_version", proposal.policyVersion())
            .put("policy_outcome", proposal.decision().member("outcome"))
            .put("approval_id", approval.id().toString())
            .put("approval_digest", approval.digest().hex())
            .put("scope", proposal.scope().toJson())
            .put("occurred_at", proposal.occurredAt().map(time -> Json.of(time.toString())))
            .build());
  }

  private static JsonObject answer(Proposal proposal, ApprovalRequest approval) {
    return Json.object()
        .put("proposal_id", proposal.id().toString())
        .put("correlation_id", proposal.id().toString())
        .put("case_id", proposal.caseId().toString())
        .put("action_digest", proposal.actionDigest().hex())
        .put("state", proposal.state().word())
        .put("mode", proposal.mode().mode().word())
        .put("mode_reasons", proposal.mode().json())
        .put("decision", proposal.decision())
        .put("approval", ApprovalView.brief(approval))
        .build();
  }
}
