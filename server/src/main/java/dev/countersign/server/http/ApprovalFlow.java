package dev.countersign.server.http;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.store.StaleCredential;
import dev.countersign.policy.Decision;
import dev.countersign.server.http.DecisionFlow.Answered;
import dev.countersign.server.http.DecisionFlow.Asked;
import dev.countersign.workflow.usecase.RequestApproval;
import dev.countersign.workflow.usecase.RequestApproval.Required;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/// Asks people about what a decision requires approval for: after the decision is committed, in a
/// transaction of its own, before anybody is answered. Other decisions pass at no cost.
///
/// Safe for use by many threads; never blocks the one that calls.
@Singleton
final class ApprovalFlow {
  private final DecisionFlow decisions;
  private final RequestApproval requests;
  private final ExecutorService virtualThreads;

  ApprovalFlow(
      DecisionFlow decisions,
      RequestApproval requests,
      @VirtualThreads ExecutorService virtualThreads) {
    this.decisions = decisions;
    this.requests = requests;
    this.virtualThreads = virtualThreads;
  }

  /// The request that the asker has to look at; empty if the decision requires none. If nobody
  /// could be asked the future fails, and the decision MUST NOT be answered as if somebody had
  /// been.
  CompletableFuture<Optional<UUID>> required(Asked asked, Answered answered) {
    return switch (answered.checked().decision()) {
      case Decision.Permit _, Decision.Forbid _ ->
          CompletableFuture.completedFuture(Optional.empty());
      case Decision.RequireApproval _ ->
          CompletableFuture.supplyAsync(
              () -> Optional.of(request(asked, answered)), virtualThreads);
    };
  }

  private UUID request(Asked asked, Answered answered) {
    var checked = answered.checked();
    var required =
        new Required(
            answered.decisionId(),
            answered.correlation(),
            answered.ticket().logIndex(),
            checked.version(),
            checked.request());
    try {
      return requests.request(call(asked, asked.principal()), required);
    } catch (StaleCredential stale) {
      // Some key of the tenant changed since. If this one is still good, it was not this one.
      return requests.request(call(asked, decisions.proved(asked)), required);
    }
  }

  private static Call call(Asked asked, Principal principal) {
    return new Call(principal, asked.traceId(), asked.source(), Optional.empty());
  }
}
