package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.Query;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.usecase.Predictors;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.DecoyVerdict;
import dev.countersign.workflow.PreGrant;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Decoy;
import dev.countersign.workflow.store.DecoyStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import java.util.List;
import java.util.Optional;

/// Weighs what is asked for and makes a proposal of it, in the caller's transaction.
final class Proposing {
  private final Autonomy autonomy;
  private final Weighing weighing;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final DecoyStore decoys = new DecoyStore();
  private final NewProposals created;
  private final UseGrants grants = new UseGrants();
  private final Features features;

  Proposing(Weighing weighing, TrustScopes scopes, Ids ids) {
    this.autonomy = new Autonomy(scopes, weighing, ids);
    this.created = new NewProposals(scopes, weighing.predictors());
    this.weighing = weighing;
    this.features = new Features(weighing.predictors());
  }

  /// Everything that has a say about what is asked for.
  ///
  /// @param decoys that wait on the case
  /// @param grants that people gave beforehand and that may fit it
  record Considered(
      Case subject,
      Transition transition,
      ScopeKey scope,
      Autonomy.Said said,
      Predictors.Expected expected,
      Weighing.Weighed weighed,
      Query.Rows<Decoy> decoys,
      Query.Rows<PreGrant> grants) {}

  /// Weighs what is asked for; refuses what has no meaning for the case as it is.
  Considered consider(LedgerTransaction transaction, ProposalRequest request) {
    var locked = cases.lockAhead(transaction.tenant(), request.caseId());
    var shown = decoys.lockOfCaseAhead(transaction.tenant(), request.caseId());
    // Sends all three, in this order.
    var live = proposals.lockLive(transaction.tenant(), request.caseId());
    var subject =
        locked
            .findOne()
            .orElseThrow(() -> new Refusal.NotFound("case", request.caseId().toString()));
    var transition = transition(transaction, subject, request);
    refuseSecond(live, transition);
    var scope = scope(transaction, subject, transition);
    var at = request.happenedAt(transaction.now());
    var agreed = grants.ask(transaction, subject, request.action());
    // Sends it with its own question.
    var said =
        autonomy.ask(
            transaction, new Autonomy.Question(scope, transition, subject, request.model(), at));
    // Chance has spoken by now, so what is predicted can't bias what people are shown.
    var expected =
        features.expected(transaction, subject, transition, request.prediction(), said.facts(), at);
    var weighed =
        weighing.weigh(
            transaction,
            new Weighing.Question(
                transaction.principal(),
                subject,
                transition,
                request.action(),
                request.prediction(),
                request.context(),
                new Weighing.Expected.Now(expected)),
            said.reasons());
    return new Considered(subject, transition, scope, said, expected, weighed, shown, agreed);
  }

  /// @param alsoBarred an actor beside the proposer and whom he proposes for who may not approve
  JsonObject propose(
      LedgerTransaction transaction, ProposalRequest request, Optional<String> alsoBarred) {
    var considered = consider(transaction, request);
    var subject = considered.subject();
    var weighed = considered.weighed();
    if (weighed.mode().blocked()) {
      throw new Refusal.Conflict("blocked", "the action is blocked", weighed.mode().blocking());
    }
    endDecoys(transaction, considered);
    var said = considered.said();
    var draft =
        new NewProposals.Draft(
            transaction.principal(),
            subject,
            considered.transition(),
            request.action(),
            request.prediction(),
            request.context(),
            considered.expected(),
            considered.scope(),
            said.versions(),
            request.onBehalfOf(),
            Optional.empty(),
            alsoBarred,
            said.auditShare(),
            said.audited(),
            said.leftOutBefore(),
            request.occurredAt());
    var made = created.make(transaction, draft, weighed);
    // What chance gave to people somebody looks at, whatever was agreed to beforehand.
    var state =
        said.audited()
            ? ApprovalState.PENDING
            : grants.use(transaction, subject, considered.transition(), made, considered.grants());
    if (state == ApprovalState.APPROVED) {
      // Nobody looked at what a grant let pass, so it says nothing about how people decide.
      created.name(transaction, draft, made);
    } else {
      created.announce(transaction, draft, made);
    }
    return made.after(state);
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
            .orElseThrow(() -> undefined(transaction, subject, request));
    if (definition.leadingFrom(subject.queue()).isEmpty()) {
      throw new Refusal.Conflict(
          "case_not_open", "case `%s` is %s".formatted(subject.id(), subject.state().word()));
    }
    return definition
        .transition(request.action().type())
        .filter(subject::standsAt)
        .orElseThrow(() -> undefined(transaction, subject, request));
  }

  private Refusal.Conflict undefined(
      LedgerTransaction transaction, Case subject, ProposalRequest request) {
    var type = request.action().type();
    var why =
        "the workflow `%s` defines no `%s` from queue `%s`"
            .formatted(subject.workflow(), type, subject.queue());
    return new Refusal.Conflict(
        "undefined_transition",
        why,
        weighing.undefined(transaction, subject, type, why).blocking());
  }

  /// Of what can be proposed once, two would wait: everybody would know one for a decoy.
  private void endDecoys(LedgerTransaction transaction, Considered considered) {
    var type = considered.transition().type();
    for (var decoy : considered.decoys().list()) {
      if (decoy.proposal().scope().actionType().equals(type)) {
        DecideDecoy.reveal(transaction, decoys, decoy, DecoyVerdict.VOID);
      }
    }
  }

  private static void refuseSecond(List<Proposal> all, Transition transition) {
    for (var live : all) {
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
}
