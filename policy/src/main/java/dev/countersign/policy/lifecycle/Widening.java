package dev.countersign.policy.lifecycle;

import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Says whether a change of what is in force is provably not wider, and if it is not, why.
///
/// *Not wider* means: whatever the request, if it was not permitted before it is not permitted
/// after, and if it is permitted or approvable still, every obligation that came with the answer
/// still does. Only what follows from the form of the change is proved; conditions are never
/// compared by meaning, so what looks harmless to a person may well be called wider.
///
/// The proof, part by part. The answer is `permit` only if no forbid is satisfied or failing, the
/// sum of points is under the threshold, no requirement is satisfied or failing and a permit is
/// satisfied. Each step that is not reported here can only make one of these harder to meet: a
/// forbid, a requirement or points more, a threshold or a permit less. A condition gives the same
/// outcome in both sets if its text and the request are the same; the request holds the tenant's
/// values, so a value may change only if no condition in force reads it, or if all that read it are
/// of the form `... && x > limit` and stand against the caller.
///
/// An added requirement may make approvable what was forbidden for want of a permit. It permits
/// nothing: a person who did not ask has to agree each time (ADR 0017).
public final class Widening {
  private final SortedMap<PolicyKey, Policy> before = new TreeMap<>();
  private final SortedMap<PolicyKey, Policy> after = new TreeMap<>();
  private final List<String> reasons = new ArrayList<>();

  private Widening(InForce before, InForce after) {
    enforced(before, this.before);
    enforced(after, this.after);
  }

  /// Why the change is, or may be, wider, in words for the person who confirms it; empty if it is
  /// provably not.
  public static List<String> reasons(InForce before, InForce after) {
    var widening = new Widening(before, after);
    var keys = new TreeSet<>(widening.before.keySet());
    keys.addAll(widening.after.keySet());
    keys.forEach(widening::compare);
    widening.compareValues(before, after);
    return List.copyOf(widening.reasons);
  }

  private void compare(PolicyKey key) {
    var old = before.get(key);
    var fresh = after.get(key);
    if (old == null && fresh != null) {
      added(fresh);
    } else if (old != null && fresh == null) {
      gone(old);
    } else if (old != null && fresh != null) {
      changed(old, fresh);
    }
  }

  private void added(Policy policy) {
    switch (policy.effect()) {
      case Effect.Permit() -> reason("`%s` permits, and did not before".formatted(policy.key()));
      case Effect.Forbid(), Effect.RequireApproval(), Effect.Score(int _) -> {}
    }
  }

  private void gone(Policy policy) {
    switch (policy.effect()) {
      case Effect.Permit() -> {
        if (!policy.obligations().isEmpty()) {
          reason(
              "`%s` permits no more, and its obligations end where another permits"
                  .formatted(policy.key()));
        }
      }
      case Effect.Forbid() -> reason("`%s` forbids no more".formatted(policy.key()));
      case Effect.RequireApproval() ->
          reason("`%s` requires no approval any more".formatted(policy.key()));
      case Effect.Score(int points) -> {
        if (points > 0 || !policy.obligations().isEmpty()) {
          reason("`%s` adds its %d points no more".formatted(policy.key(), points));
        }
      }
    }
  }

  private void changed(Policy old, Policy fresh) {
    var key = fresh.key();
    if (!old.effect().word().equals(fresh.effect().word())) {
      reason(
          "`%s` was `%s` and is `%s`".formatted(key, old.effect().word(), fresh.effect().word()));
    } else if (fresh.effect().points() < old.effect().points()) {
      reason(
          "`%s` adds %d points instead of %d"
              .formatted(key, fresh.effect().points(), old.effect().points()));
    }
    if (!old.condition().equals(fresh.condition())) {
      reason("`%s` has another condition".formatted(key));
    }
    if (!old.appliesTo().equals(fresh.appliesTo())) {
      reason("`%s` applies to other operations or resource types".formatted(key));
    }
    if (!new LinkedHashSet<>(fresh.obligations()).containsAll(old.obligations())) {
      reason("`%s` has lost an obligation".formatted(key));
    }
  }

  private void compareValues(InForce before, InForce after) {
    threshold(before.effective().threshold(), after.effective().threshold());
    limit("row_count_limit", before.values().rowCountLimit(), after.values().rowCountLimit());
    limit("token_limit", before.values().tokenLimit(), after.values().tokenLimit());
  }

  private void threshold(int old, int fresh) {
    if (fresh > old) {
      reason("the score that forbids is %d instead of %d".formatted(fresh, old));
    }
    if (fresh != old) {
      // Only what is in force on both sides: what is new or gone was judged by itself, and a new
      // policy cannot widen whatever its outcome.
      remaining().stream()
          .filter(policy -> TenantValueReads.mayRead(policy.condition(), "max_risk_score"))
          .forEach(policy ->
              reason("`%s` may read `max_risk_score`, which changes".formatted(policy.key())));
    }
  }

  private void limit(String name, long old, long fresh) {
    if (fresh > old) {
      reason("`%s` is %d instead of %d".formatted(name, fresh, old));
    }
    if (fresh < old) {
      remaining().stream()
          .filter(policy -> TenantValueReads.mayRead(policy.condition(), name))
          .filter(policy ->
              policy.effect() instanceof Effect.Permit
                  || !TenantValueReads.holdsMoreOftenUnderLower(policy.condition(), name))
          .forEach(policy ->
              reason(
                  "`%s` reads `%s`, and a lower one may help the caller there"
                      .formatted(policy.key(), name)));
    }
  }

  private List<Policy> remaining() {
    return before.entrySet().stream()
        .filter(entry -> after.containsKey(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private void reason(String words) {
    reasons.add(words);
  }

  private static void enforced(InForce side, SortedMap<PolicyKey, Policy> byKey) {
    for (var policy : side.effective().policies()) {
      if (policy.enabled() && policy.mode() == Policy.Mode.ENFORCE) {
        byKey.put(policy.key(), policy);
      }
    }
  }
}
