package dev.countersign.policy;

import java.util.Optional;

/// A tenant's own value for a policy of a set that he shares; it wins over the set's.
///
/// An override of a policy that the set does not have, or of points of one that gives none, says
/// nothing: it waits for a version in which it does.
public record PolicyOverride(PolicyKey key, Optional<Boolean> enabled, Optional<Integer> points) {
  public PolicyOverride {
    points.ifPresent(Effect.Score::new);
  }

  Policy onto(Policy policy) {
    var effect =
        points.isPresent() && policy.effect() instanceof Effect.Score
            ? new Effect.Score(points.get())
            : policy.effect();
    return policy.effect(effect).enabled(enabled.orElse(policy.enabled()));
  }
}
