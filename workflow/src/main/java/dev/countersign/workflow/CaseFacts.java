package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Variable;
import java.util.Map;
import java.util.TreeMap;

/// What a condition, of a guard or of a rule, may know of a case.
///
/// @param openTasks how many of its tasks somebody still has to do
public record CaseFacts(Case subject, int openTasks) {

  /// As the language is told. Each member is there, so none has to be asked for with `has(...)`.
  public static final Variable VARIABLE =
      new Variable(
          "case",
          new TreeMap<>(
              Map.ofEntries(
                  Map.entry("case_id", Predicates.Type.TEXT),
                  Map.entry("reference", Predicates.Type.TEXT),
                  Map.entry("workflow", Predicates.Type.TEXT),
                  Map.entry("workflow_version", Predicates.Type.INTEGER),
                  Map.entry("site", Predicates.Type.TEXT),
                  Map.entry("queue", Predicates.Type.TEXT),
                  Map.entry("state", Predicates.Type.TEXT),
                  Map.entry("version", Predicates.Type.INTEGER),
                  Map.entry("attributes", Predicates.Type.OBJECT),
                  Map.entry("created_at", Predicates.Type.TEXT),
                  Map.entry("open_tasks", Predicates.Type.INTEGER))));

  public JsonObject json() {
    return subject.json().with("open_tasks", Json.of(openTasks));
  }
}
