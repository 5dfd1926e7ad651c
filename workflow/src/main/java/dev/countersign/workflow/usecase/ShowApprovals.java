package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransaction;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.content.Sealing;
import dev.countersign.trust.usecase.StatedPredictions;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Difference;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.ProposedAction;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.WorkflowDefinition;
import dev.countersign.workflow.store.ApprovalRequest;
import dev.countersign.workflow.store.ApprovalRequest.About;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DecoyStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.InboxStore;
import dev.countersign.workflow.store.InboxStore.Held;
import dev.countersign.workflow.store.InboxStore.Waiting;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import dev.countersign.workflow.store.VigilanceStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;

/// Shows what waits for a person's decision, and what he needs to know for it.
public final class ShowApprovals {
  private final TenantTransactions transactions;
  private final Sealing sealing;
  private final TrustScopes scopes;
  private final Clock clock;
  private final DefinitionStore definitions = new DefinitionStore();
  private final StatedPredictions stated = new StatedPredictions();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final InboxStore inbox = new InboxStore();
  private final DecoyStore decoys = new DecoyStore();
  private final VigilanceStore vigilance = new VigilanceStore();
  private final Deciders deciders = new Deciders();
  private final Evidence evidence = new Evidence();
  private final ExecutionStore executions = new ExecutionStore();

  public ShowApprovals(
      TenantTransactions transactions, Sealing sealing, TrustScopes scopes, Clock clock) {
    this.transactions = transactions;
    this.sealing = sealing;
    this.scopes = scopes;
    this.clock = clock;
  }

  /// What waits, and the proposal that is shown with it if it is a decoy's.
  private record Item(Waiting waiting, Optional<Proposal> decoy) {
    UUID id() {
      return waiting.request().id();
    }
  }

