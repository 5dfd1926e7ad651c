package dev.countersign.policy.explain;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.policy.Decision;
import dev.countersign.policy.TenantPolicies;
import dev.countersign.policy.explain.Explanation.Change;
import dev.countersign.policy.explain.Explanation.Suggestion;
import dev.countersign.policy.explain.Explanation.Tried;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Goes through a space, the fewest changes first. For use by one thread, once.
final class Search {
  private final AskedAgain asked;
  private final TenantPolicies policies;
  private final SearchSpace space;
  private final long deadline;
  private int evaluations = 1;
  private boolean cut;

  /// @param time after which nothing more is tried: a large set takes milliseconds for each
  Search(AskedAgain asked, TenantPolicies policies, SearchSpace space, Duration time) {
    this.asked = asked;
    this.policies = policies;
    this.space = space;
    this.deadline = System.nanoTime() + time.toNanos();
  }

  /// The permitted changes of one attribute, or else those of two.
  List<Suggestion> smallest() {
    var found = new ArrayList<Suggestion>();
    for (var attribute : space.attributes()) {
      if (found.size() < Explanation.MOST_SUGGESTIONS) {
        one(attribute).ifPresent(found::add);
      }
    }
    if (found.isEmpty()) {
      pairs(found);
    }
    return found;
  }

  boolean complete() {
    return space.whole() && !cut;
  }

  int evaluations() {
    return evaluations;
  }

  List<Tried> tried() {
    return space.attributes().stream()
        .map(attribute -> new Tried(attribute.name(), attribute.values().size()))
        .toList();
  }

  private Optional<Suggestion> one(Attribute attribute) {
    for (var value : attribute.values()) {
      var permitted = permitted(attribute.in(asked.body(), value));
      if (permitted.isPresent()) {
        return Optional.of(new Suggestion(List.of(change(attribute, value)), permitted.get()));
      }
    }
    return Optional.empty();
  }

  private void pairs(List<Suggestion> found) {
    var attributes = space.attributes();
    for (int i = 0; i < attributes.size(); i++) {
      for (int j = i + 1; j < attributes.size(); j++) {
        if (found.size() < Explanation.MOST_SUGGESTIONS) {
          two(attributes.get(i), attributes.get(j)).ifPresent(found::add);
        }
      }
    }
  }

  private Optional<Suggestion> two(Attribute first, Attribute second) {
    for (var value : first.values()) {
      var changed = first.in(asked.body(), value);
      for (var other : second.values()) {
        var permitted = permitted(second.in(changed, other));
        if (permitted.isPresent()) {
          return Optional.of(
              new Suggestion(
                  List.of(change(first, value), change(second, other)), permitted.get()));
        }
      }
    }
    return Optional.empty();
  }

  private static Change change(Attribute attribute, Json to) {
    return new Change(attribute.name(), attribute.now(), to);
  }

  private Optional<Decision> permitted(JsonObject changed) {
    if (cut || evaluations == Explanation.MOST_EVALUATIONS || System.nanoTime() - deadline >= 0) {
      cut = true;
      return Optional.empty();
    }
    evaluations++;
    try {
      var decision = asked.ask(changed, policies).decision();
      return decision.allowed() ? Optional.of(decision) : Optional.empty();
    } catch (Refusal.Invalid notAskable) {
      // A value that a policy names may be one that no request can carry.
      return Optional.empty();
    }
  }
}
