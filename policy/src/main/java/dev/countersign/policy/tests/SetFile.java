package dev.countersign.policy.tests;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.PolicySetJson;
import java.util.ArrayList;

/// A set with its tests, as it is sent and as it lies in a file: `{threshold?, policies, given?,
/// tests?}`.
public record SetFile(PolicySet set, PolicyTests tests) {

  /// Reads a body; throws [Refusal.Invalid] with all problems of both parts.
  public static SetFile read(Json json) {
    if (!(json instanceof JsonObject body)) {
      Fields.of(json).done();
      throw new IllegalStateException("the fields of what is no object are a problem");
    }
    var violations = new ArrayList<Violation>();
    var set = PolicySet.EMPTY;
    var tests = PolicyTests.NONE;
    try {
      set = PolicySetJson.read(withoutTests(body));
    } catch (Refusal.Invalid e) {
      violations.addAll(e.violations());
    }
    try {
      tests = PolicyTests.read(PolicyTests.within(body));
    } catch (Refusal.Invalid e) {
      violations.addAll(e.violations());
    }
    if (!violations.isEmpty()) {
      throw new Refusal.Invalid(violations);
    }
    return new SetFile(set, tests);
  }

  private static JsonObject withoutTests(JsonObject body) {
    var set = Json.object();
    body.members()
        .forEach((name, value) -> {
          if (!PolicyTests.isMember(name)) {
            set.put(name, value);
          }
        });
    return set.build();
  }
}
