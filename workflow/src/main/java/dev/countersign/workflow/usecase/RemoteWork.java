package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.AuthorizedBy;
import dev.countersign.workflow.ExecutionPhase;
import dev.countersign.workflow.ExecutionState;
import dev.countersign.workflow.OutgoingCall;
import dev.countersign.workflow.OutgoingCall.Reply;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.RemoteCall;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;

/// Has other systems carry actions out, and take them back.
///
/// An attempt is three steps. A transaction takes it: it checks everything again, raises the number
/// of attempts and writes until when the attempt is nobody else's. Then the system is asked, with a
/// key that is the same for every attempt. Then a transaction writes down what came of it, if the
/// execution is still at that attempt: whoever was away for longer than his lease finds another
/// number and writes nothing. A node that dies leaves a lease that ends; any node's timer takes the
/// next attempt. So a system is asked at least once, and acts once if it honours the key; the case
/// moves exactly once.
///
/// While an execution is not finished it holds its case ([CaseStore#busy]). One whose attempts are
/// used up, or that may not go on, is parked with the dead letters and holds it still, because
/// nobody knows how far the other system came: a person lets it begin anew or discards it. No
/// attempt begins once the time of what authorized it is over; what an attempt from before has done
/// is written down whenever its answer comes.
public final class RemoteWork {
  /// How long who decided waits to see what came of it.
  private static final Duration MOMENT = Duration.ofSeconds(5);

  /// Why an execution is parked whose time was over before the next attempt.
  static final String APPROVAL_EXPIRED = "approval_expired";

  private final TrustFeed trust;
  private final Checks checks;
  private final Autonomy autonomy;
  private final ActionCalls calls;
  private final Executor executor;
  private final IntFunction<Duration> pauses;
  private final Clock clock;
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final Completion completion;

  /// @param executor on which systems are asked; what it refuses is asked by the timer
  /// @param pauses how long to wait after so many attempts
  /// @param clock measures how long an attempt takes
  public RemoteWork(
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      Ids ids,
      ActionCalls calls,
      Executor executor,
      IntFunction<Duration> pauses,
      Clock clock) {
    this.trust = new TrustFeed(ledger, scopes);
    this.checks = new Checks(weighing);
    this.autonomy = new Autonomy(scopes, weighing, ids);
    this.calls = calls;
    this.completion = new Completion(weighing, scopes, ids);
    this.executor = executor;
    this.pauses = pauses;
    this.clock = clock;
  }

  /// An attempt that a committed transaction has taken.
  record Begun(
      TenantId tenant,
      UUID proposalId,
      UUID executionId,
      int attempt,
      OutgoingCall call,
      String trace) {}

  /// Takes the first attempt of a new execution and stores it.
  Begun begin(LedgerTransaction transaction, LockedWork work, Bound bound, Execution execution) {
    var remote = bound.transition().call().orElseThrow();
    var taken = execution.resting(transaction.now().plus(remote.lease()));
    executions.add(transaction.tenant(), taken);
    transaction.record(
        "execution.started",
        "execution",
        taken.id().toString(),
        work.proposal().id(),
        Json.object()
            .put("proposal_id", work.proposal().id().toString())
            .put("case_id", work.subject().id().toString())
            .put("action_digest", work.proposal().actionDigest().hex())
            .put("authorized_by", taken.authorizedBy().word())
            .put("handler_version", taken.handlerVersion())
            .build());
    return begun(transaction, work, taken, bound);
  }

  /// Takes the first attempt to take an execution back and stores it.
  Begun beginBack(LedgerTransaction transaction, LockedWork work, Bound bound, Execution undoing) {
    var remote = bound.transition().call().orElseThrow();
    var taken = undoing.attempted(transaction.now().plus(remote.lease()));
    executions.write(transaction.tenant(), taken);
    cases.busy(transaction.tenant(), work.subject().id(), Optional.of(taken.id()));
    return begun(transaction, work, taken, bound);
  }

