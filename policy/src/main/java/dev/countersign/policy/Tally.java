package dev.countersign.policy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Counts the outcomes of one request's policies, in any order, and says what they come to.
///
/// For use by one thread, once.
final class Tally {
  private static final Comparator<Policy> BY_KEY = Comparator.comparing(Policy::key);
  private static final Comparator<Policy> BY_POINTS =
      Comparator.<Policy>comparingInt(policy -> -policy.effect().points()).thenComparing(BY_KEY);

  private final int threshold;
  private final List<Policy> permits = new ArrayList<>();
  private final List<Policy> forbids = new ArrayList<>(0);
  private final List<Policy> requirements = new ArrayList<>(0);
  private final List<Policy> scores = new ArrayList<>(0);
  private final SortedSet<PolicyKey> errored = new TreeSet<>();
  private final SortedSet<PolicyKey> monitored = new TreeSet<>();
  private int points;
  private boolean required;

  Tally(int threshold) {
    this.threshold = threshold;
  }

  void count(Policy policy, Outcome outcome) {
    boolean counts =
        switch (outcome) {
          case Outcome.Satisfied() -> true;
          case Outcome.Unsatisfied() -> false;
          case Outcome.Errored(var _) -> {
            errored.add(policy.key());
            // Cedar skips a policy that fails. We fail closed: skipping a forbid would turn a typo
            // in a guard into a permission.
            yield !(policy.effect() instanceof Effect.Permit);
          }
        };
    if (!counts) {
      return;
    }
    switch (policy.mode()) {
      case MONITOR -> monitored.add(policy.key());
      case ENFORCE -> enforce(policy, outcome instanceof Outcome.Satisfied);
    }
  }

  private void enforce(Policy policy, boolean satisfied) {
    switch (policy.effect()) {
      case Effect.Permit() -> permits.add(policy);
      case Effect.Forbid() -> forbids.add(policy);
      case Effect.RequireApproval() -> {
        requirements.add(policy);
        // One that failed stands in the way of a permit, but opens no way of its own: without a
        // permit the answer would be no, and a failure must not make a person's yes enough.
        required |= satisfied;
      }
      case Effect.Score(int more) -> {
        scores.add(policy);
        points += more;
      }
    }
  }

  Decision decision() {
    if (!forbids.isEmpty()) {
      return new Decision.Forbid(grounds(forbids, forbids));
    }
    if (points >= threshold) {
      return new Decision.Forbid(grounds(scores, scores));
    }
    if (required || (!requirements.isEmpty() && !permits.isEmpty())) {
      return new Decision.RequireApproval(grounds(requirements, all()));
    }
    if (!permits.isEmpty()) {
      return new Decision.Permit(grounds(permits, all()));
    }
    return new Decision.Forbid(grounds(List.of(), List.of()));
  }

  private Grounds grounds(List<Policy> determining, List<Policy> obliging) {
    var keys = new TreeSet<PolicyKey>();
    determining.forEach(policy -> keys.add(policy.key()));
    return new Grounds(
        Math.min(points, Effect.Score.HIGHEST),
        reasons(keys),
        keys,
        errored,
        monitored,
        obligations(obliging));
  }

  private List<Reason> reasons(SortedSet<PolicyKey> determining) {
    if (forbids.isEmpty() && scores.isEmpty() && requirements.isEmpty()) {
      return List.of();
    }
    var against = new ArrayList<Policy>(forbids);
    against.addAll(scores);
    against.addAll(requirements);
    against.sort(
        Comparator.<Policy, Boolean>comparing(policy -> !determining.contains(policy.key()))
            .thenComparing(BY_POINTS));
    return against.stream()
        .map(policy -> new Reason(policy.key(), policy.message(), policy.effect().points()))
        .toList();
  }

  private List<Policy> all() {
    var all = new ArrayList<>(permits);
    all.addAll(requirements);
    all.addAll(scores);
    return all;
  }

  private static List<Obligation> obligations(List<Policy> policies) {
    if (policies.stream().allMatch(policy -> policy.obligations().isEmpty())) {
      return List.of();
    }
    var distinct = new LinkedHashSet<Obligation>();
    policies.stream().sorted(BY_KEY).forEach(policy -> distinct.addAll(policy.obligations()));
    return List.copyOf(distinct);
  }
}
