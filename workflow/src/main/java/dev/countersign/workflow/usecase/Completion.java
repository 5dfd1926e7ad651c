package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.TrustEvent;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.AuthorizedBy;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.CaseEvent;
import dev.countersign.workflow.Difference;
import dev.countersign.workflow.ExecutionPhase;
import dev.countersign.workflow.ExecutionState;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Moves a case along with an execution, and back. Everything happens in the caller's transaction,
/// which holds the locks of [LockedWork]: as a whole or not at all.
final class Completion {
  /// What was proposed for a case that has moved.
  private static final String STALE = "stale_case";

  private final DefinitionStore definitions = new DefinitionStore();
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final Ending ending;
  private final Arrivals arrivals;
  private final Reactions reactions;

  Completion(Weighing weighing, TrustScopes scopes, Ids ids) {
    this.ending = new Ending(scopes);
    this.reactions = new Reactions(weighing, scopes, ids);
    this.arrivals = new Arrivals(reactions);
  }

  /// Whether a rule may react once the case has moved.
  boolean answered(LedgerTransaction transaction, Case subject) {
    return reactions.answers(transaction, subject, CaseEvent.Kind.MOVED);
  }

  /// An execution that begins, as nothing but its transaction sees it yet.
  Execution begun(
      LedgerTransaction transaction,
      LockedWork work,
      Transition transition,
      AuthorizedBy authority) {
    var before = work.subject();
    var after = moved(transaction, before, transition);
    return new Execution(
        transaction.newId(),
        work.proposal().id(),
        ExecutionState.EXECUTING,
        ExecutionPhase.FORWARD,
        transition.handler().version(),
        authority,
        1,
        0,
        before.position(),
        after.position(),
        Difference.of(before.position(), after.position()),
        Duration.ZERO,
        transaction.now(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  /// What was asked for is done: the case moves, everything else that was proposed for it is over.
  /// The caller stores the execution that is answered.
  Execution complete(
      LedgerTransaction transaction,
      LockedWork work,
      Transition transition,
      Execution begun,
      Duration took) {
    var done =
        begun.done(took, transaction.now(), transaction.now().plus(transition.outcomeDeadline()));
    cases.move(transaction.tenant(), moved(transaction, work.subject(), transition));
    return done;
  }

  /// An execution of which nobody was told yet.
  ///
  /// @param happenedAt when it was done as far as trust goes
  /// @param decided what trust has not heard yet of how people came to it
  record News(Execution done, Instant happenedAt, Optional<TrustFeed.Told> decided) {}

  /// Says what is done, after it was stored.
  void announce(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Transition transition,
      News news) {
    var done = news.done();
    record(transaction, work, done);
    // Asked for with what trust asks; they are over once it has heard.
    var others = ending.waiting(transaction, work.subject().id());
    evidence.observe(
        work.proposal().scope(),
        news.decided(),
        new TrustEvent.Executed(
            work.proposal().id(),
            news.happenedAt(),
            done.authorizedBy() == AuthorizedBy.STAGE,
            transition.outcomeDeadline()),
        work.proposal().id());
    ending.supersede(transaction, others, STALE);
    arrivals.arrive(
        transaction,
        work.proposal(),
        work.subject(),
        moved(transaction, work.subject(), transition),
        transition);
  }

  /// Puts the case back where the execution found it and reads it again: only what is back is
  /// rolled back.
  Execution undo(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Execution undoing,
      Instant happenedAt) {
    var tenant = transaction.tenant();
    work.subject().restored(undoing.before()).ifPresent(back -> cases.move(tenant, back));
    boolean back =
        cases
            .read(tenant, work.subject().id())
            .filter(now -> now.standsAs(undoing.before()))
            .isPresent();
    return undone(transaction, evidence, work, undoing, back, happenedAt);
  }

  /// Notes how an attempt to take something back ended.
  Execution undone(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Execution undoing,
      boolean back,
      Instant happenedAt) {
    var tenant = transaction.tenant();
    var ended =
        undoing.unparked().in(back ? ExecutionState.ROLLED_BACK : ExecutionState.ROLLBACK_FAILED);
    executions.write(tenant, ended);
    proposals.move(
        tenant, work.proposal(), back ? ProposalState.ROLLED_BACK : ProposalState.ROLLBACK_FAILED);
    cases.busy(tenant, work.subject().id(), Optional.empty());
    var now = cases.read(tenant, work.subject().id()).orElseThrow();
    transaction.record(
        back ? "execution.rolled_back" : "execution.rollback_failed",
        "execution",
        ended.id().toString(),
        work.proposal().id(),
        Json.object()
            .put("proposal_id", work.proposal().id().toString())
            .put("case_id", now.id().toString())
            .put("action_digest", work.proposal().actionDigest().hex())
            .put("before", undoing.before())
            .put("after", now.position())
            .put("undone_by", ended.undone().map(undone -> Json.of(undone.by())))
            .put("reason", ended.undone().map(undone -> Json.of(undone.reason())))
            .put("late", ended.undone().map(undone -> Json.of(undone.late())))
            .build());
    ending.supersede(transaction, ending.waiting(transaction, now.id()), STALE);
    evidence.observe(
        work.proposal().scope(),
        new TrustEvent.RolledBack(work.proposal().id(), happenedAt),
        work.proposal().id());
    if (back) {
      arrivals.goBack(transaction, work.proposal(), work.subject(), now);
    }
    return ended;
  }

  private Case moved(LedgerTransaction transaction, Case before, Transition transition) {
    return before.moved(
        definitions
            .version(transaction.tenant(), before.workflow(), before.workflowVersion())
            .orElseThrow(),
        transition);
  }

  private static void record(LedgerTransaction transaction, LockedWork work, Execution done) {
    transaction.record(
        "execution.completed",
        "execution",
        done.id().toString(),
        work.proposal().id(),
        Json.object()
            .put("proposal_id", work.proposal().id().toString())
            .put("case_id", work.proposal().caseId().toString())
            .put("action_digest", work.proposal().actionDigest().hex())
            .put("approval_id", work.approval().id().toString())
            .put("approval_digest", work.approval().digest().hex())
            .put("authorized_by", done.authorizedBy().word())
            .put("handler_version", done.handlerVersion())
            .put("attempts", done.attempts())
            .put("before", done.before())
            .put("after", done.after())
            .build());
  }
}
