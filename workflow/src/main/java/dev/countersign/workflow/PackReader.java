package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.policy.Effect;
import dev.countersign.policy.Policy;
import dev.countersign.policy.PolicySetJson;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Reads a [Pack] from JSON.
final class PackReader {
  private static final int MOST_TASKS = 20;

  /// The fact that says which scenario a case is of, where the workflow has one of that name.
  private static final String SCENARIO = "scenario";

  private final WorkflowDefinition definition;

  private PackReader(WorkflowDefinition definition) {
    this.definition = definition;
  }

  static Pack read(Json json) {
    var fields = Fields.of(json);
    var title = fields.string("title", 1, Queue.LONGEST_TITLE);
    var workflow = fields.nested("workflow");
    var definition = WorkflowDefinition.parse(workflow.object("definition"), 1);
    workflow.closed();
    var reader = new PackReader(definition);
    var policies = policies(fields);
    var gates = reader.gates(fields);
    var scenarios = reader.scenarios(fields);
    var cases = reader.cases(fields, scenarios);
    fields.done();
    return new Pack(title, definition, gates, policies, scenarios, cases);
  }

  /// What permits or scores would change answers that have nothing to do with the pack.
  private static List<Policy> policies(Fields fields) {
    var given = fields.any("policies");
    if (given.isEmpty()) {
      return List.of();
    }
    var policies =
        PolicySetJson.read(Json.object().put("policies", given.get()).build()).policies();
    if (policies.size() > Pack.MOST_POLICIES) {
      fields.problem("policies", "too_many", "must have at most " + Pack.MOST_POLICIES + " items");
    }
    for (var policy : policies) {
      boolean narrows =
          policy.effect() instanceof Effect.Forbid
              || policy.effect() instanceof Effect.RequireApproval;
      if (!narrows) {
        fields.problem(
            "policies",
            "wrong_value",
            "`%s` must forbid or require approval: a pack widens nothing".formatted(policy.key()));
      }
    }
    return policies;
  }

  private List<Pack.InitialGate> gates(Fields fields) {
    var gates = new ArrayList<Pack.InitialGate>();
    for (var gate : fields.nestedList("gates", WorkflowDefinition.MOST_TRANSITIONS)) {
      var name = gate.string("transition", 1, Word.LONGEST);
      var transition = definition.transition(name);
      if (transition.isEmpty()) {
        gate.problem("transition", "unknown_transition", "is not defined by the workflow");
      }
      boolean authorized = gate.truth("authorized");
      var upTo = gate.optionalInteger("up_to", 0, Json.JsonNumber.LARGEST_INTEGER);
      if (upTo.isPresent() && (!authorized || transition.flatMap(Transition::amount).isEmpty())) {
        gate.problem("up_to", "wrong_value", "is for what is authorized and has an amount");
      }
      gates.add(
          new Pack.InitialGate(
              name, authorized, upTo, gate.string("reason", 1, Pack.LONGEST_REASON)));
      gate.closed();
    }
    return gates;
  }

  private List<Pack.Scenario> scenarios(Fields fields) {
    var scenarios = new ArrayList<Pack.Scenario>();
    var names = new HashSet<String>();
    for (var item : fields.nestedList("scenarios", Pack.MOST_SCENARIOS)) {
      var name = Word.name(item, "name");
      if (!name.isEmpty() && !names.add(name)) {
        item.problem("name", "duplicate", "the scenario `" + name + "` is there already");
      }
      scenarios.add(
          new Pack.Scenario(
              name,
              item.string("title", 1, Queue.LONGEST_TITLE),
              queue(item),
              item.integer("manual_seconds", 1, Transition.MOST_MANUAL_SECONDS),
              Case.kept(item, "attributes"),
              tasks(item)));
      item.closed();
    }
    return scenarios;
  }

  private List<TaskTemplate> tasks(Fields fields) {
    var tasks = new ArrayList<TaskTemplate>();
    for (var task : fields.nestedList("tasks", MOST_TASKS)) {
      TaskTemplate.read(task).ifPresent(tasks::add);
      task.closed();
    }
    return tasks;
  }

  private List<Pack.InitialCase> cases(Fields fields, List<Pack.Scenario> scenarios) {
    var cases = new ArrayList<Pack.InitialCase>();
    var references = new HashSet<String>();
    for (var item : fields.nestedList("cases", Pack.MOST_CASES)) {
      var reference = item.string("reference", 1, Pack.LONGEST_REFERENCE);
      if (!references.add(reference)) {
        item.problem("reference", "duplicate", "is there already");
      }
      var scenario = scenario(item, scenarios);
      var queue = scenario.map(Pack.Scenario::queue).orElseGet(() -> queue(item));
      var attributes = attributes(scenario, Case.kept(item, "attributes"));
      for (var objection : definition.objections(attributes, "attributes")) {
        item.problem(objection.pointer(), objection.code(), objection.message());
      }
      cases.add(
          new Pack.InitialCase(
              reference, queue, attributes, scenario.map(Pack.Scenario::tasks).orElse(List.of())));
      item.closed();
    }
    return cases;
  }

  private static Optional<Pack.Scenario> scenario(Fields item, List<Pack.Scenario> scenarios) {
    var name = item.optionalString(SCENARIO, 1, Word.LONGEST);
    var found =
        name.flatMap(
            wanted -> scenarios.stream().filter(each -> each.name().equals(wanted)).findFirst());
    if (name.isPresent() && found.isEmpty()) {
      item.problem(SCENARIO, "unknown_scenario", "is not one of the pack");
    }
    return found;
  }

  /// What a case says of itself goes before what its scenario says.
  private JsonObject attributes(Optional<Pack.Scenario> scenario, JsonObject own) {
    if (scenario.isEmpty()) {
      return own;
    }
    var attributes = scenario.get().attributes();
    if (definition.attributes().stream().anyMatch(each -> each.name().equals(SCENARIO))) {
      attributes = attributes.with(SCENARIO, Json.of(scenario.get().name()));
    }
    for (var member : own.members().entrySet()) {
      attributes = attributes.with(member.getKey(), member.getValue());
    }
    return attributes;
  }

  private String queue(Fields fields) {
    var queue =
        fields.optionalString("queue", 1, Word.LONGEST).orElse(definition.firstQueue().name());
    if (definition.queue(queue).isEmpty()) {
      fields.problem("queue", "unknown_queue", "is not defined by the workflow");
    }
    return queue;
  }
}
