package dev.countersign.policy.simulation;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.UUID;

/// A decision that the draft would have answered differently.
///
/// @param logIndex of its entry in the ledger
/// @param policies that account for it: those that decide now if the answer becomes stricter, those
///   that decided then and do not any more if it becomes wider; in either case the others if there
///   are none, as with the denial by default
public record Flip(long logIndex, UUID decisionId, Answer from, Answer to, List<String> policies) {
  public Flip {
    policies = List.copyOf(policies);
    if (from == to) {
      throw new IllegalArgumentException("an answer that stays is no flip");
    }
  }

  public JsonObject json() {
    return Json.object()
        .put("decision_id", decisionId.toString())
        .put("log_index", logIndex)
        .put("from", from.word())
        .put("to", to.word())
        .put("policies", Json.strings(policies))
        .build();
  }
}
