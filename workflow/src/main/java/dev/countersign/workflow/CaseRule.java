package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Predicates;
import dev.countersign.policy.Predicates.Variable;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// What follows from an event: if a condition holds of it and its case, one action of a fixed set.
///
/// A rule that can't be evaluated does nothing and says so. So what must never happen belongs to a
/// guard or a policy, not to a rule.
///
/// @param version rises by one with each change; who changes names the one he saw
/// @param trigger what it reacts to, and in which workflow
/// @param priority higher ones come first; of equals the older
/// @param author who wrote it; it proposes on his behalf
/// @param conditionBy who last wrote its condition
public record CaseRule(
    UUID id,
    int version,
    String title,
    Trigger trigger,
    String condition,
    RuleAction action,
    int priority,
    boolean enabled,
    String author,
    String conditionBy,
    Instant createdAt,
    Instant changedAt) {

  /// What conditions speak of.
  public static final List<Variable> VARIABLES = List.of(CaseFacts.VARIABLE, CaseEvent.VARIABLE);

  /// The one role of every rule: what rules propose is trusted for itself.
  public static final String ROLE = "rule";

  /// Disabled ones count: what they did is still told by their name.
  public static final int MOST = 1_000;

  /// Rules that react to one type of event, and so the most that one event lets loose: together
  /// they stay within the entries of a transaction.
  public static final int MOST_FOR_ONE_TYPE = 20;

  /// Executions in a row that follow from rules alone. A longer chain goes in a circle, or wants a
  /// person to look.
  public static final int DEEPEST = 5;

  public static final int HIGHEST_PRIORITY = 1_000;
  private static final int USUAL_PRIORITY = 100;
  private static final int MOST_TYPES = 20;
  private static final int LONGEST_TITLE = 200;
  private static final int LONGEST_CONDITION = 4_000;

  /// When a rule is asked.
  ///
  /// @param workflow the only one whose cases it is for; those of all if there is none
  /// @param on the types of events
  public record Trigger(Optional<String> workflow, SortedSet<String> on) {
    public Trigger {
      on = Collections.unmodifiableSortedSet(new TreeSet<>(on));
      if (on.isEmpty()) {
        throw new IllegalArgumentException("a rule reacts to something");
      }
    }
  }

  /// One that is to be written.
  public record Draft(
      String title,
      Trigger trigger,
      String condition,
      RuleAction action,
      int priority,
      boolean enabled) {}

  /// Reads `{title, workflow?, on, condition, action, priority?, enabled?}`; throws
  /// [Refusal.Invalid] with every problem of its form.
  public static Draft parse(Json body) {
    var fields = Fields.of(body);
    var title = fields.string("title", 1, LONGEST_TITLE);
    var workflow = fields.optionalString("workflow", 1, Word.LONGEST);
    var on = on(fields);
    var condition = fields.string("condition", 1, LONGEST_CONDITION);
    var action = RuleAction.read(fields.nested("action"));
    var priority = readPriority(fields).orElse(USUAL_PRIORITY);
    var enabled = fields.optionalTruth("enabled").orElse(true);
    if (action.filter(RuleAction.Propose.class::isInstance).isPresent() && workflow.isEmpty()) {
      fields.problem("workflow", "missing", "is required of a rule that proposes");
    }
    fields.done();
    return new Draft(
        title, new Trigger(workflow, on), condition, action.orElseThrow(), priority, enabled);
  }

  private static SortedSet<String> on(Fields fields) {
    var on = new TreeSet<>(fields.strings("on", MOST_TYPES, Word.LONGEST));
    for (var type : on) {
      if (!CaseEvent.seen(type)) {
        fields.problem(
            "on", "unknown_event", "`" + type + "` is no type of event that rules react to");
      }
    }
    if (on.isEmpty()) {
      fields.problem("on", "missing", "is required");
    }
    return on;
  }

  /// What of a rule may be changed: whether it reacts, when, and to what.
  ///
  /// @param version the version that the caller saw
  public record Change(
      int version,
      Optional<Boolean> enabled,
      Optional<Integer> priority,
      Optional<String> condition) {

    /// Reads `{version, enabled?, priority?, condition?}`; throws [Refusal.Invalid] with every
    /// problem.
    public static Change parse(Json body) {
      var fields = Fields.of(body);
      var version = (int) fields.integer("version", 1, Integer.MAX_VALUE);
      var enabled = fields.optionalTruth("enabled");
      var priority = readPriority(fields);
      var condition = fields.optionalString("condition", 1, LONGEST_CONDITION);
      if (enabled.isEmpty() && priority.isEmpty() && condition.isEmpty()) {
        fields.problem("", "nothing_to_change", "must have `enabled`, `priority` or `condition`");
      }
      fields.done();
      return new Change(version, enabled, priority, condition);
    }
  }

  private static Optional<Integer> readPriority(Fields fields) {
    return fields.optionalInteger("priority", 0, HIGHEST_PRIORITY).map(Long::intValue);
  }

  /// Throws [Refusal.Invalid] with the place of everything that is wrong with a condition.
  public static void check(Predicates language, String condition) {
    List<Violation> problems =
        WorkflowDefinition.wrong(language, condition, VARIABLES, "/condition");
    if (!problems.isEmpty()) {
      throw new Refusal.Invalid(problems);
    }
  }

  public CaseRule changed(Change change, String by, Instant at) {
    return new CaseRule(
        id,
        version + 1,
        title,
        trigger,
        change.condition().orElse(condition),
        action,
        change.priority().orElse(priority),
        change.enabled().orElse(enabled),
        author,
        change.condition().isPresent() ? by : conditionBy,
        createdAt,
        at);
  }

  public JsonObject json() {
    return Json.object()
        .put("rule_id", id.toString())
        .put("version", version)
        .put("title", title)
        .put("workflow", trigger.workflow().map(Json::of))
        .put("on", Json.strings(trigger.on()))
        .put("condition", condition)
        .put("action", action.json())
        .put("priority", priority)
        .put("enabled", enabled)
        .put("created_by", author)
        .put("condition_by", conditionBy)
        .put("created_at", createdAt.toString())
        .put("changed_at", changedAt.toString())
        .build();
  }
}
