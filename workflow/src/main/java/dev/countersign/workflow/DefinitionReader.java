package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Reads a definition from JSON and gathers every problem before anything is built, because the
/// records refuse what is not valid.
final class DefinitionReader {
  /// More roles than this for one decision is no separation of duties any more.
  private static final int MOST_APPROVER_ROLES = 10;

  private final Set<String> queueNames = new HashSet<>();
  private final Set<String> types = new HashSet<>();
  private boolean sound = true;

  private DefinitionReader() {}

  static WorkflowDefinition read(Json definition, int version) {
    return new DefinitionReader().definition(Fields.of(definition), version);
  }

  private WorkflowDefinition definition(Fields fields, int version) {
    var key = name(fields, "key");
    var title = fields.string("title", 1, Queue.LONGEST_TITLE);
    var queueFields = fields.nestedList("queues", WorkflowDefinition.MOST_QUEUES);
    var transitionFields = fields.nestedList("transitions", WorkflowDefinition.MOST_TRANSITIONS);
    if (queueFields.isEmpty()) {
      problem(fields, "queues", "missing", "must name at least one queue");
    }
    var queues = new ArrayList<Queue>();
    for (var queue : queueFields) {
      queue(queue, queues);
    }
    var transitions = new ArrayList<Transition>();
    for (var transition : transitionFields) {
      transition(transition, transitions);
    }
    fields.done();
    return new WorkflowDefinition(key, version, title, queues, transitions);
  }

  private void queue(Fields fields, List<Queue> queues) {
    sound = true;
    var name = name(fields, "name");
    var title = fields.optionalString("title", 1, Queue.LONGEST_TITLE).orElse(name);
    if (!name.isEmpty() && !queueNames.add(name)) {
      problem(fields, "name", "duplicate", "the queue `" + name + "` is there already");
    }
    fields.closed();
    if (sound && !title.isEmpty()) {
      queues.add(new Queue(name, title));
    }
  }

  private void transition(Fields fields, List<Transition> transitions) {
    sound = true;
    var type = name(fields, "type");
    if (!type.isEmpty() && !types.add(type)) {
      problem(fields, "type", "duplicate", "the transition `" + type + "` is there already");
    }
    var from = knownQueue(fields, "from");
    var to = knownQueue(fields, "to");
    if (!from.isEmpty() && from.equals(to)) {
      problem(fields, "to", "wrong_value", "must be another queue than `from`");
    }
    var gate = name(fields, "gate");
    var roles = roles(fields);
    var handler = fields.word("handler", Handler.words());
    var deadline =
        fields
            .optionalInteger(
                "outcome_deadline_seconds", 60, Transition.LONGEST_OUTCOME_DEADLINE.toSeconds())
            .map(Duration::ofSeconds)
            .orElse(Transition.DEFAULT_OUTCOME_DEADLINE);
    var manual = fields.optionalInteger("manual_seconds", 1, Transition.MOST_MANUAL_SECONDS);
    fields.closed();
    if (sound) {
      transitions.add(
          new Transition(type, from, to, gate, roles, Handler.read(handler), deadline, manual));
    }
  }

  private SortedSet<String> roles(Fields fields) {
    var roles = new TreeSet<>(fields.strings("approver_roles", MOST_APPROVER_ROLES, Word.LONGEST));
    if (roles.isEmpty()) {
      problem(fields, "approver_roles", "missing", "must name at least one role");
    }
    for (var role : roles) {
      if (!Word.isRole(role)) {
        problem(
            fields,
            "approver_roles",
            "wrong_value",
            "`" + role + "` is not a role such as `reviewer` or `approver:pharmacist`");
      }
    }
    return roles;
  }

  private String knownQueue(Fields fields, String field) {
    var name = name(fields, field);
    if (!name.isEmpty() && !queueNames.contains(name)) {
      problem(fields, field, "unknown_queue", "there is no queue `" + name + "`");
      return "";
    }
    return name;
  }

  /// The name in `field`, or an empty text if it is no name; the problem is noted.
  private String name(Fields fields, String field) {
    var text = fields.string(field, 1, Word.LONGEST);
    if (Word.isName(text)) {
      return text;
    }
    if (text.isEmpty()) {
      sound = false; // `fields` complained already.
    } else {
      problem(
          fields,
          field,
          "wrong_value",
          "must be lower-case letters, digits, `_` and `-`, with a letter first");
    }
    return "";
  }

  private void problem(Fields fields, String field, String code, String message) {
    sound = false;
    fields.problem(field, code, message);
  }
}
