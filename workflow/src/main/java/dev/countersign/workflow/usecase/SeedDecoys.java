package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.ScopeKey;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.Trap;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Decoy;
import dev.countersign.workflow.store.DecoyStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Proposal;
import dev.countersign.workflow.store.ProposalStore;
import dev.countersign.workflow.store.VigilanceStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Shows a decoy now and then, in the manner of a real request that was just made.
///
/// It is on a real case, so that whoever looks finds all that he would find otherwise. Its entry in
/// the log is a commitment and nothing else: who reads it learns that there is a decoy, not which.
/// Nothing else writes that entry's actor: the system, because nobody proposed anything.
final class SeedDecoys {
  /// Cases that are looked at for one trap; if it is on none of them, there is no decoy this time.
  private static final int MOST_CASES = 20;

  private final Ledger ledger;
  private final Weighing weighing;
  private final TrustScopes scopes;
  private final Features features;
  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final DecoyStore decoys = new DecoyStore();
  private final VigilanceStore vigilance = new VigilanceStore();

  SeedDecoys(Ledger ledger, Weighing weighing, TrustScopes scopes) {
    this.scopes = scopes;
    this.features = new Features(weighing.predictors());
    this.ledger = ledger;
    this.weighing = weighing;
  }

  /// Draws whether a request that is being made brings a decoy with it.
  boolean drawn(LedgerTransaction transaction) {
    double rate = vigilance.settings(transaction.tenant()).decoyRate();
    return rate > 0 && uniform(transaction.newId()) < rate;
  }

  /// Shows one, if a trap fits a case. A decoy that can't be shown now is none.
  ///
  /// @param like the proposal whose manner it takes
  void seed(TenantId tenant, UUID like, String traceId) {
    try {
      ledger.transact(
          Call.system(tenant, "vigilance", traceId),
          new Attempt("decoy.seeded", "tenant", tenant.toString()),
          Rules.APPLY,
          transaction -> {
            proposals
                .read(transaction.tenant(), like)
                .ifPresent(proposal -> seed(transaction, proposal));
            return JsonObject.EMPTY;
          });
    } catch (DatabaseFailure | LedgerFailure | Refusal later) {
      // Nobody waits for it.
    }
  }

  private void seed(LedgerTransaction transaction, Proposal like) {
    var traps = vigilance.traps(transaction.tenant());
    if (traps.isEmpty() || decoys.waiting(transaction.tenant()).size() >= DecoyStore.MOST_WAITING) {
      return;
    }
    int first = (int) (uniform(transaction.newId()) * traps.size());
    for (int i = 0; i < traps.size(); i++) {
      if (on(transaction, traps.get((first + i) % traps.size()), like)) {
        return;
      }
    }
  }

  private boolean on(LedgerTransaction transaction, Trap trap, Proposal like) {
    var tenant = transaction.tenant();
    var latest =
        definitions
            .latest(tenant, trap.workflow())
            .flatMap(version -> version.definition().transition(trap.transition()));
    if (latest.isEmpty()) {
      return false;
    }
    for (var subject : cases.standing(tenant, trap.workflow(), latest.get().from(), MOST_CASES)) {
      var transition =
          definitions
              .version(tenant, subject.workflow(), subject.workflowVersion())
              .flatMap(definition -> definition.transition(trap.transition()))
              .filter(subject::standsAt);
      if (transition.isPresent()
          && free(transaction, subject, trap)
          && weighing.holds(transaction, trap.condition(), subject, trap.action())
          && shown(transaction, subject, transition.get(), trap, like)) {
        return true;
      }
    }
    return false;
  }

  /// Whether nothing real or false waits on the case that would look odd beside it.
  private boolean free(LedgerTransaction transaction, Case subject, Trap trap) {
    return proposals.live(transaction.tenant(), subject.id()).stream()
            .noneMatch(live -> live.scope().actionType().equals(trap.transition()))
        && decoys.waiting(transaction.tenant()).stream()
            .noneMatch(decoy -> decoy.proposal().caseId().equals(subject.id()));
  }

  private boolean shown(
      LedgerTransaction transaction,
      Case subject,
      Transition transition,
      Trap trap,
      Proposal like) {
    var earned = earned(like);
    var scope =
        new ScopeKey(
            like.scope().site(), subject.queue(), transition.type(), like.scope().roleContext());
    // What models say of it is shown beside it, as beside any other.
    var expected =
        features.expected(
            transaction,
            subject,
            transition,
            like.prediction(),
            scopes.facts(transaction.tenant(), scope, transaction.now()),
            transaction.now());
    var weighed =
        weighing.weigh(
            transaction,
            new Weighing.Question(
                like.principal(),
                subject,
                transition,
                trap.action(),
                like.prediction(),
                JsonObject.EMPTY,
                new Weighing.Expected.Now(expected)),
            earned);
    if (weighed.mode().blocked()) {
      return false; // What is blocked is never shown to anybody.
    }
    // Whoever moves the case, or proposes the same, holds it and ends what he finds there: not
    // before this is found.
    if (!cases.lock(transaction.tenant(), subject.id()).equals(Optional.of(subject))
        || !free(transaction, subject, trap)) {
      return false;
    }
    var made =
        NewProposals.draft(
            transaction,
            new NewProposals.Draft(
                like.principal(),
                subject,
                transition,
                trap.action(),
                like.prediction(),
                JsonObject.EMPTY,
                expected,
                scope,
                weighing.versions(transaction, transition, like.model()),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                Optional.empty()),
            weighed);
    var decoy =
        new Decoy(
            made.proposal(),
            made.approval(),
            trap.id(),
            transaction.newId().toString() + transaction.newId(),
            Optional.empty());
    decoys.add(transaction.tenant(), decoy);
    weighing
        .predictors()
        .keep(
            transaction.tenant(),
            made.proposal().id(),
            transition.type(),
            expected,
            false,
            transaction.now());
    transaction.record(
        "decoy.seeded",
        "decoy",
        decoy.commitment().hex(),
        transaction.newId(),
        Json.object().put("commitment", decoy.commitment().hex()).build());
    return true;
  }

  /// What the proposal that it resembles was told of trust and its bounds. Where these would let it
  /// run by itself it looks as if chance had given it to people: a decoy never has a time at which
  /// it runs, whatever else held back the one that it resembles.
  private static List<ModeReason> earned(Proposal like) {
    var earned = new ArrayList<>(like.mode().earned());
    if (new ComposedMode(earned).automatic()) {
      earned.add(ComposedMode.AUDIT);
    }
    return earned;
  }

  /// From 0 to 1, by the random bits of an id.
  private static double uniform(UUID id) {
    return (id.getLeastSignificantBits() & 0x3fff_ffff_ffff_ffffL) / (double) (1L << 62);
  }
}
