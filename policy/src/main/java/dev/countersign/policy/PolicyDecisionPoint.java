package dev.countersign.policy;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.policy.Conditions.Compilation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Evaluates the policies that can apply to a request and combines their effects.
///
/// The rule, in order: an enforced forbid that is satisfied forbids; the sum of points at or over
/// the threshold forbids; a satisfied requirement requires approval; a satisfied permit permits;
/// otherwise it is forbidden. What cannot be evaluated never helps: a forbid forbids, a score
/// counts its points, a requirement requires approval of what would be permitted, a permit is not
/// satisfied.
///
/// Immutable as seen from outside and safe for use by many threads: a new policy set is a new
/// decision point.
public final class PolicyDecisionPoint {

  /// In the index, stands for every operation or resource type; no real one is empty.
  private static final String ANY = "";

  private static final AttributePath TENANT = AttributePath.of("context", "tenant");

  private final PolicySet set;
  private final Digest digest;
  private final List<Ready> ready;
  private final Map<String, Map<String, List<Ready>>> index;

  // Filled as it is asked; one for each operation and resource type that a policy names, at most.
  private final Map<Named, Speaking> speaking = new ConcurrentHashMap<>();

  /// What policies name of a request, or [#ANY] for what none of them names.
  private record Named(String operation, String resourceType) {}

  /// What decides about an action on a kind of resource.
  ///
  /// @param digest names exactly what decides: the effect, condition and obligations of each
  ///   enforced policy that can apply, and the threshold if one of them gives points; not their
  ///   keys, texts and order, nor policies about other actions
  /// @param readsTenant whether one of them may read the tenant's own values
  record Speaking(Digest digest, boolean readsTenant) {}

  /// An enabled policy with its compiled condition.
  public record Ready(Policy policy, Condition condition) {}

  private PolicyDecisionPoint(
      PolicySet set, List<Ready> ready, Map<String, Map<String, List<Ready>>> index) {
    this.set = set;
    this.digest = set.digest();
    this.ready = List.copyOf(ready);
    this.index = index;
  }

  /// Makes a set ready to decide.
  ///
  /// A condition that does not compile fails on each request, so that it never helps the caller: a
  /// stored set that a later release of the language refuses does not take the tenant down.
  /// [PolicyProblem#in] is what keeps such a set from being stored.
  public static PolicyDecisionPoint of(PolicySet set, Conditions conditions) {
    var index = new HashMap<String, Map<String, List<Ready>>>();
    var all = new ArrayList<Ready>();
    for (var policy : set.policies()) {
      if (policy.enabled()) {
        var ready = new Ready(policy, condition(policy, conditions));
        all.add(ready);
        for (var operation : orAny(policy.appliesTo().operations())) {
          for (var type : orAny(policy.appliesTo().resourceTypes())) {
            index
                .computeIfAbsent(operation, _ -> new HashMap<>())
                .computeIfAbsent(type, _ -> new ArrayList<>())
                .add(ready);
          }
        }
      }
    }
    return new PolicyDecisionPoint(set, all, index);
  }

  /// What it decides by.
  public PolicySet set() {
    return set;
  }

  /// The set's [PolicySet#digest].
  public Digest digest() {
    return digest;
  }

  /// The policies that are enabled, in the order of their keys.
  public List<Ready> ready() {
    return ready;
  }

  /// What decides about this operation on this type of resource, by whichever policy.
  Speaking speaking(String operation, String resourceType) {
    boolean named = !operation.isEmpty() && index.containsKey(operation);
    boolean typed = index.values().stream().anyMatch(byType -> byType.containsKey(resourceType));
    return speaking.computeIfAbsent(
        new Named(named ? operation : ANY, typed ? resourceType : ANY), this::spoken);
  }

  private Speaking spoken(Named named) {
    var deciding = new ArrayList<Ready>();
    for (var operation : new TreeSet<>(Arrays.asList(ANY, named.operation()))) {
      var byType = index.getOrDefault(operation, Map.of());
      for (var type : new TreeSet<>(Arrays.asList(ANY, named.resourceType()))) {
        byType.getOrDefault(type, List.of()).stream()
            .filter(ready -> ready.policy().mode() == Policy.Mode.ENFORCE)
            .forEach(deciding::add);
      }
    }
    boolean scores =
        deciding.stream().anyMatch(ready -> ready.policy().effect() instanceof Effect.Score);
    var words =
        deciding.stream()
            .map(ready -> CanonicalJson.text(PolicySetJson.deciding(ready.policy())))
            .sorted()
            .toList();
    var digest =
        Digest.ofCanonical(
            Json.object()
                .put("policies", Json.strings(words))
                .put("threshold", scores ? Json.of(set.threshold()) : Json.NULL)
                .build());
    return new Speaking(
        digest, deciding.stream().anyMatch(ready -> ready.condition().reads().sees(TENANT)));
  }

  /// Never throws for what a policy does, and always names the policies that account for the
  /// answer.
  public Decision decide(Request request) {
    var tally = new Tally(set.threshold());
    count(ANY, request, tally);
    if (!request.action().name().isEmpty()) {
      count(request.action().name(), request, tally);
    }
    return tally.decision();
  }

  private void count(String operation, Request request, Tally tally) {
    var byType = index.get(operation);
    if (byType == null) {
      return;
    }
    count(byType.getOrDefault(ANY, List.of()), request, tally);
    if (!request.resource().type().isEmpty()) {
      count(byType.getOrDefault(request.resource().type(), List.of()), request, tally);
    }
  }

  private static void count(List<Ready> policies, Request request, Tally tally) {
    for (var ready : policies) {
      tally.count(ready.policy(), evaluate(ready.condition(), request));
    }
  }

  // A condition must not throw; if it does, by a bug of ours or of the language's library, the
  // policy has failed, and the answer must not depend on which of the two it was.
  private static Outcome evaluate(Condition condition, Request request) {
    try {
      return condition.evaluate(request);
    } catch (RuntimeException | StackOverflowError e) {
      return new Outcome.Errored("the evaluation broke off: " + e);
    }
  }

  private static Condition condition(Policy policy, Conditions conditions) {
    return switch (conditions.compile(policy)) {
      case Compilation.Compiled(var condition) -> condition;
      case Compilation.Rejected(var problems) ->
          new Failing(new Outcome.Errored("does not compile: " + problems));
    };
  }

  private record Failing(Outcome outcome) implements Condition {
    @Override
    public Outcome evaluate(Request request) {
      return outcome;
    }

    @Override
    public Reads reads() {
      return Reads.NOTHING;
    }
  }

  private static Iterable<String> orAny(SortedSet<String> names) {
    return names.isEmpty() ? List.of(ANY) : names;
  }
}
