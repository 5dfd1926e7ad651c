package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.TenantId;
import dev.countersign.kernel.store.DatabaseFailure;
import dev.countersign.kernel.store.RulesMustChange;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.ApprovalState;
import dev.countersign.workflow.AuthorizedBy;
import dev.countersign.workflow.ComposedMode;
import dev.countersign.workflow.Handler;
import dev.countersign.workflow.Mode;
import dev.countersign.workflow.ModeReason;
import dev.countersign.workflow.ProposalState;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.ApprovalDecision;
import dev.countersign.workflow.store.ApprovalStore;
import dev.countersign.workflow.store.CaseStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import dev.countersign.workflow.store.ProposalStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/// Carries out what people approved, or what a stage authorizes and nobody vetoed, exactly once.
///
/// Called by the thread that decided, in its transaction where that can be, or that proposed, and
/// by a timer for what a crash left behind and for vetoes whose time is over. All claim the
/// proposal by its row and find its state. A transition runs in the claiming transaction, so it is
/// done with its entry or not at all; another system is asked after it ([RemoteWork]).
///
/// Everything is checked again under the generation lock, of a stage also what it has earned by
/// now: after a demotion was committed nothing runs by itself any more, on any node; it falls to
/// the people who could have vetoed it. A closed gate or a freeze leaves the proposal as it is: the
/// first time with an entry `execution.refused`, then it is tried again every [#PAUSE] without
/// another entry until it expires or the reasons change. A case that has moved, a policy that
/// forbids, or a digest that does not agree supersedes it.
public final class ExecuteProposals {
  /// How long a blocked proposal rests: soon enough after a freeze is lifted, seldom enough that
  /// thousands of them cost nothing.
  static final Duration PAUSE = Duration.ofSeconds(30);

  /// What one may say in the log beside the tasks that it opens: that it is authorized and done,
  /// and how it moved its scope's stage.
  private static final int MOST_ENTRIES = 6;

  private static final String EXECUTOR = "executor";

  private final TrustFeed trust;
  private final Checks checks;
  private final Autonomy autonomy;
  private final RemoteWork remote;
  private final Clock clock;
  private final CaseStore cases = new CaseStore();
  private final ProposalStore proposals = new ProposalStore();
  private final ApprovalStore approvals = new ApprovalStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final Completion completion;
  private final Ending ending;

  /// @param clock measures how long a handler takes
  public ExecuteProposals(
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      RemoteWork remote,
      Ids ids,
      Clock clock) {
    this.ending = new Ending(scopes);
    this.trust = new TrustFeed(ledger, scopes);
    this.checks = new Checks(weighing);
    this.autonomy = new Autonomy(scopes, weighing, ids);
    this.remote = remote;
    this.completion = new Completion(weighing, scopes, ids);
    this.clock = clock;
  }

  /// Executes the proposal if it is authorized and nothing stands against it.
  ///
  /// The answer has `proposal_state`, `execution` {id, state} if there is one, now or from before,
  /// and `blocked` with the reasons if it had to wait.
  public JsonObject execute(TenantId tenant, UUID proposalId, String traceId) {
    var begun = new AtomicReference<Optional<RemoteWork.Begun>>(Optional.empty());
    var answer =
        trust
            .transact(
                Call.system(tenant, EXECUTOR, traceId),
                new Attempt(
                    "execution.completed",
                    "proposal",
                    proposalId.toString(),
                    Optional.of(proposalId)),
                (transaction, evidence) -> claim(transaction, evidence, proposalId, begun))
            .answer();
    if (begun.get().isEmpty()) {
      return answer;
    }
    remote.ask(begun.get().get());
    return execute(tenant, proposalId, traceId); // As it stands by now: nothing is begun twice.
  }

  /// Whether what the transaction has approved can be carried out in it: a transition, to which
  /// people agreed exactly. Another system is asked only after the commit.
  ///
  /// @param work locked, and weighed in this transaction
  /// @param said everything that people said about it
  boolean runsWith(
      LedgerTransaction transaction, LockedWork work, Bound bound, List<ApprovalDecision> said) {
    return bound.transition().handler() == Handler.TRANSITION
        && Countersigned.exactly(work.proposal(), work.approval(), said, transaction.now());
  }

