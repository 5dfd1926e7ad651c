package dev.countersign.policy.lifecycle;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Something about a set that is allowed and was probably not meant. Each is certainly so; none is
/// a guess about what a condition means.
///
/// @param policy which one; none if it is about the set
public record PolicyWarning(Optional<PolicyKey> policy, String message) {

  /// From so many on, policies that apply to everything are what an answer spends its time on.
  static final int MANY = 1_000;

  private record Said(String effect, String condition, AppliesTo appliesTo) {}

  /// Everything to be warned of, policies in their order, then the set.
  public static List<PolicyWarning> in(PolicySet set) {
    var warnings = new ArrayList<PolicyWarning>();
    var inForce =
        set.policies().stream()
            .filter(policy -> policy.enabled() && policy.mode() == Policy.Mode.ENFORCE)
            .toList();
    var always =
        inForce.stream()
            .filter(policy ->
                policy.effect() instanceof Effect.Forbid && holdsAlways(policy.condition()))
            .toList();
    Map<Said, PolicyKey> said = new HashMap<>();
    for (var policy : inForce) {
      if (policy.condition().strip().equals("false")) {
        warnings.add(of(policy, "can never match: its condition is `false`"));
      }
      var first =
          said.putIfAbsent(
              new Said(policy.effect().word(), policy.condition(), policy.appliesTo()),
              policy.key());
      if (first != null) {
        warnings.add(of(policy, "has the effect, condition and scope of `" + first + "`"));
      }
      always.stream()
          .filter(forbid -> !forbid.key().equals(policy.key()))
          .filter(forbid -> covers(forbid.appliesTo(), policy.appliesTo()))
          .findFirst()
          .ifPresent(forbid ->
              warnings.add(
                  of(
                      policy,
                      "can never decide: `" + forbid.key() + "` forbids all it applies to")));
    }
    ofTheSet(set, inForce, warnings);
    return List.copyOf(warnings);
  }

  private static void ofTheSet(PolicySet set, List<Policy> inForce, List<PolicyWarning> warnings) {
    if (inForce.stream().noneMatch(policy -> policy.effect() instanceof Effect.Permit)) {
      warnings.add(
          new PolicyWarning(
              Optional.empty(), "no policy permits, so that everything is forbidden"));
    }
    int points = inForce.stream().mapToInt(policy -> policy.effect().points()).sum();
    if (points > 0 && points < set.threshold()) {
      warnings.add(
          new PolicyWarning(
              Optional.empty(),
              "all points together are %d, so that the threshold of %d forbids nothing"
                  .formatted(points, set.threshold())));
    }
    long everywhere =
        inForce.stream().filter(policy -> policy.appliesTo().equals(AppliesTo.EVERYTHING)).count();
    if (everywhere >= MANY) {
      warnings.add(
          new PolicyWarning(
              Optional.empty(),
              everywhere
                  + " policies apply to everything and are evaluated for each request:"
                  + " `applies_to` lets the engine skip them"));
    }
  }

  public JsonObject json() {
    return Json.object()
        .put("policy", policy.<Json>map(key -> Json.of(key.value())).orElse(Json.NULL))
        .put("message", message)
        .build();
  }

  private static PolicyWarning of(Policy policy, String message) {
    return new PolicyWarning(Optional.of(policy.key()), message);
  }

  private static boolean holdsAlways(String condition) {
    return condition.strip().equals("true");
  }

  private static boolean covers(AppliesTo wide, AppliesTo narrow) {
    return (wide.operations().isEmpty()
            || (!narrow.operations().isEmpty()
                && wide.operations().containsAll(narrow.operations())))
        && (wide.resourceTypes().isEmpty()
            || (!narrow.resourceTypes().isEmpty()
                && wide.resourceTypes().containsAll(narrow.resourceTypes())));
  }
}
