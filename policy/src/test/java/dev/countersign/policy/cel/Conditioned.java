package dev.countersign.policy.cel;

import dev.countersign.kernel.JsonReader;
import dev.countersign.policy.Action;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Entity;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.Request;
import java.util.List;
import java.util.TreeSet;

/// Policies and requests of which only the condition and the context matter.
final class Conditioned {

  private Conditioned() {}

  static Policy policy(String condition, String... resourceTypes) {
    return new Policy(
        new PolicyKey("p"),
        "",
        "m",
        new Effect.Forbid(),
        condition,
        List.of(),
        true,
        Policy.Mode.ENFORCE,
        new AppliesTo(new TreeSet<>(), new TreeSet<>(List.of(resourceTypes))));
  }

  static Request request(String context) {
    return new Request(
        new Entity("api_key", "ck_1", JsonReader.readObject("{\"roles\":[\"admin\"]}")),
        new Action("classify"),
        new Entity("model", "gpt-4"),
        JsonReader.readObject(context));
  }
}
