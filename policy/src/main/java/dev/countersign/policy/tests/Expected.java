package dev.countersign.policy.tests;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.policy.Decision;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Grounds;
import dev.countersign.policy.PolicyKey;
import dev.countersign.policy.PolicySet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// The answer that a test expects; what it leaves out may be anything.
record Expected(
    String outcome,
    Optional<Long> score,
    Optional<String> reason,
    Optional<SortedSet<String>> determining) {

  static Expected read(Fields fields) {
    var expected =
        new Expected(
            fields.word("outcome", "permit", "forbid", "require_approval"),
            fields.optionalInteger("risk_score", 0, Effect.Score.HIGHEST),
            fields.optionalString("reason", 1, PolicyKey.LONGEST),
            keys(fields));
    fields.closed();
    return expected;
  }

  private static Optional<SortedSet<String>> keys(Fields fields) {
    boolean named =
        fields
            .any("determining_policies")
            .filter(json -> json instanceof Json.JsonArray)
            .isPresent();
    var keys = fields.strings("determining_policies", PolicySet.MOST_POLICIES, PolicyKey.LONGEST);
    return named ? Optional.of(new TreeSet<>(keys)) : Optional.empty();
  }

  /// In what the decision differs; empty if in nothing.
  List<TestResult.Difference> differences(Decision decision) {
    var differences = new ArrayList<TestResult.Difference>();
    var grounds = decision.grounds();
    compare(differences, "outcome", Json.of(outcome), Json.of(decision.word()));
    score.ifPresent(points ->
        compare(differences, "risk_score", Json.of(points), Json.of((long) grounds.score())));
    reason.ifPresent(
        word -> compare(differences, "reason", Json.of(word), Json.of(decision.reason())));
    determining.ifPresent(keys ->
        compare(
            differences,
            "determining_policies",
            Json.strings(keys),
            Grounds.keys(grounds.determining())));
    return List.copyOf(differences);
  }

  private static void compare(
      List<TestResult.Difference> differences, String field, Json expected, Json actual) {
    if (!expected.equals(actual)) {
      differences.add(new TestResult.Difference(field, expected, actual));
    }
  }
}
