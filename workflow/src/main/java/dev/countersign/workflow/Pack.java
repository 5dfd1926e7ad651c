package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// A scenario as data: a workflow, how its gates stand at the start, and cases to begin with.
///
/// Nothing of it is applied by being read: each part goes through the use case that a person would
/// use, and leaves that use case's entries.
public record Pack(
    String title, WorkflowDefinition workflow, List<InitialGate> gates, List<InitialCase> cases) {

  private static final int MOST_CASES = 1_000;
  private static final int LONGEST_REASON = 500;

  public Pack {
    gates = List.copyOf(gates);
    cases = List.copyOf(cases);
  }

  /// How a gate stands at the start.
  public record InitialGate(String transition, boolean authorized, String reason) {}

  /// A case that is there at the start.
  public record InitialCase(String reference, String queue, JsonObject attributes) {}

  /// Reads a pack; throws `Refusal.Invalid` with every problem (those of the definition first).
  public static Pack parse(Json json) {
    var fields = Fields.of(json);
    var title = fields.string("title", 1, Queue.LONGEST_TITLE);
    var workflow = fields.nested("workflow");
    var definition = WorkflowDefinition.parse(workflow.object("definition"), 1);
    workflow.closed();
    var gates = new ArrayList<InitialGate>();
    for (var gate : fields.nestedList("gates", WorkflowDefinition.MOST_TRANSITIONS)) {
      var transition = gate.string("transition", 1, Word.LONGEST);
      if (definition.transition(transition).isEmpty()) {
        gate.problem("transition", "unknown_transition", "is not defined by the workflow");
      }
      gates.add(
          new InitialGate(
              transition, gate.truth("authorized"), gate.string("reason", 1, LONGEST_REASON)));
      gate.closed();
    }
    var cases = new ArrayList<InitialCase>();
    var references = new HashSet<String>();
    for (var item : fields.nestedList("cases", MOST_CASES)) {
      var reference = item.string("reference", 1, Word.LONGEST);
      var queue =
          item.optionalString("queue", 1, Word.LONGEST).orElse(definition.firstQueue().name());
      if (definition.queue(queue).isEmpty()) {
        item.problem("queue", "unknown_queue", "is not defined by the workflow");
      }
      if (!references.add(reference)) {
        item.problem("reference", "duplicate", "is there already");
      }
      var attributes = Case.kept(item, "attributes");
      cases.add(new InitialCase(reference, queue, attributes));
      item.closed();
    }
    fields.done();
    return new Pack(title, definition, gates, cases);
  }
}