  /// What people agreed to in the same transaction.
  ///
  /// @param said everything that they said about it
  /// @param told what trust is to hear of it, before it hears of the execution
  record Agreed(List<ApprovalDecision> said, TrustFeed.Told told) {}

  /// Carries it out in the transaction that approved it, where [#runsWith] says so; the answer is
  /// that of [#execute]. Throws [NotAtOnce] if it can't be done, and then the transaction MUST end.
  JsonObject with(LedgerTransaction transaction, LockedWork work, Bound bound, Agreed agreed) {
    var executor = transaction.as(Principal.system(transaction.principal().tenant(), EXECUTOR));
    try {
      return carryOut(
          executor,
          trust.sink(executor),
          work,
          bound,
          AuthorizedBy.APPROVAL,
          Optional.of(agreed),
          new AtomicReference<>(Optional.empty()));
    } catch (RulesMustChange | DatabaseFailure another) {
      throw another;
    } catch (RuntimeException failed) {
      throw new NotAtOnce(failed);
    }
  }

  /// What was approved cannot be carried out together with its approval.
  static final class NotAtOnce extends RuntimeException {
    private static final long serialVersionUID = 1;

    private NotAtOnce(RuntimeException cause) {
      super(cause);
    }
  }

  /// The same of several in one transaction, as many as it has room for in the log, and says which
  /// it dealt with; of the others nothing changed. Those are transitions of one scope on whose
  /// cases nobody else is and nothing else waits, and to whose arrival no rule answers: what ends
  /// another proposal, or makes one, may open any scope, and two scopes in one transaction could
  /// wait in a circle with an execution.
  ///
  /// @param proposalIds of 1 to [WorkOffDue#TOGETHER]
  public Set<UUID> execute(TenantId tenant, List<UUID> proposalIds, String traceId) {
    var first = proposalIds.getFirst();
    var answer =
        trust
            .transact(
                Call.system(tenant, EXECUTOR, traceId),
                new Attempt(
                    "execution.completed", "proposal", first.toString(), Optional.of(first)),
                (transaction, _) -> Part.ended(claim(transaction, proposalIds)))
            .answer();
    return Part.ended(answer);
  }

  private List<UUID> claim(LedgerTransaction transaction, List<UUID> proposalIds) {
    var claimed = claimable(transaction, LockedWork.free(transaction, proposalIds));
    if (claimed.isEmpty()) {
      return List.of();
    }
    var evidence = trust.gathering(transaction, claimed.getFirst().work().proposal().scope());
    var done = new ArrayList<UUID>();
    for (var one : claimed) {
      if (transaction.room() < MOST_ENTRIES + one.bound().transition().opens().size()) {
        break;
      }
      if (claimed(transaction, evidence, one)) {
        done.add(one.work().proposal().id());
      }
    }
    evidence.fold();
    return done;
  }

  /// Carries out one of several, or says why not; does nothing if it can never run any more, which
  /// trust would hear before it heard of those that were carried out.
  private boolean claimed(LedgerTransaction transaction, TrustFeed.Sink evidence, Claimed one) {
    try {
      var verdict = verdict(transaction, one.work(), one.bound());
      if (verdict instanceof Checks.Verdict.Outlived) {
        return false;
      }
      act(
          transaction,
          evidence,
          one.work(),
          one.bound(),
          verdict,
          new AtomicReference<>(Optional.empty()));
      return true;
    } catch (Refusal ofOne) {
      // The log would say it of the first of them. It is tried alone.
      throw new IllegalStateException("one of several was refused", ofOne);
    }
  }

  private record Claimed(LockedWork work, Bound bound) {}

  /// Those that may be carried out together, the oldest first.
  private List<Claimed> claimable(LedgerTransaction transaction, List<LockedWork> locked) {
    var alone =
        proposals.alone(
            transaction.tenant(), locked.stream().map(work -> work.subject().id()).toList());
    var answered = new HashMap<String, Boolean>();
    var claimed = new ArrayList<Claimed>();
    for (var work : locked) {
      boolean another =
          !claimed.isEmpty()
              && !claimed.getFirst().work().proposal().scope().equals(work.proposal().scope());
      if (another
          || !due(transaction, work)
          || work.approval().expired(transaction.now())
          || !alone.contains(work.subject().id())
          || answered.computeIfAbsent(
              work.subject().workflow(), _ -> completion.answered(transaction, work.subject()))) {
        continue;
      }
      authentic(transaction, work)
          .filter(bound -> bound.transition().handler() == Handler.TRANSITION)
          .ifPresent(bound -> claimed.add(new Claimed(work, bound)));
    }
    return claimed;
  }

