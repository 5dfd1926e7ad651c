package dev.countersign.policy;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// A policy set as JSON: how it is stored, shipped with the product and, later, sent by a tenant.
///
/// Reading what was written gives an equal set (`PolicySetJsonTest`).
public final class PolicySetJson {

  private PolicySetJson() {}

  public static JsonObject write(PolicySet set) {
    return Json.object()
        .put("threshold", set.threshold())
        .put("policies", Json.array(set.policies().stream().map(PolicySetJson::write).toList()))
        .build();
  }

  /// What a policy decides by, and nothing that only people read.
  static JsonObject deciding(Policy policy) {
    return Json.object()
        .put("effect", policy.effect().word())
        .put("points", policy.effect().points())
        .put("condition", policy.condition())
        .put(
            "obligations", Json.array(policy.obligations().stream().map(Obligation::json).toList()))
        .build();
  }

  static JsonObject write(Policy policy) {
    var json =
        Json.object()
            .put("key", policy.key().value())
            .put("description", policy.description())
            .put("message", policy.message())
            .put("effect", policy.effect().word());
    if (policy.effect() instanceof Effect.Score(int points)) {
      json.put("points", points);
    }
    return json.put("condition", policy.condition())
        .put(
            "obligations", Json.array(policy.obligations().stream().map(Obligation::json).toList()))
        .put("enabled", policy.enabled())
        .put("mode", policy.mode().word())
        .put(
            "applies_to",
            Json.object()
                .put("operations", Json.strings(policy.appliesTo().operations()))
                .put("resource_types", Json.strings(policy.appliesTo().resourceTypes()))
                .build())
        .build();
  }

  /// Reads a set; throws [Refusal.Invalid] with all problems of its shape. Conditions are not
  /// compiled here: see [PolicyProblem].
  public static PolicySet read(Json json) {
    var fields = Fields.of(json);
    int threshold =
        fields
            .optionalInteger("threshold", PolicySet.LOWEST_THRESHOLD, Effect.Score.HIGHEST)
            .orElse((long) PolicySet.DEFAULT_THRESHOLD)
            .intValue();
    var policies = new ArrayList<Policy>();
    var keys = new TreeSet<PolicyKey>();
    for (var each : fields.nestedList("policies", PolicySet.MOST_POLICIES)) {
      var policy = policy(each);
      if (!keys.add(policy.key())) {
        each.problem("key", "duplicate", "is the key of another policy too");
      }
      policies.add(policy);
    }
    fields.done();
    return new PolicySet(policies, threshold);
  }

  // What is missing or wrong yields a placeholder; `Fields.done` throws before it can be used.
  private static Policy policy(Fields fields) {
    var key = fields.string("key", 1, PolicyKey.LONGEST);
    if (!key.isEmpty() && !PolicyKey.valid(key)) {
      fields.problem("key", "wrong_value", "must match `" + PolicyKey.SHAPE.pattern() + "`");
    }
    var policy =
        new Policy(
            new PolicyKey(PolicyKey.valid(key) ? key : "placeholder"),
            fields.optionalString("description", 0, Policy.LONGEST_DESCRIPTION).orElse(""),
            placeholder(fields.string("message", 1, Policy.LONGEST_MESSAGE)),
            effect(fields),
            placeholder(fields.string("condition", 1, Policy.LONGEST_CONDITION)),
            fields.nestedList("obligations", Policy.MOST_OBLIGATIONS).stream()
                .map(PolicySetJson::obligation)
                .toList(),
            fields.optionalTruth("enabled").orElse(true),
            fields
                .optionalWord("mode", "enforce", "monitor")
                .map(word -> word.equals("monitor") ? Policy.Mode.MONITOR : Policy.Mode.ENFORCE)
                .orElse(Policy.Mode.ENFORCE),
            fields
                .optionalNested("applies_to")
                .map(PolicySetJson::appliesTo)
                .orElse(AppliesTo.EVERYTHING));
    fields.closed();
    return policy;
  }

  private static Effect effect(Fields fields) {
    var word = fields.word("effect", "permit", "forbid", "require_approval", "score");
    var points = fields.optionalInteger("points", 0, Effect.Score.HIGHEST);
    if (word.equals("score")) {
      if (!(fields.any("points").orElse(Json.NULL) instanceof JsonNumber)) {
        fields.problem("points", "missing", "is required for the effect `score`");
      }
      return new Effect.Score(points.orElse(0L).intValue());
    }
    if (points.isPresent()) {
      fields.problem("points", "wrong_value", "belongs to the effect `score` only");
    }
    return switch (word) {
      case "permit" -> new Effect.Permit();
      case "require_approval" -> new Effect.RequireApproval();
      default -> new Effect.Forbid();
    };
  }

  private static Obligation obligation(Fields fields) {
    var obligation =
        new Obligation(
            placeholder(fields.string("name", 1, Obligation.LONGEST_NAME)),
            fields.optionalObject("arguments").orElse(JsonObject.EMPTY));
    fields.closed();
    return obligation;
  }

  private static AppliesTo appliesTo(Fields fields) {
    var appliesTo =
        new AppliesTo(
            sorted(fields.strings("operations", AppliesTo.MOST, 100)),
            sorted(fields.strings("resource_types", AppliesTo.MOST, Entity.LONGEST_TYPE)));
    fields.closed();
    return appliesTo;
  }

  private static SortedSet<String> sorted(List<String> names) {
    return new TreeSet<>(names);
  }

  private static String placeholder(String text) {
    return text.isEmpty() ? "-" : text;
  }

  /// The problems of a set's conditions as a caller's mistake.
  public static List<Violation> violations(List<PolicyProblem> problems) {
    return problems.stream()
        .map(problem ->
            new Violation(
                "/policies/" + problem.policy() + "/condition",
                "wrong_condition",
                problem.problem().message()
                    + " (line "
                    + problem.problem().line()
                    + ", column "
                    + problem.problem().column()
                    + ")"))
        .toList();
  }
}
