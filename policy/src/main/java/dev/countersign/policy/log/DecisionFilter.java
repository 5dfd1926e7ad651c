package dev.countersign.policy.log;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.PolicyKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Which decisions are looked for; every given condition must hold.
///
/// @param from of this time and later
/// @param to before this time
/// @param model as the check named it
/// @param operation the action's name
/// @param outcomes words of [dev.countersign.policy.Decision]; empty for any
/// @param key the public id of the key that asked
/// @param policy a policy that decided or was a reason
public record DecisionFilter(
    Optional<Instant> from,
    Optional<Instant> to,
    Optional<String> model,
    Optional<String> operation,
    SortedSet<String> outcomes,
    Optional<String> key,
    Optional<PolicyKey> policy) {

  /// Every outcome, in the order of their weight.
  public static final List<String> OUTCOMES = List.of("permit", "require_approval", "forbid");

  /// The outcome that lets a call run now.
  public static final SortedSet<String> ALLOWED = outcomes("permit");

  /// The outcomes that do not.
  public static final SortedSet<String> BLOCKED = outcomes("forbid", "require_approval");

  /// Every decision of the tenant.
  public static final DecisionFilter ALL =
      new DecisionFilter(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          new TreeSet<>(),
          Optional.empty(),
          Optional.empty());

  public DecisionFilter {
    outcomes = Collections.unmodifiableSortedSet(new TreeSet<>(outcomes));
    if (!OUTCOMES.containsAll(outcomes)) {
      throw new IllegalArgumentException("`" + outcomes + "` has a word that is no outcome");
    }
    if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
      throw new IllegalArgumentException("a time range ends after it begins");
    }
  }

  private static SortedSet<String> outcomes(String... words) {
    return Collections.unmodifiableSortedSet(new TreeSet<>(List.of(words)));
  }

  /// Texts of which the canonical form of a matching entry has at least one of each list.
  ///
  /// Canonical JSON has one spelling for each member, and a quote within a string is escaped, so
  /// nothing that matches lacks them. The converse does not hold: see [#matches].
  public List<List<String>> fragments() {
    var all = new ArrayList<List<String>>();
    model.ifPresent(id -> all.add(List.of("\"id\":" + text(id))));
    operation.ifPresent(name -> all.add(List.of("\"name\":" + text(name))));
    if (!outcomes.isEmpty()) {
      all.add(outcomes.stream().map(word -> "\"outcome\":" + text(word)).toList());
    }
    key.ifPresent(id -> all.add(List.of("\"actor\":" + text(LoggedDecision.KEY + id))));
    policy.ifPresent(found -> all.add(List.of(text(found.value()))));
    return all;
  }

  /// Whether the decision is one of those looked for.
  public boolean matches(LoggedDecision decision) {
    return within(decision.time())
        && switch (decision) {
          // What is not known any more is found only where nothing is asked of it.
          case LoggedDecision.Erased _ -> fragments().isEmpty();
          case LoggedDecision.Kept kept ->
              same(model, kept.model())
                  && same(operation, kept.operation())
                  && (outcomes.isEmpty() || kept.outcome().filter(outcomes::contains).isPresent())
                  && same(key, kept.keyId())
                  && policy
                      .map(found -> kept.countedPolicies().contains(found.value()))
                      .orElse(true);
        };
  }

  private boolean within(Instant time) {
    return from.map(bound -> !time.isBefore(bound)).orElse(true)
        && to.map(time::isBefore).orElse(true);
  }

  private static boolean same(Optional<String> wanted, Optional<String> found) {
    return wanted.isEmpty() || wanted.equals(found);
  }

  private static String text(String value) {
    return CanonicalJson.text(Json.of(value));
  }

  /// The conditions, as the entry of an export keeps them.
  public JsonObject json() {
    var json =
        Json.object()
            .put("from", from.map(time -> Json.of(time.toString())))
            .put("to", to.map(time -> Json.of(time.toString())))
            .put("model", model.map(Json::of))
            .put("operation", operation.map(Json::of));
    if (!outcomes.isEmpty()) {
      json.put("outcomes", Json.strings(outcomes));
    }
    return json.put("key", key.map(Json::of))
        .put("policy", policy.map(found -> Json.of(found.value())))
        .build();
  }
}