  private JsonObject claim(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      UUID proposalId,
      AtomicReference<Optional<RemoteWork.Begun>> begun) {
    begun.set(Optional.empty()); // The transaction may run a second time (see TrustFeed).
    var work = LockedWork.of(transaction, proposalId);
    var proposal = work.proposal();
    if (!due(transaction, work)) {
      return progress(proposal.state(), executions.ofProposal(transaction.tenant(), proposal.id()));
    }
    if (work.approval().expired(transaction.now())) {
      ending.expire(transaction, List.of(work));
      return progress(ProposalState.EXPIRED, Optional.empty());
    }
    var bound = authentic(transaction, work);
    if (bound.isEmpty()) {
      ending.supersede(transaction, proposal, "digest_mismatch");
      return progress(ProposalState.SUPERSEDED, Optional.empty());
    }
    var verdict = verdict(transaction, work, bound.get());
    return act(transaction, evidence, work, bound.get(), verdict, begun);
  }

  /// Whether people agreed to it, or could have vetoed it and did not.
  private static boolean due(LedgerTransaction transaction, LockedWork work) {
    return work.proposal().state() == ProposalState.APPROVED || byStage(transaction, work);
  }

  private static boolean byStage(LedgerTransaction transaction, LockedWork work) {
    return work.proposal().state() == ProposalState.PENDING
        && work.approval().vetoOver(transaction.now());
  }

  /// What is stored, if everything of it agrees, and what people agreed to if they had to.
  private Optional<Bound> authentic(LedgerTransaction transaction, LockedWork work) {
    return checks
        .bound(transaction, work.proposal(), work.approval())
        .filter(_ -> byStage(transaction, work) || checks.countersigned(transaction, work));
  }

  /// Of what is due and authentic.
  private Checks.Verdict verdict(LedgerTransaction transaction, LockedWork work, Bound bound) {
    var said =
        byStage(transaction, work) ? stage(transaction, work, bound.transition()) : Checks.APPROVED;
    return checks.weigh(transaction, work, bound, said);
  }

  private JsonObject act(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Bound bound,
      Checks.Verdict verdict,
      AtomicReference<Optional<RemoteWork.Begun>> begun) {
    boolean byStage = byStage(transaction, work);
    return switch (verdict) {
      case Checks.Verdict.Clear(var mode) when !byStage ->
          carryOut(
              transaction, evidence, work, bound, AuthorizedBy.APPROVAL, Optional.empty(), begun);
      case Checks.Verdict.Clear(var mode) when stillAutomatic(mode, work) -> {
        authorize(transaction, work, mode);
        yield carryOut(
            transaction, evidence, work, bound, AuthorizedBy.STAGE, Optional.empty(), begun);
      }
      case Checks.Verdict.Clear(var mode) -> leaveToPeople(transaction, work, mode);
      case Checks.Verdict.Blocked(var mode) -> wait(transaction, work, mode);
      case Checks.Verdict.Outlived(var code, var _, var _) -> {
        ending.supersede(transaction, work.proposal(), code);
        yield progress(ProposalState.SUPERSEDED, Optional.empty());
      }
    };
  }

  private List<ModeReason> stage(
      LedgerTransaction transaction, LockedWork work, Transition transition) {
    return autonomy
        .ask(transaction, Autonomy.Question.of(work, transition, transaction.now()))
        .reasons();
  }

  /// Whether what was earned still reaches as far as people were told.
  private static boolean stillAutomatic(ComposedMode mode, LockedWork work) {
    return mode.automatic() && mode.mode().compareTo(work.proposal().mode().mode()) >= 0;
  }

