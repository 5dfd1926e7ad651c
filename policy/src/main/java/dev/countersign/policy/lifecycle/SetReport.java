package dev.countersign.policy.lifecycle;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Conditions;
import dev.countersign.policy.PolicyProblem;
import dev.countersign.policy.PolicySet;
import dev.countersign.policy.tests.PolicyTests;
import dev.countersign.policy.tests.TestResult;
import java.util.List;

/// What can be said of a set before anybody is asked: is every condition fit for use, does every
/// test pass, and what looks as if it was not meant.
///
/// @param problems of conditions, by policy and place
/// @param warnings which stop nothing
/// @param tests empty too if a condition is wrong: nothing that fails can be expected of
public record SetReport(
    List<PolicyProblem> problems, List<PolicyWarning> warnings, List<TestResult> tests) {

  public SetReport {
    problems = List.copyOf(problems);
    warnings = List.copyOf(warnings);
    tests = List.copyOf(tests);
  }

  /// Compiles every condition and runs every test: for a large set a matter of seconds.
  public static SetReport of(PolicySet set, PolicyTests tests, Conditions conditions) {
    var problems = PolicyProblem.in(set, conditions);
    return new SetReport(
        problems,
        PolicyWarning.in(set),
        problems.isEmpty() ? tests.run(set, conditions) : List.of());
  }

  /// Whether the set may come into force.
  public boolean sound() {
    return problems.isEmpty() && tests.stream().allMatch(TestResult::passed);
  }

  public JsonObject json() {
    return Json.object()
        .put("valid", sound())
        .put(
            "problems",
            Json.array(
                problems.stream()
                    .map(problem ->
                        Json.object()
                            .put("policy", problem.policy().value())
                            .put("line", problem.problem().line())
                            .put("column", problem.problem().column())
                            .put("message", problem.problem().message())
                            .build())
                    .toList()))
        .put("warnings", Json.array(warnings.stream().map(PolicyWarning::json).toList()))
        .put("tests", Json.array(tests.stream().map(TestResult::json).toList()))
        .build();
  }
}
