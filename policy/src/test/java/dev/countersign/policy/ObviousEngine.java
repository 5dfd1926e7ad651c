package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/// The combining rule word for word and policy by policy, without index or care for speed: what the
/// decision point is held to.
final class ObviousEngine {

  private ObviousEngine() {}

  static Decision decide(PolicySet set, Request request, Function<Policy, Outcome> outcomes) {
    var applying =
        set.policies().stream()
            .filter(Policy::enabled)
            .filter(policy ->
                policy.appliesTo().operations().isEmpty()
                    || policy.appliesTo().operations().contains(request.action().name()))
            .filter(policy ->
                policy.appliesTo().resourceTypes().isEmpty()
                    || policy.appliesTo().resourceTypes().contains(request.resource().type()))
            .toList();
    var errored = new TreeSet<PolicyKey>();
    var monitored = new TreeSet<PolicyKey>();
    var counted = new ArrayList<Policy>();
    for (var policy : applying) {
      var outcome = outcomes.apply(policy);
      boolean failed = outcome instanceof Outcome.Errored;
      if (failed) {
        errored.add(policy.key());
      }
      boolean counts =
          outcome instanceof Outcome.Satisfied
              || (failed && !(policy.effect() instanceof Effect.Permit));
      if (counts && policy.mode() == Policy.Mode.MONITOR) {
        monitored.add(policy.key());
      } else if (counts) {
        counted.add(policy);
      }
    }
    int points = counted.stream().mapToInt(policy -> policy.effect().points()).sum();
    var forbids = of(counted, "forbid");
    var scores = of(counted, "score");
    var requirements = of(counted, "require_approval");
    var permits = of(counted, "permit");
    boolean required =
        requirements.stream().anyMatch(policy -> !errored.contains(policy.key()))
            || !permits.isEmpty();

    List<Policy> determining =
        !forbids.isEmpty()
            ? forbids
            : points >= set.threshold()
                ? scores
                : requirements.isEmpty() ? permits : required ? requirements : List.of();
    boolean forbidden = !forbids.isEmpty() || points >= set.threshold() || determining.isEmpty();
    var obligations = new ArrayList<Obligation>();
    for (var policy : forbidden ? determining : counted) {
      policy.obligations().stream()
          .filter(obligation -> !obligations.contains(obligation))
          .forEach(obligations::add);
    }
    var keys = new TreeSet<>(determining.stream().map(Policy::key).toList());
    var reasons =
        counted.stream()
            .filter(policy -> !(policy.effect() instanceof Effect.Permit))
            .map(policy -> new Reason(policy.key(), policy.message(), policy.effect().points()))
            .sorted(
                Comparator.<Reason>comparingInt(reason -> keys.contains(reason.policy()) ? 0 : 1)
                    .thenComparing(Comparator.comparingInt(Reason::points).reversed())
                    .thenComparing(Reason::policy))
            .toList();
    var grounds =
        new Grounds(Math.min(100, points), reasons, keys, errored, monitored, obligations);
    if (forbidden) {
      return new Decision.Forbid(grounds);
    }
    return requirements.isEmpty()
        ? new Decision.Permit(grounds)
        : new Decision.RequireApproval(grounds);
  }

  private static List<Policy> of(List<Policy> policies, String effect) {
    return policies.stream().filter(policy -> policy.effect().word().equals(effect)).toList();
  }
}
