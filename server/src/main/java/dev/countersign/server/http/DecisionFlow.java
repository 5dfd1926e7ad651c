package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.identity.Roles;
import dev.countersign.identity.usecase.Authenticate;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.kernel.store.TenantTransactions;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.Entry;
import dev.countersign.ledger.usecase.Decisions;
import dev.countersign.ledger.usecase.Decisions.Result;
import dev.countersign.ledger.usecase.Decisions.Submission;
import dev.countersign.ledger.usecase.LedgerFailure;
import dev.countersign.ledger.usecase.Ticket;
import dev.countersign.policy.Decision;
import dev.countersign.policy.StoredEntities;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.CheckRecord;
import dev.countersign.policy.check.CheckRequest;
import dev.countersign.policy.check.Checked;
import dev.countersign.policy.check.EvaluationRequest;
import dev.countersign.policy.check.Question;
import dev.countersign.policy.store.EntityCache;
import dev.countersign.policy.store.PolicySnapshots;
import dev.countersign.workflow.usecase.RequestAccess;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;

/// The decision hot path: evaluate in memory, commit with many others, answer.
///
/// Nothing in memory is trusted: the batch writer compares the counters of rules and credentials
/// that the decision was made under with those it finds under lock. If they differ, the key is
/// checked and the policies are loaded again, and the decision is made anew.
///
/// A check and an evaluation differ in what is read and shown; what lies between is here, once.
///
/// Safe for use by many threads; never blocks the one that calls.
@Singleton
final class DecisionFlow {
  /// Rules that change three times within one request are changing for everybody: come again.
  private static final int MOST_ATTEMPTS = 3;

  private final PolicySnapshots snapshots;
  private final EntityCache entities;
  private final TenantTransactions transactions;
  private final Decisions decisions;
  private final Authenticate authenticate;
  private final RequestAccess access;
  private final Ids ids;
  private final Clock clock;
  private final ExecutorService virtualThreads;

  DecisionFlow(
      PolicySnapshots snapshots,
      EntityCache entities,
      TenantTransactions transactions,
      Decisions decisions,
      Authenticate authenticate,
      RequestAccess access,
      Ids ids,
      Clock clock,
      @VirtualThreads ExecutorService virtualThreads) {
    this.snapshots = snapshots;
    this.entities = entities;
    this.transactions = transactions;
    this.decisions = decisions;
    this.authenticate = authenticate;
    this.access = access;
    this.ids = ids;
    this.clock = clock;
    this.virtualThreads = virtualThreads;
  }

  /// One question as it came in.
  ///
  /// @param arrived by `System.nanoTime`
  /// @param question reads it against what the tenant registered; again if that changes
  /// @param correlation shared with the questions that came in the same call, if there are any
  record Asked(
      long arrived,
      ApiKey key,
      Principal principal,
      String permission,
      String traceId,
      String source,
      Optional<UUID> correlation,
      Function<TenantFacts, ? extends Question> question) {
    Asked as(Principal proved) {
      return new Asked(arrived, key, proved, permission, traceId, source, correlation, question);
    }
  }

  /// A decision that is committed.
  ///
  /// @param referred whether the question referred to an approval
  record Answered(
      UUID decisionId,
      UUID correlation,
      Instant evaluatedAt,
      Checked checked,
      boolean referred,
      Ticket ticket) {}

  /// Decides and commits; the future fails with what [Problems] maps.
  CompletableFuture<Answered> answer(Asked asked) {
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
        .map(Violation::pointer)
        .anyMatch(pointer ->
            pointer.startsWith("/metadata/") || pointer.startsWith("/context/metadata/"));
  }

  private CompletableFuture<Answered> decide(Asked asked, TenantPolicies policies, int attempt) {
    var principal = asked.principal();
    return switch (asked.question().apply(policies.facts())) {
      case CheckRequest check ->
          commit(asked, policies, check.decide(principal, policies), false, attempt);
      case EvaluationRequest evaluation -> {
        var tenant = principal.tenant();
        var known = entities.cached(tenant, policies.generation(), evaluation.entities());
        yield known.isPresent()
            ? decided(asked, policies, evaluation, known.get(), attempt)
            : stored(principal, evaluation)
                .thenCompose(stored -> decided(asked, policies, evaluation, stored, attempt));
      }
    };
  }

  /// Where an approval is required and the question refers to one, people may have given it: that
  /// is looked up, never believed.
  private CompletableFuture<Answered> decided(
      Asked asked,
      TenantPolicies policies,
      EvaluationRequest evaluation,
      StoredEntities stored,
      int attempt) {
    var principal = asked.principal();
    var checked = evaluation.decide(principal, policies, stored);
    boolean required = checked.decision() instanceof Decision.RequireApproval;
    var reference = evaluation.approval();
    if (!required || reference.isEmpty()) {
      return commit(asked, policies, checked, reference.isPresent(), attempt);
    }
    return CompletableFuture.supplyAsync(
            () ->
                access.applicable(
                    principal, reference.get(), checked.scope().orElseThrow().digest()),
            virtualThreads)
        .thenCompose(approval ->
            commit(
                asked, policies, approval.map(checked::approvedBy).orElse(checked), true, attempt));
  }

  private CompletableFuture<Answered> commit(
      Asked asked, TenantPolicies policies, Checked checked, boolean referred, int attempt) {
    checked.requireRecordable();
    var principal = asked.principal();
    var decisionId = ids.next();
    var correlation = asked.correlation().orElse(decisionId);
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
            correlation,
            asked.traceId(),
            asked.source(),
            new CheckRecord(
                    decisionId, now, Duration.ofNanos(System.nanoTime() - asked.arrived()), checked)
                .details());
    return decisions
        .submit(new Submission(draft, policies.generation(), principal.credentialsGeneration()))
        .thenCompose(result ->
            switch (result) {
              case Result.Committed(var ticket) ->
                  CompletableFuture.completedFuture(
                      new Answered(decisionId, correlation, now, checked, referred, ticket));
              case Result.Stale() -> again(asked, attempt);
            });
  }

  private CompletableFuture<Answered> again(Asked asked, int attempt) {
    if (attempt == MOST_ATTEMPTS) {
      return CompletableFuture.failedFuture(new LedgerFailure.Overloaded());
    }
    return CompletableFuture.supplyAsync(() -> asked.as(proved(asked)), virtualThreads)
        .thenCompose(fresh ->
            loaded(fresh.principal())
                .thenCompose(policies -> decide(fresh, policies, attempt + 1)));
  }

  /// Who asks, his key checked past every cache; throws if it is not good any more.
  Principal proved(Asked asked) {
    var proved =
        authenticate
            .verifyAnew(asked.key(), asked.source())
            .orElseThrow(Unauthenticated::new)
            .principal();
    if (!Roles.permit(proved, asked.permission())) {
      throw new Refusal.Forbidden(
          "permission_denied", "the key does not carry `" + asked.permission() + "`");
    }
    return proved;
  }

  private CompletableFuture<TenantPolicies> loaded(Principal principal) {
    return CompletableFuture.supplyAsync(
        () -> transactions.run(principal.tenant(), Rules.READ, snapshots::load), virtualThreads);
  }

  // Read without a lock: if an entity changes meanwhile, so does the generation, and what was
  // decided is not committed.
  private CompletableFuture<StoredEntities> stored(
      Principal principal, EvaluationRequest evaluation) {
    return CompletableFuture.supplyAsync(
        () ->
            transactions.run(
                principal.tenant(),
                Rules.READ,
                transaction -> entities.load(transaction, evaluation.entities())),
        virtualThreads);
  }
}
