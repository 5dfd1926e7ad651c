package dev.countersign.policy.cel;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import dev.countersign.policy.AppliesTo;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A ValidatingAdmissionPolicy of Kubernetes and its binding, as a policy set of ours.
///
/// Each validation becomes a forbid with the negated expression beside a permit of everything.
/// `object`, `params` and `request` are keys of `context`; a variable's expression stands where the
/// variable is read, since Kubernetes evaluates it there and not before. `failurePolicy: Fail` is
/// what a failing forbid does here anyway, and a binding that warns is a monitored policy.
final class AdmissionPolicy {
  /// A string, a comment, or a name that is no field.
  private static final Pattern TOKEN =
      Pattern.compile(
          "\"(?:\\\\.|[^\"\\\\])*\"|'(?:\\\\.|[^'\\\\])*'|(?<![\\w.])(object|params|request)\\b");

  private final JsonObject spec;
  private final JsonObject binding;

  AdmissionPolicy(JsonObject policy, JsonObject binding) {
    this.spec = policy.object("spec").orElseThrow();
    this.binding = binding.object("spec").orElseThrow();
    if (!spec.text("failurePolicy").orElse("Fail").equals("Fail")) {
      throw new IllegalArgumentException("only `failurePolicy: Fail` is what ours do");
    }
  }

  PolicySet set() {
    var policies = new ArrayList<Policy>();
    policies.add(policy("permit", new Effect.Permit(), "true", Policy.Mode.ENFORCE));
    var mode =
        strings(binding, "validationActions").contains("Deny")
            ? Policy.Mode.ENFORCE
            : Policy.Mode.MONITOR;
    for (var validation : objects(spec, "validations")) {
      policies.add(
          policy(
              "v" + policies.size(),
              new Effect.Forbid(),
              "(%s) ? !(%s) : false"
                  .formatted(matched(), ours(validation.text("expression").orElseThrow())),
              mode));
    }
    return new PolicySet(policies, PolicySet.DEFAULT_THRESHOLD);
  }

  /// Under which conditions the policy is asked at all.
  private String matched() {
    var conditions = new ArrayList<String>();
    conditions.add("true");
    for (var condition : objects(spec, "matchConditions")) {
      conditions.add("(" + ours(condition.text("expression").orElseThrow()) + ")");
    }
    var labels =
        binding
            .object("matchResources")
            .flatMap(match -> match.object("objectSelector"))
            .flatMap(selector -> selector.object("matchLabels"))
            .orElse(JsonObject.EMPTY);
    labels
        .members()
        .forEach((name, value) ->
            conditions.add(
                "context.object.metadata.labels['%s'] == '%s'"
                    .formatted(name, ((JsonString) value).value())));
    return String.join(" && ", conditions);
  }

  private String ours(String expression) {
    return inContext(inlined(expression)).replaceAll("\\s+", " ").strip();
  }

  private String inlined(String expression) {
    var variables = new TreeMap<String, String>();
    var text = expression;
    for (var variable : objects(spec, "variables")) {
      var value = variable.text("expression").orElseThrow();
      for (var earlier : variables.entrySet()) {
        value = read(value, earlier);
      }
      variables.put(variable.text("name").orElseThrow(), value);
    }
    for (var variable : variables.entrySet()) {
      text = read(text, variable);
    }
    if (text.contains("variables.")) {
      throw new IllegalArgumentException("a variable is read that is not there: " + text);
    }
    return text;
  }

  private static String read(String expression, Map.Entry<String, String> variable) {
    var name = "variables\\." + variable.getKey() + "\\b";
    return expression
        .replaceAll("has\\(" + name + "\\)", "true")
        .replaceAll(name, Matcher.quoteReplacement("(" + variable.getValue() + ")"));
  }

  private static String inContext(String expression) {
    return TOKEN
        .matcher(expression)
        .replaceAll(found ->
            Matcher.quoteReplacement(
                found.group(1) == null ? found.group() : "context." + found.group(1)));
  }

  private Policy policy(String key, Effect effect, String condition, Policy.Mode mode) {
    return new Policy(
        new PolicyKey(key),
        "",
        "m",
        effect,
        condition,
        List.of(),
        true,
        mode,
        effect instanceof Effect.Permit ? AppliesTo.EVERYTHING : appliesTo());
  }

  private AppliesTo appliesTo() {
    var operations = new TreeSet<String>();
    var resources = new TreeSet<String>();
    var rules = objects(spec.object("matchConstraints").orElseThrow(), "resourceRules");
    for (var rule : rules) {
      var ofRule = strings(rule, "operations");
      if (!operations.isEmpty() && !operations.equals(new TreeSet<>(ofRule))) {
        throw new IllegalArgumentException("rules that differ in operations would be two policies");
      }
      operations.addAll(ofRule);
      for (var group : strings(rule, "apiGroups")) {
        strings(rule, "resources").forEach(name -> resources.add(group + "/" + name));
      }
    }
    return new AppliesTo(operations, resources);
  }

  static List<JsonObject> objects(JsonObject within, String name) {
    return within.items(name).stream().map(JsonObject.class::cast).toList();
  }

  static List<String> strings(JsonObject within, String name) {
    return within.items(name).stream().map(item -> text(item)).toList();
  }

  private static String text(Json value) {
    return ((JsonString) value).value();
  }
}