  /// Asks the system on another thread, and waits a moment for it: most answer while a person would
  /// not notice. What takes longer goes on without who waits.
  void ask(Begun begun) {
    var asked = CompletableFuture.runAsync(() -> attempt(begun), executor);
    try {
      asked.get(MOMENT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      // It is under way.
    } catch (ExecutionException failed) {
      throw new IllegalStateException(failed.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void attempt(Begun begun) {
    var started = clock.instant();
    var reply = calls.call(begun.call());
    var took = Duration.between(started, clock.instant());
    try {
      finish(begun, reply, took.isNegative() ? Duration.ZERO : took);
    } catch (DatabaseFailure | LedgerFailure later) {
      // The lease ends, and the system is asked again with the same key.
    }
  }

  /// Goes on with an execution whose lease or rest is over; does nothing otherwise.
  public void resume(TenantId tenant, UUID proposalId, String traceId) {
    // Nobody waits here; a slow system must not hold up what else is due.
    taken(tenant, proposalId, traceId).ifPresent(taken -> executor.execute(() -> attempt(taken)));
  }

  private Optional<Begun> taken(TenantId tenant, UUID proposalId, String traceId) {
    var begun = new AtomicReference<Optional<Begun>>(Optional.empty());
    trust.transact(
        Call.system(tenant, "executor", traceId),
        attempt(proposalId),
        (transaction, evidence) -> {
          begun.set(resumed(transaction, LockedWork.of(transaction, proposalId)));
          return JsonObject.EMPTY;
        });
    return begun.get();
  }

  /// Takes the next attempt if the lease or the rest is over and it may go on.
  Optional<Begun> resumed(LedgerTransaction transaction, LockedWork work) {
    var now = transaction.now();
    var found = executions.ofProposal(transaction.tenant(), work.proposal().id());
    if (found.flatMap(Execution::dueAt).filter(due -> !due.isAfter(now)).isEmpty()) {
      return Optional.empty();
    }
    var execution = found.get();
    var bound = checks.bound(transaction, work.proposal(), work.approval());
    var remote = bound.flatMap(each -> each.transition().call());
    if (remote.isEmpty()) {
      park(transaction, work, execution, "digest_mismatch");
      return Optional.empty();
    }
    if (usedUp(execution, remote.get())) {
      park(transaction, work, execution, "no_answer");
      return Optional.empty();
    }
    return allowed(transaction, work, execution, bound.get())
        ? Optional.of(again(transaction, work, execution, bound.get()))
        : Optional.empty();
  }

  private Begun again(
      LedgerTransaction transaction, LockedWork work, Execution execution, Bound bound) {
    var remote = bound.transition().call().orElseThrow();
    var taken = execution.attempted(transaction.now().plus(remote.lease()));
    executions.write(transaction.tenant(), taken);
    return begun(transaction, work, taken, bound);
  }

  /// Whether the system may be asked once more. To take something back needs no leave: a freeze
  /// stops what is going on, not what puts it right.
  private boolean allowed(
      LedgerTransaction transaction, LockedWork work, Execution execution, Bound bound) {
    if (execution.phase() == ExecutionPhase.BACK) {
      return true;
    }
    if (outlived(transaction, work, execution)) {
      park(transaction, work, execution, APPROVAL_EXPIRED);
      return false;
    }
    boolean byStage = execution.authorizedBy() == AuthorizedBy.STAGE;
    if (!byStage && !checks.countersigned(transaction, work)) {
      park(transaction, work, execution, "digest_mismatch");
      return false;
    }
    var said =
        byStage
            ? autonomy
                .ask(transaction, Autonomy.Question.of(work, bound.transition(), transaction.now()))
                .reasons()
            : Checks.APPROVED;
    return switch (checks.weigh(transaction, work, bound, said)) {
      case Checks.Verdict.Clear(var mode) when byStage && !mode.automatic() -> {
        park(transaction, work, execution, "not_automatic");
        yield false;
      }
      case Checks.Verdict.Clear _ -> true;
      case Checks.Verdict.Blocked _ -> {
        executions.write(
            transaction.tenant(),
            execution.resting(transaction.now().plus(ExecuteProposals.PAUSE)));
        yield false;
      }
      case Checks.Verdict.Outlived(var code, var _, var _) -> {
        park(transaction, work, execution, code);
        yield false;
      }
    };
  }

  /// Whether the time is over in which the system could be asked to carry it out. What people
  /// agreed to and what a stage authorized end alike, with the request in which people saw it.
  static boolean outlived(LedgerTransaction transaction, LockedWork work, Execution execution) {
    return execution.phase() == ExecutionPhase.FORWARD
        && work.approval().expired(transaction.now());
  }

  private void finish(Begun begun, Reply reply, Duration took) {
    trust.transact(
        Call.system(begun.tenant(), "executor", begun.trace()),
        attempt(begun.proposalId()),
        (transaction, evidence) -> {
          var work = LockedWork.of(transaction, begun.proposalId());
          executions
              .read(transaction.tenant(), begun.executionId())
              .filter(Execution::underWay)
              .filter(execution -> execution.attempts() == begun.attempt())
              .ifPresent(execution -> finish(transaction, evidence, work, execution, reply, took));
          return JsonObject.EMPTY;
        });
  }

  private void finish(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Execution execution,
      Reply reply,
      Duration took) {
    switch (reply) {
      case Reply.Done() -> done(transaction, evidence, work, execution, took);
      case Reply.Refused(int status) ->
          ended(transaction, evidence, work, execution, "refused_" + status);
      case Reply.Unavailable(var why) -> {
        var remote = transition(transaction, work).flatMap(Transition::call);
        if (remote.isEmpty() || usedUp(execution, remote.get())) {
          park(transaction, work, execution, why);
        } else {
          int failures = execution.attempts() - execution.seriesStart();
          executions.write(
              transaction.tenant(),
              execution.resting(transaction.now().plus(pauses.apply(failures))));
        }
      }
      case Reply.Postponed(var _, var rest) ->
          executions.write(transaction.tenant(), execution.postponed(transaction.now().plus(rest)));
    }
  }

  private void done(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Execution execution,
      Duration took) {
    if (execution.phase() == ExecutionPhase.BACK) {
      completion.undo(transaction, evidence, work, execution, happenedAt(execution));
      return;
    }
    var transition = transition(transaction, work);
    if (transition.isEmpty() || !work.subject().position().equals(execution.before())) {
      park(transaction, work, execution, "case_moved");
      return;
    }
    var done = completion.complete(transaction, work, transition.get(), execution, took);
    executions.write(transaction.tenant(), done);
    proposals.run(transaction.tenant(), work.proposal(), ProposalState.EXECUTED);
    cases.busy(transaction.tenant(), work.subject().id(), Optional.empty());
    completion.announce(
        transaction,
        evidence,
        work,
        transition.get(),
        new Completion.News(
            done, work.happenedAt(transaction, done.executedAt()), Optional.empty()));
  }

  /// It is over without having been done.
  void ended(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Execution execution,
      String code) {
    if (execution.phase() == ExecutionPhase.BACK) {
      completion.undone(transaction, evidence, work, execution, false, happenedAt(execution));
      return;
    }
    var tenant = transaction.tenant();
    executions.write(tenant, execution.unparked().in(ExecutionState.FAILED));
    proposals.move(tenant, work.proposal(), ProposalState.FAILED);
    cases.busy(tenant, work.subject().id(), Optional.empty());
    record(transaction, work, execution, "execution.failed", code);
  }

  private static Instant happenedAt(Execution undoing) {
    return undoing.undone().map(Execution.Undone::at).orElse(undoing.executedAt());
  }

  private void park(
      LedgerTransaction transaction, LockedWork work, Execution execution, String code) {
    executions.write(transaction.tenant(), execution.parked(code, transaction.now()));
    record(transaction, work, execution, "execution.parked", code);
  }

  private static void record(
      LedgerTransaction transaction,
      LockedWork work,
      Execution execution,
      String entry,
      String code) {
    transaction.record(
        entry,
        "execution",
        execution.id().toString(),
        work.proposal().id(),
        Json.object()
            .put("proposal_id", work.proposal().id().toString())
            .put("case_id", work.subject().id().toString())
            .put("phase", execution.phase().word())
            .put("code", code)
            .put("attempts", execution.attempts())
            .build());
  }

  private Optional<Transition> transition(LedgerTransaction transaction, LockedWork work) {
    return checks.bound(transaction, work.proposal(), work.approval()).map(Bound::transition);
  }

  private static boolean usedUp(Execution execution, RemoteCall remote) {
    return execution.attempts() - execution.seriesStart() >= remote.attempts();
  }

  private static Attempt attempt(UUID proposalId) {
    return new Attempt(
        "execution.completed", "proposal", proposalId.toString(), Optional.of(proposalId));
  }

  /// The next attempt. What is sent MUST be the same for each of one key, however often and by
  /// whomever it is tried: many systems refuse a key that comes with another body, and what they
  /// have done would be told as failed. So it says how the case was when the phase began, which a
  /// hold may have changed since.
  private static Begun begun(
      LedgerTransaction transaction, LockedWork work, Execution taken, Bound bound) {
    var remote = bound.transition().call().orElseThrow();
    boolean back = taken.phase() == ExecutionPhase.BACK;
    var subject = work.subject();
    var body =
        Json.object()
            .put("execution_id", taken.id().toString())
            .put("proposal_id", work.proposal().id().toString())
            .put("phase", back ? "compensate" : "execute")
            .put(
                "case",
                Json.object()
                    .put("case_id", subject.id().toString())
                    .put("reference", subject.reference())
                    .put("workflow", subject.workflow())
                    .put("site", subject.site())
                    .put("version", (back ? taken.after() : taken.before()).member("version"))
                    .build())
            .put("action", bound.action().action().json())
            .put("action_digest", work.proposal().actionDigest().hex())
            .put("before", taken.before())
            .put("after", taken.after())
            .build();
    return new Begun(
        transaction.principal().tenant(),
        work.proposal().id(),
        taken.id(),
        taken.attempts(),
        new OutgoingCall(
            back ? remote.compensateUrl().orElseThrow() : remote.url(),
            taken.id() + (back ? ":compensate" : ":execute"),
            body,
            remote.timeout()),
        transaction.call().traceId());
  }
}
