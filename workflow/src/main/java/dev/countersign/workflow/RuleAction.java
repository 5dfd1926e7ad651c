package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.Optional;

/// What a rule does when its condition holds: one of these, and never code. Nothing of it moves a
/// case.
public sealed interface RuleAction {

  /// Gives somebody something to do.
  record OpenTask(TaskTemplate template, Optional<String> assignedTo) implements RuleAction {}

  /// Gives the case's open tasks of a type to an actor.
  record AssignTasks(String type, String to) implements RuleAction {}

  /// Puts the case on hold until somebody releases it.
  record Hold() implements RuleAction {}

  /// Asks the roles of the escalation about what waits for an approval, at once.
  record Escalate() implements RuleAction {}

  /// Leaves an entry that webhooks deliver.
  ///
  /// @param topic by which receivers tell them apart
  record Notify(String topic) implements RuleAction {}

  /// Proposes a transition, on behalf of who wrote the rule.
  record Propose(Action action) implements RuleAction {}

  default String kind() {
    return switch (this) {
      case OpenTask _ -> "open_task";
      case AssignTasks _ -> "assign_task";
      case Hold _ -> "hold";
      case Escalate _ -> "escalate";
      case Notify _ -> "notify";
      case Propose _ -> "propose";
    };
  }

  /// Reads `{kind, ...}`; empty if it is none, and every problem is noted.
  static Optional<RuleAction> read(Fields fields) {
    var kind =
        fields.word("kind", "hold", "open_task", "assign_task", "escalate", "notify", "propose");
    Optional<RuleAction> action =
        switch (kind) {
          case "open_task" -> {
            var template = TaskTemplate.read(fields);
            var assignedTo = Task.actor(fields, "assigned_to");
            yield template.map(known -> new OpenTask(known, assignedTo));
          }
          case "assign_task" -> {
            var type = Word.name(fields, "type");
            var to = Task.actor(fields, "to");
            if (to.isEmpty() && fields.any("to").isEmpty()) {
              fields.problem("to", "missing", "is required");
            }
            yield to.filter(_ -> !type.isEmpty()).map(known -> new AssignTasks(type, known));
          }
          case "escalate" -> Optional.of(new Escalate());
          case "notify" -> {
            var topic = Word.name(fields, "topic");
            yield topic.isEmpty() ? Optional.empty() : Optional.of(new Notify(topic));
          }
          case "propose" -> {
            var type = Word.name(fields, "type");
            var payload = Case.kept(fields, "payload");
            yield type.isEmpty()
                ? Optional.empty()
                : Optional.of(new Propose(new Action(type, payload)));
          }
          default -> Optional.of(new Hold());
        };
    fields.closed();
    return action;
  }

  /// What [#read] reads.
  default JsonObject json() {
    return switch (this) {
      case OpenTask(var template, var assignedTo) -> {
        var json = template.json().with("kind", Json.of(kind()));
        yield assignedTo.map(to -> json.with("assigned_to", Json.of(to))).orElse(json);
      }
      case AssignTasks(var type, var to) ->
          Json.object().put("kind", kind()).put("type", type).put("to", to).build();
      case Hold _, Escalate _ -> Json.object().put("kind", kind()).build();
      case Notify(var topic) -> Json.object().put("kind", kind()).put("topic", topic).build();
      case Propose(var action) -> action.json().with("kind", Json.of(kind()));
    };
  }
}
