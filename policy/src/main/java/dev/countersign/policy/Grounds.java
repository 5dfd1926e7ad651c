package dev.countersign.policy;

import dev.countersign.kernel.Json;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// What accounts for a decision.
///
/// @param score the sum of points, capped at 100; counted also if a policy forbids anyway
/// @param reasons what counted against it, heaviest first: those that decided, then by points, then
///   by key
/// @param determining the policies whose effect decided; for a score over the threshold all that
///   gave points; empty only for the denial by default
/// @param errored the policies that could not be evaluated, monitored ones among them
/// @param monitored the monitored policies that would have counted; they changed nothing here
/// @param obligations of the policies that counted towards the answer, ordered by policy
public record Grounds(
    int score,
    List<Reason> reasons,
    SortedSet<PolicyKey> determining,
    SortedSet<PolicyKey> errored,
    SortedSet<PolicyKey> monitored,
    List<Obligation> obligations) {

  private static final SortedSet<PolicyKey> NONE = Collections.emptySortedSet();

  public Grounds {
    reasons = List.copyOf(reasons);
    determining = copyOf(determining);
    errored = copyOf(errored);
    monitored = copyOf(monitored);
    obligations = List.copyOf(obligations);
    if (score < 0 || score > Effect.Score.HIGHEST) {
      throw new IllegalArgumentException("a score must be from 0 to " + Effect.Score.HIGHEST);
    }
  }

  /// The keys as a JSON array, in their order.
  public static Json.JsonArray keys(SortedSet<PolicyKey> keys) {
    return Json.strings(keys.stream().map(PolicyKey::value).toList());
  }

  // Not Set.copyOf: its order differs from one JVM to the next, and decisions are hashed.
  private static SortedSet<PolicyKey> copyOf(SortedSet<PolicyKey> keys) {
    return keys.isEmpty() ? NONE : Collections.unmodifiableSortedSet(new TreeSet<>(keys));
  }
}
