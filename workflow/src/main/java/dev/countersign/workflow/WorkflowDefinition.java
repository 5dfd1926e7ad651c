package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Variable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One version of a workflow: its queues in order and the transitions between them. Immutable; a
/// change is a new version, and a case keeps the one that it was opened with.
///
/// [DefinitionReader] reads it and names all problems at once; [#check] those of its guards.
///
/// @param attributes the facts that a case may have; empty if it may have any
/// @param calendars by which its transitions count working time
public record WorkflowDefinition(
    String key,
    int version,
    String title,
    List<CaseAttribute> attributes,
    List<BusinessCalendar> calendars,
    List<Queue> queues,
    List<Transition> transitions) {

  /// What a guard speaks about.
  public static final List<Variable> GUARD_VARIABLES =
      List.of(
          CaseFacts.VARIABLE,
          new Variable(
              "action",
              new TreeMap<>(
                  Map.of("type", Predicates.Type.TEXT, "payload", Predicates.Type.OBJECT))));

  /// More than a person can oversee.
  static final int MOST_QUEUES = 50;

  /// An execution supersedes at most this many other proposals, each with an entry of the ledger.
  static final int MOST_TRANSITIONS = 100;

  static final int MOST_ATTRIBUTES = 100;

  static final int MOST_CALENDARS = 10;

  public WorkflowDefinition {
    if (version < 1) {
      throw new IllegalArgumentException("versions count from 1");
    }
    attributes = List.copyOf(attributes);
    calendars = List.copyOf(calendars);
    queues = List.copyOf(queues);
    transitions = List.copyOf(transitions);
    if (queues.isEmpty()) {
      throw new IllegalArgumentException("a workflow has at least one queue");
    }
  }

  /// Reads what a caller defines; throws `Refusal.Invalid` with every problem of its form.
  public static WorkflowDefinition parse(Json definition, int version) {
    return DefinitionReader.read(definition, version);
  }

  /// Throws `Refusal.Invalid` with the place of everything that is wrong with its guards.
  public void check(Predicates language) {
    var problems = new ArrayList<Violation>();
    for (int i = 0; i < transitions.size(); i++) {
      var guard = transitions.get(i).guard();
      if (guard.isPresent()) {
        var pointer = "/definition/transitions/" + i + "/guard";
        problems.addAll(wrong(language, guard.get(), GUARD_VARIABLES, pointer));
      }
    }
    if (!problems.isEmpty()) {
      throw new Refusal.Invalid(problems);
    }
  }

  /// What is wrong with an expression, each with its line and column.
  static List<Violation> wrong(
      Predicates language, String expression, List<Variable> variables, String pointer) {
    return switch (language.compile(expression, variables)) {
      case Predicates.Compilation.Compiled _ -> List.of();
      case Predicates.Compilation.Rejected(var found) ->
          found.stream()
              .map(problem ->
                  new Violation(
                      pointer,
                      "wrong_expression",
                      "line %d, column %d: %s"
                          .formatted(problem.line(), problem.column(), problem.message())))
              .toList();
    };
  }

  /// The same under another version.
  public WorkflowDefinition numbered(int other) {
    return new WorkflowDefinition(key, other, title, attributes, calendars, queues, transitions);
  }

  public Optional<Queue> queue(String name) {
    return queues.stream().filter(queue -> queue.name().equals(name)).findFirst();
  }

  public Queue firstQueue() {
    return queues.getFirst();
  }

  /// Whether a case may be opened in that queue: elsewhere it would have passed gates and guards
  /// that nobody asked.
  public boolean startsIn(String name) {
    return firstQueue().name().equals(name) || queue(name).filter(Queue::start).isPresent();
  }

  /// The transition of that name wherever it starts; whoever uses it MUST ask whether its `from`
  /// has the case's queue.
  public Optional<Transition> transition(String type) {
    return transitions.stream().filter(transition -> transition.type().equals(type)).findFirst();
  }

  /// The transitions that lead on from `queue`, in their order.
  public List<Transition> leadingFrom(String queue) {
    return transitions.stream().filter(transition -> transition.from().contains(queue)).toList();
  }

  /// How long a case may stay in `queue` that came there at `since`: as long as the first of the
  /// transitions that lead on allows.
  public Optional<SlaTimer> slaIn(String queue, Instant since) {
    return leadingFrom(queue).stream()
        .flatMap(transition ->
            transition
                .overdueAt(since)
                .map(due -> new SlaTimer(queue, transition.type(), since, due, Optional.empty()))
                .stream())
        .min(Comparator.comparing(SlaTimer::dueAt));
  }

  /// Whether a case may be overdue anywhere.
  public boolean boundsTime() {
    return transitions.stream().anyMatch(transition -> transition.sla().isPresent());
  }

  /// The state of an undisturbed case in `queue`.
  public CaseState stateIn(String queue) {
    return queue(queue)
        .flatMap(Queue::state)
        .orElseGet(() -> leadingFrom(queue).isEmpty() ? CaseState.COMPLETED : CaseState.OPEN);
  }

  /// What is wrong with the attributes of a case of this workflow; `path` is where they stand.
  public List<Violation> objections(JsonObject given, String path) {
    if (attributes.isEmpty()) {
      return List.of();
    }
    var problems = new ArrayList<Violation>();
    for (var attribute : attributes) {
      var value = given.member(attribute.name()).filter(present -> !present.equals(Json.NULL));
      var pointer = path + "/" + attribute.name();
      if (value.isPresent()) {
        attribute
            .objection(value.get())
            .ifPresent(message -> problems.add(new Violation(pointer, "wrong_value", message)));
      } else if (attribute.required()) {
        problems.add(new Violation(pointer, "missing", "is required"));
      }
    }
    for (var name : given.members().keySet()) {
      if (attributes.stream().noneMatch(attribute -> attribute.name().equals(name))) {
        problems.add(
            new Violation(
                path + "/" + name.replace("~", "~0").replace("/", "~1"),
                "unknown_attribute",
                "is not an attribute of `" + key + "`"));
      }
    }
    return List.copyOf(problems);
  }

  /// What [#parse] reads; the version stands beside it.
  public JsonObject json() {
    var json = Json.object().put("key", key).put("title", title);
    if (!attributes.isEmpty()) {
      json.put("attributes", Json.array(attributes.stream().map(CaseAttribute::json).toList()));
    }
    if (!calendars.isEmpty()) {
      json.put("calendars", Json.array(calendars.stream().map(BusinessCalendar::json).toList()));
    }
    return json.put("queues", Json.array(queues.stream().map(Queue::json).toList()))
        .put("transitions", Json.array(transitions.stream().map(Transition::json).toList()))
        .build();
  }
}
