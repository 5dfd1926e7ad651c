package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.Stage;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.ProposalStore;
import java.util.List;
import java.util.Optional;

/// Asks for an action on a case.
///
/// In this storey every proposal needs a person, so success leaves it pending with an approval
/// request. Mode blocked is a refusal with all its reasons and makes no proposal.
public final class Propose {
  private final Ledger ledger;
  private final TrustScopes scopes;
  private final Weighing weighing;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final NewProposals created = new NewProposals();

  public Propose(Ledger ledger, Weighing weighing, TrustScopes scopes) {
    this.ledger = ledger;
    this.scopes = scopes;
    this.weighing = weighing;
  }

  /// The answer carries the proposal's id, which is the correlation id of everything that follows.
  public Recorded propose(Call call, ProposalRequest request) {
    return ledger.transact(
        call,
        new Attempt("proposal.created", "case", request.caseId().toString()),
        Rules.APPLY,
        transaction -> propose(transaction, request, Optional.empty()));
  }

  /// @param alsoBarred an actor beside the proposer and whom he proposes for who may not approve
  JsonObject propose(
      LedgerTransaction transaction, ProposalRequest request, Optional<String> alsoBarred) {
    var subject =
        cases
            .lock(transaction.tenant(), request.caseId())
            .orElseThrow(() -> new Refusal.NotFound("case", request.caseId().toString()));
    var transition = transition(transaction, subject, request);
    refuseSecond(transaction, subject, transition);
    var principal = transaction.principal();
    var scope = scope(transaction, subject, transition);
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
    var features =
        Features.snapshot(
            subject, transition, request, stage, request.happenedAt(transaction.now()));
    var draft =
        new NewProposals.Draft(
            principal,
            subject,
            transition,
            request.action(),
            request.prediction(),
            request.context(),
            features,
            scope,
            request.onBehalfOf(),
            Optional.empty(),
            alsoBarred,
            request.occurredAt());
    return created.make(transaction, draft, weighed).answer();
  }

  private Transition transition(
      LedgerTransaction transaction, Case subject, ProposalRequest request) {
    if (subject.version() != request.caseVersion()) {
      throw new Refusal.Conflict(
          "stale_case",
          "case `%s` is at version %d, not %d"
              .formatted(subject.id(), subject.version(), request.caseVersion()));
    }
    // A definition that is gone would define nothing, so nothing would be allowed.
    var definition =
        definitions
            .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
            .orElseThrow(() -> undefined(subject, request));
    if (definition.leadingFrom(subject.queue()).isEmpty()) {
      throw new Refusal.Conflict(
          "case_not_open", "case `%s` is %s".formatted(subject.id(), subject.state().word()));
    }
    return definition
        .transition(request.action().type())
        .filter(subject::standsAt)
        .orElseThrow(() -> undefined(subject, request));
  }

  private static Refusal.Conflict undefined(Case subject, ProposalRequest request) {
    return new Refusal.Conflict(
        "undefined_transition",
        "the workflow `%s` defines no `%s` from queue `%s`"
            .formatted(subject.workflow(), request.action().type(), subject.queue()));
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
  private static ScopeKey scope(
      LedgerTransaction transaction, Case subject, Transition transition) {
    var principal = transaction.principal();
    return new ScopeKey(
        principal.site(),
        subject.queue(),
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
}
