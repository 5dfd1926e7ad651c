package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.Optional;

/// One version of a workflow: its queues in order and the transitions between them. Immutable; a
/// change is a new version, and a case keeps the one that it was opened with.
///
/// [DefinitionReader] reads it and names all problems at once.
public record WorkflowDefinition(
    String key, int version, String title, List<Queue> queues, List<Transition> transitions) {

  /// More than a person can oversee.
  static final int MOST_QUEUES = 50;

  /// An execution supersedes at most this many other proposals, each with an entry of the ledger.
  static final int MOST_TRANSITIONS = 100;

  public WorkflowDefinition {
    if (version < 1) {
      throw new IllegalArgumentException("versions count from 1");
    }
    queues = List.copyOf(queues);
    transitions = List.copyOf(transitions);
    if (queues.isEmpty()) {
      throw new IllegalArgumentException("a workflow has at least one queue");
    }
  }

  /// Reads what a caller defines; throws `Refusal.Invalid` with every problem.
  public static WorkflowDefinition parse(Json definition, int version) {
    return DefinitionReader.read(definition, version);
  }

  /// The same under another version.
  public WorkflowDefinition numbered(int other) {
    return new WorkflowDefinition(key, other, title, queues, transitions);
  }

  public Optional<Queue> queue(String name) {
    return queues.stream().filter(queue -> queue.name().equals(name)).findFirst();
  }

  public Queue firstQueue() {
    return queues.getFirst();
  }

  /// The transition of that name wherever it starts; whoever uses it MUST compare its `from`.
  public Optional<Transition> transition(String type) {
    return transitions.stream().filter(transition -> transition.type().equals(type)).findFirst();
  }

  /// The state of an undisturbed case in `queue`: completed where nothing leads on.
  public CaseState stateIn(String queue) {
    boolean leadsOn = transitions.stream().anyMatch(transition -> transition.from().equals(queue));
    return leadsOn ? CaseState.OPEN : CaseState.COMPLETED;
  }

  /// What [#parse] reads; the version stands beside it.
  public JsonObject json() {
    return Json.object()
        .put("key", key)
        .put("title", title)
        .put("queues", Json.array(queues.stream().map(Queue::json).toList()))
        .put("transitions", Json.array(transitions.stream().map(Transition::json).toList()))
        .build();
  }
}
