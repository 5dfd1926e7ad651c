package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.trust.usecase.TrustScopes;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.ExecutionPhase;
import dev.countersign.workflow.ExecutionState;
import dev.countersign.workflow.Transition;
import dev.countersign.workflow.store.DefinitionStore;
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/// A person takes back what was carried out, as long as nothing came after it.
///
/// A move of the case is undone in the transaction, and read again; a system that carried it out is
/// asked to take it back ([RemoteWork]), and then the case follows. After its time only somebody
/// who may break glass can. Neither a freeze nor a closed gate stops it: they stop what goes on,
/// not what puts it right.
public final class RollBack {
  /// Who may take something back although its time is over.
  public static final String BREAK_GLASS = "break_glass";

  private static final int LONGEST_REASON = 1_000;

  private final TenantTransactions transactions;
  private final TrustFeed trust;
  private final Checks checks;
  private final RemoteWork remote;
  private final DefinitionStore definitions = new DefinitionStore();
  private final ExecutionStore executions = new ExecutionStore();
  private final Completion completion;

  public RollBack(
      TenantTransactions transactions,
      Ledger ledger,
      Weighing weighing,
      TrustScopes scopes,
      RemoteWork remote,
      Ids ids) {
    this.transactions = transactions;
    this.trust = new TrustFeed(ledger, scopes);
    this.checks = new Checks(weighing);
    this.remote = remote;
    this.completion = new Completion(weighing, scopes, ids);
  }

  public record Request(String reason, Optional<Instant> occurredAt) {}

  /// Reads `{reason}`; throws `Refusal.Invalid` with every problem.
  public static Request parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    var occurredAt = profile.occurredAt(fields);
    fields.done();
    return new Request(reason, occurredAt);
  }

  /// The answer tells the state of the execution: rolled_back or rollback_failed, or still executed
  /// and in phase `back` while a system is being asked.
  public Recorded rollBack(Call call, UUID executionId, Request request) {
    // What is executed never changes, so it may be read before the transaction that takes it back.
    var proposalId =
        transactions
            .run(
                call.principal(),
                Rules.READ,
                transaction -> executions.read(transaction, executionId))
            .map(Execution::proposalId)
            .orElseThrow(() -> new Refusal.NotFound("execution", executionId.toString()));
    var begun = new AtomicReference<Optional<RemoteWork.Begun>>(Optional.empty());
    var recorded =
        trust.transact(
            call,
            new Attempt(
                "execution.rolled_back",
                "execution",
                executionId.toString(),
                Optional.of(proposalId)),
            (transaction, evidence) -> {
              begun.set(Optional.empty());
              return rollBack(transaction, evidence, proposalId, request, begun);
            });
    begun.get().ifPresent(remote::ask);
    return recorded;
  }

  private JsonObject rollBack(
      LedgerTransaction transaction,
      TrustFeed.Sink evidence,
      UUID proposalId,
      Request request,
      AtomicReference<Optional<RemoteWork.Begun>> begun) {
    var work = LockedWork.of(transaction, proposalId);
    var execution = executions.ofProposal(transaction.tenant(), proposalId).orElseThrow();
    var bound =
        checks
            .bound(transaction, work.proposal(), work.approval())
            .orElseThrow(() ->
                new Refusal.Conflict(
                    "digest_mismatch", "what was carried out is not what was stored any more"));
    refuseUndone(execution);
    refuseMoved(transaction, work, execution, bound.transition());
    var undoing =
        execution.undoing(
            new Execution.Undone(
                transaction.principal().actor(),
                transaction.now(),
                request.reason(),
                late(transaction, execution, bound.transition())));
    var ended =
        switch (bound.transition().handler()) {
          case TRANSITION ->
              completion.undo(
                  transaction,
                  evidence,
                  work,
                  undoing,
                  request.occurredAt().orElse(transaction.now()));
          case HTTP -> {
            transaction.record(
                "execution.rollback_started",
                "execution",
                execution.id().toString(),
                proposalId,
                Json.object()
                    .put("proposal_id", proposalId.toString())
                    .put("case_id", work.subject().id().toString())
                    .put("reason", request.reason())
                    .build());
            begun.set(Optional.of(remote.beginBack(transaction, work, bound, undoing)));
            yield undoing;
          }
        };
    return ExecutionView.json(ended);
  }

  private static void refuseUndone(Execution execution) {
    if (execution.state() != ExecutionState.EXECUTED || execution.phase() == ExecutionPhase.BACK) {
      throw new Refusal.Conflict(
          "not_executed",
          execution.phase() == ExecutionPhase.BACK && execution.state() == ExecutionState.EXECUTED
              ? "execution `" + execution.id() + "` is being taken back"
              : "execution `%s` is %s".formatted(execution.id(), execution.state().word()));
    }
  }

  private void refuseMoved(
      LedgerTransaction transaction, LockedWork work, Execution execution, Transition transition) {
    if (!transition.reversible()) {
      throw new Refusal.Conflict(
          "not_reversible", "`%s` names no way to take it back".formatted(transition.type()));
    }
    if (execution.before().members().isEmpty()) {
      throw new Refusal.Conflict("erased", "where the case stood before was erased");
    }
    var subject = work.subject();
    if (!subject.standsAs(execution.after())
        || !executions.latest(transaction.tenant(), subject.id(), execution)) {
      throw new Refusal.Conflict(
          "case_moved",
          "case `%s` has moved on since; take back what came later first".formatted(subject.id()));
    }
    refuseWithoutPlace(transaction, subject, execution);
    var busy = work.busyWith();
    if (busy.isPresent()) {
      throw new Refusal.Conflict(
          "case_busy", "execution `" + busy.get() + "` of this case is not finished");
    }
  }

  /// A case that was migrated since may stand in a workflow without the queue that it came from.
  private void refuseWithoutPlace(
      LedgerTransaction transaction, Case subject, Execution execution) {
    var before = execution.before().text("queue").orElseThrow();
    boolean there =
        definitions
            .version(transaction.tenant(), subject.workflow(), subject.workflowVersion())
            .filter(definition -> definition.queue(before).isPresent())
            .isPresent();
    if (!there) {
      throw new Refusal.Conflict(
          "unknown_queue",
          "version %d of `%s` has no queue `%s`, from which it came; migrate case `%s` to one that has it"
              .formatted(subject.workflowVersion(), subject.workflow(), before, subject.id()));
    }
  }

  private static boolean late(
      LedgerTransaction transaction, Execution execution, Transition transition) {
    var end = execution.executedAt().plus(transition.rollback());
    if (!transaction.now().isAfter(end)) {
      return false;
    }
    if (!transaction.principal().holdsAny(List.of(BREAK_GLASS))) {
      throw new Refusal.Forbidden(
          "too_late",
          "it could be taken back until %s; after that the role `%s` is needed"
              .formatted(end, BREAK_GLASS));
    }
    return true;
  }
}
