package dev.countersign.policy.tests;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// What came of one test; without a difference it passed.
///
/// @param errored the policies that could not be evaluated, which an author wants to know of
public record TestResult(String name, List<Difference> differences, List<String> errored) {

  /// One part of the answer that is not as expected.
  public record Difference(String field, Json expected, Json actual) {}

  public TestResult {
    differences = List.copyOf(differences);
    errored = List.copyOf(errored);
  }

  public boolean passed() {
    return differences.isEmpty();
  }

  public JsonObject json() {
    return Json.object()
        .put("name", name)
        .put("passed", passed())
        .put(
            "differences",
            Json.array(
                differences.stream()
                    .map(difference ->
                        Json.object()
                            .put("field", difference.field())
                            .put("expected", difference.expected())
                            .put("actual", difference.actual())
                            .build())
                    .toList()))
        .put("errored_policies", Json.strings(errored))
        .build();
  }
}
