package dev.countersign.policy.usecase;

import dev.countersign.kernel.Call;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.store.TenantTransactions.Rules;
import dev.countersign.ledger.usecase.Attempt;
import dev.countersign.ledger.usecase.Ledger;
import dev.countersign.ledger.usecase.LedgerTransaction;
import dev.countersign.ledger.usecase.Recorded;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Policy;
import dev.countersign.policy.StoredEntities;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.check.SearchRequest;
import dev.countersign.policy.check.SearchRequest.Gap;
import dev.countersign.policy.store.EntityStore;
import dev.countersign.policy.store.PolicySnapshots;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Finds the subjects, resources or actions that would be permitted, by asking the engine about one
/// candidate after the other.
///
/// All of a page is decided in one transaction under the rules in force. A page is recorded as one
/// entry with the question and the digest of the answer; its candidates are no decisions, and
/// nothing may be done on the strength of a search.
public final class SearchAccess {

  /// What one page evaluates at most, so that a search in which little is permitted does not hold
  /// the tenant's rules; the next page goes on from there.
  static final int MOST_CANDIDATES = 1_000;

  /// How long one page evaluates: it holds the tenant's rules, and whoever changes them waits. The
  /// next page goes on from there, too.
  static final Duration DEADLINE = Duration.ofSeconds(2);

  /// Entities read at once.
  private static final int CHUNK = 200;

  private final Ledger ledger;
  private final PolicySnapshots snapshots;
  private final EntityStore entities;
  private final Duration deadline;

  public SearchAccess(Ledger ledger, PolicySnapshots snapshots, EntityStore entities) {
    this(ledger, snapshots, entities, DEADLINE);
  }

  /// @param deadline after which a page ends with the candidate it is at
  public SearchAccess(
      Ledger ledger, PolicySnapshots snapshots, EntityStore entities, Duration deadline) {
    this.ledger = ledger;
    this.snapshots = snapshots;
    this.entities = entities;
    this.deadline = deadline;
  }

  /// The answer is `{page, context, results}`; throws `Refusal.Invalid` for a body that is wrong.
  public Recorded in(Call call, Gap gap, Json body, Optional<String> requestId) {
    return ledger.transact(
        call,
        new Attempt("search.answered", "search", gap.word()),
        Rules.APPLY,
        transaction -> {
          long begun = System.nanoTime();
          var policies = snapshots.load(transaction.tenant());
          var request = SearchRequest.read(gap, body, policies.facts(), requestId);
          return search(transaction, policies, request, begun);
        });
  }

  private JsonObject search(
      LedgerTransaction transaction, TenantPolicies policies, SearchRequest request, long begun) {
    var fixed = entities.find(transaction.tenant(), request.fixed());
    var results = new ArrayList<JsonObject>();
    var last = request.after();
    int tried = 0;
    boolean more = true;
    boolean late = false;
    while (more && !late && results.size() < request.limit() && tried < MOST_CANDIDATES) {
      int wanted = Math.min(CHUNK, MOST_CANDIDATES - tried);
      var chunk = candidates(transaction, policies, request, last, wanted);
      more = chunk.size() == wanted;
      for (var candidate : chunk) {
        // One candidate at least: every page comes further.
        late = tried > 0 && System.nanoTime() - begun >= deadline.toNanos();
        if (late || results.size() == request.limit()) {
          more = true;
          break;
        }
        tried++;
        last = candidate.id();
        if (permitted(transaction, policies, request, fixed, candidate)) {
          results.add(request.result(candidate.id()));
        }
      }
    }
    var id = transaction.newId();
    var found = Json.array(results);
    transaction.record(
        "search.answered",
        "search",
        id.toString(),
        id,
        Json.object()
            .put("question", request.question())
            .put("trace_id", request.sample().requestId().map(Json::of))
            .put("policy_version", policies.version())
            .put("candidates", tried)
            .put("results", results.size())
            .put("results_digest", Digest.ofCanonical(found).hex())
            .build());
    return Json.object()
        .put(
            "page",
            Json.object()
                .put("next_token", more ? request.tokenBehind(last) : "")
                .put("count", results.size())
                .build())
        .put(
            "context",
            Json.object()
                .put("search_id", id.toString())
                .put("policy_version", policies.version())
                .build())
        .put("results", found)
        .build();
  }

  private static boolean permitted(
      LedgerTransaction transaction,
      TenantPolicies policies,
      SearchRequest request,
      StoredEntities fixed,
      Entity candidate) {
    var stored = fixed;
    if (request.gap() != Gap.ACTION) {
      var all = new TreeMap<>(fixed.properties());
      all.put(candidate.key(), candidate.properties());
      stored = new StoredEntities(all);
    }
    return request
        .candidate(candidate.id())
        .decide(transaction.principal(), policies, stored)
        .decision()
        .allowed();
  }

  /// Those behind `after`, in order; an action as an entity without a type.
  private List<Entity> candidates(
      LedgerTransaction transaction,
      TenantPolicies policies,
      SearchRequest request,
      String after,
      int limit) {
    return switch (request.gap()) {
      case SUBJECT, RESOURCE -> entities.page(transaction.tenant(), request.type(), after, limit);
      case ACTION ->
          actions(policies).stream()
              .filter(name -> name.compareTo(after) > 0)
              .limit(limit)
              .map(name -> new Entity("", name))
              .toList();
    };
  }

  /// What the tenant registered or names in a policy that is on; of others nobody could know.
  private static SortedSet<String> actions(TenantPolicies policies) {
    var names = new TreeSet<>(policies.facts().operations());
    policies.effective().policies().stream()
        .filter(Policy::enabled)
        .forEach(policy -> names.addAll(policy.appliesTo().operations()));
    return names;
  }
}
