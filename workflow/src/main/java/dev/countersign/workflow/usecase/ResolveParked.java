package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Fields;
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
import dev.countersign.workflow.store.Execution;
import dev.countersign.workflow.store.ExecutionStore;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/// A person says what becomes of an execution that waits among the dead letters: it begins anew,
/// with all its attempts and the same idempotency key, or it is given up. What people agreed to is
/// not begun anew once its time is over; it can only be given up, and proposed again.
public final class ResolveParked {
  private static final int LONGEST_REASON = 1_000;

  private final TenantTransactions transactions;
  private final TrustFeed trust;
  private final RemoteWork remote;
  private final ExecutionStore executions = new ExecutionStore();

  public ResolveParked(
      TenantTransactions transactions, Ledger ledger, TrustScopes scopes, RemoteWork remote) {
    this.transactions = transactions;
    this.trust = new TrustFeed(ledger, scopes);
    this.remote = remote;
  }

  /// Reads `{reason}`; throws `Refusal.Invalid` with every problem.
  public static String reason(Json body) {
    var fields = Fields.of(body);
    var reason = fields.string("reason", 1, LONGEST_REASON);
    fields.done();
    return reason;
  }

  /// Lets it begin anew; the answer is the execution. The first attempt is taken in the same
  /// transaction, so that no timer takes it while who asked waits.
  public Recorded redrive(Call call, UUID executionId, String reason) {
    var begun = new AtomicReference<Optional<RemoteWork.Begun>>(Optional.empty());
    var recorded =
        resolve(
            call,
            executionId,
            "execution.redriven",
            (transaction, evidence, work, execution) -> {
              refuseOutlived(transaction, work, execution);
              record(transaction, work, execution, "execution.redriven", reason);
              executions.write(transaction.tenant(), execution.redriven(transaction.now()));
              begun.set(remote.resumed(transaction, work));
            });
    begun.get().ifPresent(remote::ask);
    return recorded;
  }

  /// Gives it up: what was to be carried out has failed, what was to be taken back could not be.
  public Recorded discard(Call call, UUID executionId, String reason) {
    return resolve(
        call,
        executionId,
        "execution.discarded",
        (transaction, evidence, work, execution) -> {
          record(transaction, work, execution, "execution.discarded", reason);
          remote.ended(transaction, evidence, work, execution, "discarded");
        });
  }

  /// Nobody has agreed to it being done by now. Whether it was done before is not known here, so
  /// the way on begins with a person who finds out.
  private static void refuseOutlived(
      LedgerTransaction transaction, LockedWork work, Execution execution) {
    if (RemoteWork.outlived(transaction, work, execution)) {
      throw new Refusal.Conflict(
          RemoteWork.APPROVAL_EXPIRED,
          "the time of what authorized execution `%s` was over at %s; find out whether the system has done it, discard it, and propose anew what is still to be done"
              .formatted(execution.id(), work.approval().expiresAt()));
    }
  }

  @FunctionalInterface
  private interface Resolution {
    void of(
        LedgerTransaction transaction,
        TrustFeed.Sink evidence,
        LockedWork work,
        Execution execution);
  }

  private Recorded resolve(Call call, UUID executionId, String entry, Resolution resolution) {
    var proposalId =
        transactions
            .run(
                call.principal(),
                Rules.READ,
                transaction -> executions.read(transaction, executionId))
            .map(Execution::proposalId)
            .orElseThrow(() -> new Refusal.NotFound("execution", executionId.toString()));
    return trust.transact(
        call,
        new Attempt(entry, "execution", executionId.toString(), Optional.of(proposalId)),
        (transaction, evidence) -> {
          var work = LockedWork.of(transaction, proposalId);
          var execution = executions.ofProposal(transaction.tenant(), proposalId).orElseThrow();
          if (execution.parked().isEmpty()) {
            throw new Refusal.Conflict(
                "not_parked",
                "execution `%s` is %s and waits for nobody"
                    .formatted(execution.id(), execution.state().word()));
          }
          resolution.of(transaction, evidence, work, execution);
          return view(transaction, executionId);
        });
  }

  private JsonObject view(LedgerTransaction transaction, UUID executionId) {
    return ExecutionView.json(executions.read(transaction.tenant(), executionId).orElseThrow());
  }

  private static void record(
      LedgerTransaction transaction,
      LockedWork work,
      Execution execution,
      String entry,
      String reason) {
    transaction.record(
        entry,
        "execution",
        execution.id().toString(),
        work.proposal().id(),
        Json.object()
            .put("proposal_id", work.proposal().id().toString())
            .put("case_id", work.subject().id().toString())
            .put("phase", execution.phase().word())
            .put("code", execution.parked().map(parked -> Json.of(parked.code())))
            .put("reason", reason)
            .build());
  }
}
