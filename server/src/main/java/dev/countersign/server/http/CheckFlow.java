package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.DecisionWriter.Result;
import dev.countersign.ledger.usecase.DecisionWriter.Submission;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckAnswer;
import dev.countersign.policy.check.CheckRecord;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.store.PolicySnapshots;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/// The decision hot path: evaluate in memory, commit with many others, answer.
///
/// Nothing in memory is trusted: the batch writer compares the counters of rules and credentials
/// that the decision was made under with those it finds under lock. If they differ, the key is
/// checked and the policies are loaded again, and the decision is made anew.
///
/// Safe for use by many threads; never blocks the one that calls.
@Singleton
final class CheckFlow {
  /// Rules that change three times within one request are changing for everybody: come again.
  private static final int MOST_ATTEMPTS = 3;

  private final PolicySnapshots snapshots;
  private final TenantTransactions transactions;
  private final DecisionWriter writer;
  private final Authenticate authenticate;
  private final Ids ids;
  private final Clock clock;
  private final ExecutorService virtualThreads;

  CheckFlow(
      PolicySnapshots snapshots,
      TenantTransactions transactions,
      DecisionWriter writer,
      Authenticate authenticate,
      Ids ids,
      Clock clock,
      @VirtualThreads ExecutorService virtualThreads) {
    this.snapshots = snapshots;
    this.transactions = transactions;
    this.writer = writer;
    this.authenticate = authenticate;
    this.ids = ids;
    this.clock = clock;
    this.virtualThreads = virtualThreads;
  }

  /// One check as it came in.
  ///
  /// @param arrived by `System.nanoTime`
  record Asked(
      long arrived,
      ApiKey key,
      Principal principal,
      String permission,
      String traceId,
      String source,
      Json body) {
    Asked as(Principal proved) {
      return new Asked(arrived, key, proved, permission, traceId, source, body);
    }
  }

  /// Decides and commits; the future fails with what [Problems] maps.
  CompletableFuture<JsonObject> answer(Asked asked) {
    var known = snapshots.cached(asked.principal().tenant());
    if (known.isPresent()) {
      try {
        return decide(asked, known.get(), 1);
      } catch (Refusal.Invalid invalid) {
        if (!ofMetadata(invalid)) {
          throw invalid;
        }
        // The key may have been declared since: a refusal commits nothing that would find out.
      }
    }
    return loaded(asked.principal()).thenCompose(policies -> decide(asked, policies, 1));
  }

  private static boolean ofMetadata(Refusal.Invalid invalid) {
    return invalid.violations().stream()
        .anyMatch(violation -> violation.pointer().startsWith("/metadata/"));
  }

  private CompletableFuture<JsonObject> decide(Asked asked, TenantPolicies policies, int attempt) {
    var principal = asked.principal();
    var checked = CheckRequest.read(asked.body(), policies.facts()).decide(principal, policies);
    var decisionId = ids.next();
    var now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    var draft =
        new Entry.Draft(
            ids.next(),
            principal.tenant(),
            now,
            principal.actor(),
            "decision.made",
            "decision",
            decisionId.toString(),
            decisionId,
            asked.traceId(),
            asked.source(),
            new CheckRecord(
                    decisionId, now, Duration.ofNanos(System.nanoTime() - asked.arrived()), checked)
                .details());
    return writer
        .submit(new Submission(draft, policies.generation(), principal.credentialsGeneration()))
        .thenCompose(result ->
            switch (result) {
              case Result.Committed(var ticket) ->
                  CompletableFuture.completedFuture(
                      new CheckAnswer(decisionId, decisionId.toString(), checked)
                          .json()
                          .with("ticket", ticket.json()));
              case Result.Stale() -> again(asked, attempt);
            });
  }

  private CompletableFuture<JsonObject> again(Asked asked, int attempt) {
    if (attempt == MOST_ATTEMPTS) {
      return CompletableFuture.failedFuture(new LedgerFailure.Overloaded());
    }
    return CompletableFuture.supplyAsync(() -> asked.as(proved(asked)), virtualThreads)
        .thenCompose(fresh ->
            loaded(fresh.principal())
                .thenCompose(policies -> decide(fresh, policies, attempt + 1)));
  }

  private Principal proved(Asked asked) {
    var proved = authenticate.verifyAnew(asked.key()).orElseThrow(Unauthenticated::new).principal();
    if (!Roles.permit(proved, asked.permission())) {
      throw new Refusal.Forbidden(
          "permission_denied", "the key's roles do not carry `" + asked.permission() + "`");
    }
    return proved;
  }

  private CompletableFuture<TenantPolicies> loaded(Principal principal) {
    return CompletableFuture.supplyAsync(
        () -> transactions.run(principal.tenant(), Rules.READ, snapshots::load), virtualThreads);
  }
}
