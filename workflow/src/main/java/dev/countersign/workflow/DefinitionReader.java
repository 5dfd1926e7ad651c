package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Reads a definition from JSON and gathers every problem before anything is built, because the
/// records refuse what is not valid.
final class DefinitionReader {
  /// Longer than any condition that a person can review, as in a policy.
  private static final int LONGEST_GUARD = 4_000;

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
    var attributes =
        AttributeReader.read(fields.nestedList("attributes", WorkflowDefinition.MOST_ATTRIBUTES));
    var calendars =
        CalendarReader.read(fields.nestedList("calendars", WorkflowDefinition.MOST_CALENDARS));
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
      transition(transition, new ApprovalReader(calendars), attributes, transitions);
    }
    fields.done();
    return new WorkflowDefinition(key, version, title, attributes, calendars, queues, transitions);
  }

  private void queue(Fields fields, List<Queue> queues) {
    sound = true;
    var name = name(fields, "name");
    var title = fields.optionalString("title", 1, Queue.LONGEST_TITLE).orElse(name);
    var state =
        fields
            .optionalWord("state", "open", "held", "completed", "cancelled", "failed")
            .map(CaseState::read);
    var start = fields.optionalTruth("start").orElse(false);
    if (!name.isEmpty() && !queueNames.add(name)) {
      problem(fields, "name", "duplicate", "the queue `" + name + "` is there already");
    }
    fields.closed();
    if (sound && !title.isEmpty()) {
      queues.add(new Queue(name, title, state, start));
    }
  }

  private void transition(
      Fields fields,
      ApprovalReader approvals,
      List<CaseAttribute> attributes,
      List<Transition> transitions) {
    sound = true;
    var type = name(fields, "type");
    if (!type.isEmpty() && !types.add(type)) {
      problem(fields, "type", "duplicate", "the transition `" + type + "` is there already");
    }
    var from = from(fields);
    var to = knownQueue(fields, "to");
    if (from.contains(to)) {
      problem(fields, "to", "wrong_value", "must be another queue than `from`");
    }
    var gate = name(fields, "gate");
    var approval = approvals.read(fields);
    var handler = fields.word("handler", Handler.words());
    var guard = fields.optionalString("guard", 1, LONGEST_GUARD);
    var amount = amount(fields, attributes);
    var opens = opens(fields);
    var sla = seconds(fields, "sla_seconds", 1, Transition.LONGEST_SLA);
    var call = call(fields, handler);
    var rollback =
        seconds(fields, "rollback_seconds", 1, Transition.LONGEST_ROLLBACK)
            .orElse(Transition.DEFAULT_ROLLBACK);
    var deadline =
        seconds(fields, "outcome_deadline_seconds", 60, Transition.LONGEST_OUTCOME_DEADLINE)
            .orElse(Transition.DEFAULT_OUTCOME_DEADLINE);
    var manual = fields.optionalInteger("manual_seconds", 1, Transition.MOST_MANUAL_SECONDS);
    fields.closed();
    if (sound && !from.isEmpty() && approval.isPresent()) {
      transitions.add(
          new Transition(
              type,
              from,
              to,
              gate,
              approval.get(),
              Handler.read(handler),
              guard,
              amount,
              opens,
              sla,
              call,
              rollback,
              deadline,
              manual));
    }
  }

  /// One queue, or several.
  private SortedSet<String> from(Fields fields) {
    var from = new TreeSet<String>();
    if (fields.any("from").filter(given -> given instanceof JsonString).isPresent()) {
      from.add(knownQueue(fields, "from"));
    } else {
      for (var name : fields.strings("from", WorkflowDefinition.MOST_QUEUES, Word.LONGEST)) {
        if (queueNames.contains(name)) {
          from.add(name);
        } else {
          problem(fields, "from", "unknown_queue", "there is no queue `" + name + "`");
        }
      }
      if (from.isEmpty() && sound) {
        problem(fields, "from", "missing", "must name a queue");
      }
    }
    from.remove("");
    return from;
  }

  /// An attribute of which a gate can say how much is allowed has to be an integer.
  private Optional<String> amount(Fields fields, List<CaseAttribute> attributes) {
    var amount = fields.optionalString("amount", 1, Word.LONGEST);
    boolean wrong =
        amount
            .filter(name ->
                !attributes.isEmpty()
                    && attributes.stream()
                        .noneMatch(attribute ->
                            attribute.name().equals(name)
                                && attribute.type() == CaseAttribute.Type.INTEGER))
            .isPresent();
    if (wrong) {
      problem(fields, "amount", "wrong_value", "must be an attribute of type `integer`");
    }
    return amount;
  }

  private List<TaskTemplate> opens(Fields fields) {
    var opens = new ArrayList<TaskTemplate>();
    for (var task : fields.nestedList("opens", Transition.MOST_OPENED)) {
      var read = TaskTemplate.read(task);
      task.closed();
      sound &= read.isPresent();
      read.ifPresent(opens::add);
    }
    return opens;
  }

  /// The system to call, which the handler `http` needs and no other takes.
  private Optional<RemoteCall> call(Fields fields, String handler) {
    var nested = fields.optionalNested("call");
    boolean remote = handler.equals(Handler.HTTP.word());
    if (nested.isEmpty() || !remote) {
      if (nested.isPresent() != remote) {
        problem(
            fields,
            "call",
            remote ? "missing" : "wrong_value",
            remote ? "is required by the handler `http`" : "is only for the handler `http`");
      }
      return Optional.empty();
    }
    var call = nested.get();
    var url = address(call, "url");
    if (url.isEmpty()) {
      problem(call, "url", "missing", "is required");
    }
    var compensate = address(call, "compensate_url");
    var timeout =
        seconds(call, "timeout_seconds", 1, RemoteCall.LONGEST_TIMEOUT)
            .orElse(RemoteCall.USUAL_TIMEOUT);
    var attempts =
        call.optionalInteger("attempts", 1, RemoteCall.MOST_ATTEMPTS)
            .orElse((long) RemoteCall.USUAL_ATTEMPTS);
    call.closed();
    return sound
        ? Optional.of(new RemoteCall(url.orElseThrow(), compensate, timeout, attempts.intValue()))
        : Optional.empty();
  }

  /// What is given, also if it is no address; the problem is noted, once.
  private Optional<String> address(Fields call, String name) {
    var given = call.optionalString(name, 1, RemoteCall.LONGEST_URL);
    given.flatMap(RemoteCall::wrong).ifPresent(why -> problem(call, name, "wrong_value", why));
    return given;
  }

  private static Optional<Duration> seconds(Fields fields, String name, long least, Duration most) {
    return fields.optionalInteger(name, least, most.toSeconds()).map(Duration::ofSeconds);
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
    var name = Word.name(fields, field);
    if (name.isEmpty()) {
      sound = false;
    }
    return name;
  }

  private void problem(Fields fields, String field, String code, String message) {
    sound = false;
    fields.problem(field, code, message);
  }
}
