package dev.countersign.policy.simulation;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.PolicyDecisionPoint;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Replays each decision under what decided it and sees that the answer is the same: whoever
/// believes a simulation believes that replaying is exact.
///
/// A decision is checked if the digest in its record names a set that can be had again; after a
/// tenant changed values of his own beside a version, older decisions cannot be checked, and are
/// counted. For use by one thread.
final class SelfCheck {
  /// A mismatch is a defect of ours; a few are enough to look into it.
  private static final int MOST_EXAMPLES = 10;

  /// Versions that are kept ready. Decisions come in the order of time, so there are few at a time.
  private static final int MOST_READY = 8;

  private final PastPolicies past;
  private final Map<Key, Optional<PolicyDecisionPoint>> ready = new LinkedHashMap<>();
  private final List<UUID> examples = new ArrayList<>();
  private long checked;
  private long mismatched;
  private long notChecked;

  private record Key(int version, int threshold) {}

  SelfCheck(PastPolicies past) {
    this.past = past;
  }

  void add(RecordedDecision decision) {
    var then =
        decision
            .threshold()
            .flatMap(threshold -> ready(new Key(decision.version(), threshold)))
            .filter(point -> decision.policies().equals(Optional.of(point.digest())));
    if (then.isEmpty()) {
      notChecked++;
      return;
    }
    checked++;
    if (!RecordedDecision.Given.of(then.get().decide(decision.request()))
        .equals(decision.given())) {
      mismatched++;
      if (examples.size() < MOST_EXAMPLES) {
        examples.add(decision.decisionId());
      }
    }
  }

  private Optional<PolicyDecisionPoint> ready(Key key) {
    var known = ready.get(key);
    if (known == null) {
      if (ready.size() == MOST_READY) {
        ready.remove(ready.keySet().iterator().next());
      }
      known = past.of(key.version(), key.threshold());
      ready.put(key, known);
    }
    return known;
  }

  JsonObject json() {
    return Json.object()
        .put("checked", checked)
        .put("mismatched", mismatched)
        .put("not_checked", notChecked)
        .put("mismatches", Json.strings(examples.stream().map(UUID::toString).toList()))
        .build();
  }
}