  private void authorize(LedgerTransaction transaction, LockedWork work, ComposedMode mode) {
    approvals.move(transaction.tenant(), work.approval(), ApprovalState.LAPSED);
    transaction.record(
        "proposal.authorized",
        "proposal",
        work.proposal().id().toString(),
        work.proposal().id(),
        Json.object()
            .put("case_id", work.proposal().caseId().toString())
            .put("action_digest", work.proposal().actionDigest().hex())
            .put("approval_id", work.approval().id().toString())
            .put("approval_digest", work.approval().digest().hex())
            .put("authorized_by", AuthorizedBy.STAGE.word())
            .put("mode", mode.mode().word())
            .build());
  }

  /// It may not run by itself any more, so those who could have vetoed it decide.
  private JsonObject leaveToPeople(
      LedgerTransaction transaction, LockedWork work, ComposedMode mode) {
    var proposal = work.proposal();
    var holding =
        new ComposedMode(
            mode.reasons().stream()
                .filter(reason -> reason.mode().compareTo(proposal.mode().mode()) < 0)
                .toList());
    proposals.block(transaction.tenant(), proposal.id(), holding, work.approval().expiresAt());
    transaction.record(
        "proposal.held_back",
        "proposal",
        proposal.id().toString(),
        proposal.id(),
        Json.object()
            .put("case_id", proposal.caseId().toString())
            .put("code", "not_automatic")
            .put("mode", mode.mode().word())
            .build());
    return progress(proposal.state(), Optional.empty()).with("blocked", holding.json());
  }

  private JsonObject wait(LedgerTransaction transaction, LockedWork work, ComposedMode mode) {
    var proposal = work.proposal();
    var blocking =
        new ComposedMode(
            mode.reasons().stream().filter(reason -> reason.mode() == Mode.BLOCKED).toList());
    var next = transaction.now().plus(PAUSE);
    var expiry = work.approval().expiresAt();
    proposals.block(
        transaction.tenant(), proposal.id(), blocking, next.isBefore(expiry) ? next : expiry);
    if (!proposal.blocked().equals(Optional.of(blocking))) {
      transaction.record(
          "execution.refused",
          "proposal",
          proposal.id().toString(),
          proposal.id(),
          Json.object().put("attempted", "execution.completed").put("code", "blocked").build());
    }
    return progress(proposal.state(), Optional.empty()).with("blocked", blocking.json());
  }

  private JsonObject carryOut(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      LockedWork work,
      Bound bound,
      AuthorizedBy authority,
      Optional<Agreed> agreed,
      AtomicReference<Optional<RemoteWork.Begun>> begun) {
    var transition = bound.transition();
    var started = clock.instant();
    var execution = completion.begun(transaction, work, transition, authority);
    return switch (transition.handler()) {
      case TRANSITION -> {
        var done = completion.complete(transaction, work, transition, execution, elapsed(started));
        proposals.run(transaction.tenant(), work.proposal(), ProposalState.EXECUTED);
        executions.add(transaction.tenant(), done);
        completion.announce(
            transaction, evidence, work, transition, news(transaction, work, done, agreed));
        yield progress(ProposalState.EXECUTED, Optional.of(done));
      }
      case HTTP -> {
        proposals.run(transaction.tenant(), work.proposal(), ProposalState.EXECUTING);
        begun.set(Optional.of(remote.begin(transaction, work, bound, execution)));
        cases.busy(transaction.tenant(), work.subject().id(), Optional.of(execution.id()));
        yield progress(ProposalState.EXECUTING, Optional.of(execution));
      }
    };
  }

  private static Completion.News news(
      LedgerTransaction transaction, LockedWork work, Execution done, Optional<Agreed> agreed) {
    var happenedAt =
        agreed
            .map(now -> work.happenedAt(now.said(), done.executedAt()))
            .orElseGet(() -> work.happenedAt(transaction, done.executedAt()));
    return new Completion.News(done, happenedAt, agreed.map(Agreed::told));
  }

  /// Time that a clock which was set back would make negative is no time.
  private Duration elapsed(Instant started) {
    var elapsed = Duration.between(started, clock.instant());
    return elapsed.isNegative() ? Duration.ZERO : elapsed;
  }

  private static JsonObject progress(ProposalState state, Optional<Execution> execution) {
    return Json.object()
        .put("proposal_state", state.word())
        .put(
            "execution",
            execution.map(done ->
                Json.object()
                    .put("id", done.id().toString())
                    .put("state", done.state().word())
                    .build()))
        .build();
  }
}