  /// What is pending for one of the caller's roles, or of those who named him, newest first.
  public JsonObject inbox(Principal principal, Page page) {
    var now = clock.instant();
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var profile = profile(transaction);
          return page.json(
              "approvals",
              items(transaction, principal, page, now),
              item -> line(transaction, principal, item).with("profile", profile),
              Item::id);
        });
  }

  /// Decoys stand among what is real, in the order of their ids as everything else.
  private List<Item> items(
      TenantTransaction transaction, Principal principal, Page page, Instant now) {
    var voters = deciders.of(transaction, principal, now);
    var items = new ArrayList<Item>();
    for (var waiting :
        inbox.page(
            transaction,
            principal.actor(),
            held(principal, voters),
            now,
            page.before(),
            page.toRead())) {
      items.add(new Item(waiting, Optional.empty()));
    }
    for (var decoy : decoys.waiting(transaction)) {
      var actors = new TreeSet<String>();
      for (var voter : voters) {
        if (mayDecide(voter, decoy.request(), now)) {
          actors.add(voter.decidedFor().orElse(principal.actor()));
        }
      }
      boolean behind =
          page.before()
              .filter(last -> decoy.request().id().toString().compareTo(last.toString()) >= 0)
              .isEmpty();
      if (!actors.isEmpty() && behind) {
        items.add(new Item(new Waiting(decoy.request(), actors), Optional.of(decoy.proposal())));
      }
    }
    items.sort(Comparator.comparing((Item item) -> item.id().toString()).reversed());
    return items.subList(0, Math.min(items.size(), page.toRead()));
  }

  private static boolean mayDecide(Voter voter, ApprovalRequest request, Instant now) {
    return !request.expired(now)
        && voter.hands().stream().noneMatch(request.barred()::contains)
        && request.deciderRoles(now).stream().anyMatch(voter.roles()::contains);
  }

  private static List<Held> held(Principal principal, List<Voter> voters) {
    return voters.stream()
        .flatMap(voter ->
            voter.roles().stream()
                .map(role -> new Held(voter.decidedFor().orElse(principal.actor()), role)))
        .toList();
  }

  private JsonObject line(TenantTransaction transaction, Principal principal, Item item) {
    var others = new TreeSet<>(item.waiting().actors());
    boolean own = others.remove(principal.actor());
    var request = item.waiting().request();
    return item.decoy()
        .map(proposal -> line(transaction, request, proposal))
        .orElseGet(() -> line(transaction, request))
        .with("own", Json.of(own))
        .with("decide_for", Json.strings(others));
  }

  /// Where a demo's numbers move trust, whoever decides sees it; a decoy says the same as the rest.
  private Json profile(TenantTransaction transaction) {
    return Json.of(scopes.profile(transaction).word());
  }

  /// One request with the exact effect of an approval, or with the question that waits for one.
  public JsonObject one(Principal principal, UUID id) {
    return transactions.run(
        principal,
        Rules.READ,
        transaction -> {
          var request = approvals.read(transaction, id);
          return request
              .map(real -> detail(transaction, principal, real))
              .orElseGet(() -> decoy(transaction, principal, id));
        });
  }

  /// A decoy looks like any request until it is revealed.
  private JsonObject decoy(TenantTransaction transaction, Principal principal, UUID id) {
    var decoy =
        decoys
            .read(transaction, id)
            .orElseThrow(() -> new Refusal.NotFound("approval", id.toString()));
    if (decoy.end().isPresent()) {
      var why = vigilance.trap(transaction, decoy.trapId()).orElseThrow().why();
      return ApprovalView.revealed(decoy, decoy.end().get(), why);
    }
    var request = decoy.request();
    var shown =
        ApprovalView.full(
            request, request.stateAt(clock.instant()), decoys.deferrals(transaction, id));
    return detail(transaction, principal, shown, decoy.proposal());
  }

  private JsonObject line(TenantTransaction transaction, ApprovalRequest request) {
    return switch (request.about()) {
      case About.OfProposal(var proposalId, var _, var _) ->
          line(transaction, request, proposals.read(transaction, proposalId).orElseThrow());
      case About.OfDecision about ->
          ofDecision(
              ApprovalView.brief(request)
                  .with("created_at", Json.of(request.createdAt().toString())),
              about,
              RecordedQuestion.read(transaction, sealing, about).map(RecordedQuestion::line));
    };
  }

  private JsonObject line(
      TenantTransaction transaction, ApprovalRequest request, Proposal proposal) {
    var subject = cases.read(transaction, proposal.caseId()).orElseThrow();
    return ApprovalView.brief(request)
        .with("proposal_id", Json.of(proposal.id().toString()))
        .with("case_id", Json.of(subject.id().toString()))
        .with("case_reference", Json.of(subject.reference()))
        .with("workflow", Json.of(subject.workflow()))
        .with("action_type", Json.of(proposal.scope().actionType()))
        .with("action_digest", Json.of(proposal.actionDigest().hex()))
        .with("proposer", Json.of(proposal.proposer()))
        .with("created_at", Json.of(request.createdAt().toString()));
  }

  private JsonObject detail(
      TenantTransaction transaction, Principal principal, ApprovalRequest request) {
    var shown =
        ApprovalView.full(
            request,
            request.stateAt(clock.instant()),
            approvals.decisions(transaction, request.id()));
    return switch (request.about()) {
      case About.OfProposal(var proposalId, var _, var _) ->
          detail(
              transaction, principal, shown, proposals.read(transaction, proposalId).orElseThrow());
      case About.OfDecision about ->
          ofDecision(
              shown.with("profile", profile(transaction)),
              about,
              RecordedQuestion.read(transaction, sealing, about).map(RecordedQuestion::detail));
    };
  }

  /// @param question as it is recorded; empty if that is gone
  private static JsonObject ofDecision(
      JsonObject shown, About.OfDecision about, Optional<JsonObject> question) {
    var answer =
        shown
            .with("decision_id", Json.of(about.decisionId().toString()))
            .with("correlation_id", Json.of(about.correlationId().toString()))
            .with("entry_url", Json.of("/v1/ledger/entries/" + about.logIndex()))
            .with("action_digest", Json.of(about.question().hex()))
            .with("asker", Json.of(about.asker()))
            .with("erased", Json.of(question.isEmpty()));
    for (var member : question.orElse(JsonObject.EMPTY).members().entrySet()) {
      answer = answer.with(member.getKey(), member.getValue());
    }
    return answer;
  }

  private JsonObject detail(
      TenantTransaction transaction, Principal principal, JsonObject shown, Proposal proposal) {
    var subject = cases.read(transaction, proposal.caseId()).orElseThrow();
    boolean hidden = ShowProposal.hidden(proposal, principal);
    var defined = defined(transaction, proposal);
    var weighed =
        proposal.state() == ProposalState.PENDING
            ? weighed(transaction, proposal, subject, defined, hidden)
            : JsonObject.EMPTY;
    var card =
        shown
            .with("profile", profile(transaction))
            .with("proposal_id", Json.of(proposal.id().toString()))
            .with("proposal_state", Json.of(proposal.state().word()))
            .with("case", subject.json())
            .with(
                "action",
                proposal.action().<Json>map(action -> action.action().json()).orElse(Json.NULL))
            .with("action_digest", Json.of(proposal.actionDigest().hex()))
            .with("proposer", Json.of(proposal.proposer()))
            .with("mode", Json.of(proposal.mode().mode().word()))
            .with("mode_reasons", proposal.mode().json())
            .with("decision", ShowProposal.unlessErased(proposal.decision()))
            .with("prediction", hidden ? Json.NULL : proposal.prediction().json())
            .with("prediction_hidden", Json.of(hidden))
            .with(
                "predictions",
                ShowProposal.predictionsHidden(proposal.state(), proposal.mode())
                    ? Json.NULL
                    : stated
                        .of(transaction, proposal.id())
                        .<Json>map(said -> said)
                        .orElse(Json.NULL))
            .with("effect", effect(transaction, proposal, subject, defined));
    for (var member : weighed.members().entrySet()) {
      card = card.with(member.getKey(), member.getValue());
    }
    return card;
  }

  /// An action as its workflow defines it.
  private record Defined(
      ProposedAction action, WorkflowDefinition definition, Transition transition) {
    /// Whether the case still is where it was proposed.
    boolean applies(Case subject) {
      return action.caseVersion() == subject.version() && subject.standsAt(transition);
    }
  }

  /// Empty if the action, or what defines it, can't be found any more.
  private Optional<Defined> defined(TenantTransaction transaction, Proposal proposal) {
    return proposal
        .action()
        .flatMap(action ->
            definitions
                .version(transaction, action.workflow(), action.workflowVersion())
                .flatMap(definition ->
                    definition
                        .transition(action.action().type())
                        .map(transition -> new Defined(action, definition, transition))));
  }

  /// What helps to decide while a request waits; nothing once the case has moved.
  private JsonObject weighed(
      TenantTransaction transaction,
      Proposal proposal,
      Case subject,
      Optional<Defined> defined,
      boolean hidden) {
    if (defined.isEmpty()) {
      return Evidence.unknown();
    }
    return defined
        .filter(now -> now.applies(subject))
        .map(now ->
            evidence.of(transaction, proposal, subject, now.definition(), now.transition(), hidden))
        .orElse(JsonObject.EMPTY);
  }

  /// What an approval would change, or what it did change.
  private JsonObject effect(
      TenantTransaction transaction, Proposal proposal, Case subject, Optional<Defined> defined) {
    var reversible =
        defined.<Json>map(action -> Json.of(action.transition().reversible())).orElse(Json.NULL);
    var done = executions.ofProposal(transaction, proposal.id());
    if (done.isPresent()) {
      return effect(done.get().before(), done.get().after(), reversible);
    }
    return defined
        .filter(now -> now.applies(subject))
        .map(now -> subject.moved(now.definition(), now.transition()))
        .map(after -> effect(subject.position(), after.position(), reversible))
        // The case has moved, so an approval would change nothing.
        .orElseGet(() -> effect(subject.position(), subject.position(), reversible));
  }

  /// @param reversible null if nobody can say any more
  private static JsonObject effect(JsonObject before, JsonObject after, Json reversible) {
    return Json.object()
        .put("before", ShowProposal.unlessErased(before))
        .put("after", ShowProposal.unlessErased(after))
        .put("diff", Difference.of(before, after))
        .put("reversible", reversible)
        .build();
  }
}
