package dev.countersign.workflow;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Refusal;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A case: one thing that is worked on, in one queue of the definition that it was opened with.
///
/// @param reference as people name it; unique in its tenant and workflow
/// @param version rises by one with each change; who proposes names the one he saw
/// @param attributes facts about it, at most [#MOST_ATTRIBUTE_BYTES] in canonical form
/// @param hold if a rule put it on hold, wherever it is; nothing moves it until it is released
public record Case(
    UUID id,
    String reference,
    String site,
    String workflow,
    int workflowVersion,
    String queue,
    CaseState state,
    long version,
    JsonObject attributes,
    Instant createdAt,
    Optional<Hold> hold) {

  /// What keeps a case where it is.
  ///
  /// @param by the actor, a rule
  public record Hold(String by, Instant since) {
    JsonObject json() {
      return Json.object().put("by", by).put("since", since.toString()).build();
    }
  }

  public static final int MOST_ATTRIBUTE_BYTES = 16 * 1024;

  /// Nested objects and arrays of attributes, a payload or a context: what is decided and recorded
  /// with them adds levels of its own.
  private static final int DEEPEST = 10;

  /// Where the last, random part of an id begins.
  private static final int SHORT_ID = 24;

  public Case {
    if (version < 1) {
      throw new IllegalArgumentException("a case's version counts from 1");
    }
    if (!fits(attributes)) {
      throw new IllegalArgumentException("the attributes are too large");
    }
  }

  /// One that is not on hold.
  public Case(
      UUID id,
      String reference,
      String site,
      String workflow,
      int workflowVersion,
      String queue,
      CaseState state,
      long version,
      JsonObject attributes,
      Instant createdAt) {
    this(
        id,
        reference,
        site,
        workflow,
        workflowVersion,
        queue,
        state,
        version,
        attributes,
        createdAt,
        Optional.empty());
  }

  /// Whether an object is small enough to be kept as attributes or as a payload.
  public static boolean fits(JsonObject attributes) {
    return CanonicalJson.bytes(attributes).length <= MOST_ATTRIBUTE_BYTES;
  }

  /// Says with `name` what is wrong with an object that a caller wants kept with a case.
  public static JsonObject kept(Fields fields, String name) {
    var object = fields.optionalObject(name).orElse(JsonObject.EMPTY);
    if (!Json.nestsAtMost(object, DEEPEST)) {
      fields.problem(name, "too_deep", "must nest at most " + DEEPEST + " levels");
    }
    if (!fits(object)) {
      fields.problem(name, "too_large", "must have at most 16 KiB");
    }
    return object;
  }

  /// Whether a transition of its definition starts where the case is.
  public boolean standsAt(Transition transition) {
    return transition.from().contains(queue);
  }

  /// The case after a transition; throws [Refusal.Conflict] if it does not start where the case is.
  public Case moved(WorkflowDefinition definition, Transition transition) {
    if (!standsAt(transition)) {
      throw new Refusal.Conflict(
          "undefined_transition",
          "`%s` does not lead on from queue `%s` of a case that is %s"
              .formatted(transition.type(), queue, state.word()));
    }
    if (hold.isPresent()) {
      throw new Refusal.Conflict("case_held", "case `%s` is on hold".formatted(id));
    }
    return changed(
        workflowVersion, transition.to(), definition.stateIn(transition.to()), Optional.empty());
  }

  /// The case on hold; throws [Refusal.Conflict] if it is, or if it has ended.
  public Case held(Hold by) {
    if (hold.isPresent()) {
      throw new Refusal.Conflict("already_held", "case `%s` is on hold".formatted(id));
    }
    refuseEnded();
    return changed(workflowVersion, queue, CaseState.HELD, Optional.of(by));
  }

  /// The case as its queue says again; throws [Refusal.Conflict] if it is not on hold.
  public Case released(WorkflowDefinition definition) {
    if (hold.isEmpty()) {
      throw new Refusal.Conflict(
          "case_not_held", "case `%s` is %s and not on hold".formatted(id, state.word()));
    }
    return changed(workflowVersion, queue, definition.stateIn(queue), Optional.empty());
  }

  /// The case under another version of its workflow, which MUST have its queue.
  public Case migrated(WorkflowDefinition definition) {
    return changed(
        definition.version(),
        queue,
        hold.isPresent() ? CaseState.HELD : definition.stateIn(queue),
        hold);
  }

  /// The case with other facts; throws [Refusal.Conflict] if it has ended.
  public Case corrected(JsonObject facts) {
    refuseEnded();
    return new Case(
        id,
        reference,
        site,
        workflow,
        workflowVersion,
        queue,
        state,
        version + 1,
        facts,
        createdAt,
        hold);
  }

  /// Throws [Refusal.Conflict] if it has ended.
  public void refuseEnded() {
    if (state != CaseState.OPEN && state != CaseState.HELD) {
      throw new Refusal.Conflict("case_not_open", "case `%s` is %s".formatted(id, state.word()));
    }
  }

  private Case changed(int definedBy, String where, CaseState now, Optional<Hold> by) {
    return new Case(
        id,
        reference,
        site,
        workflow,
        definedBy,
        where,
        now,
        version + 1,
        attributes,
        createdAt,
        by);
  }

  /// The case back where it stood before an execution; on hold if it is by now, because only who
  /// may releases it. Empty if that place is not known any more.
  public Optional<Case> restored(JsonObject position) {
    return position
        .text("queue")
        .flatMap(before ->
            position
                .text("state")
                .map(CaseState::read)
                .map(was -> changed(workflowVersion, before, hold.isEmpty() ? was : state, hold)));
  }

  /// Whether it stands where a position says, at whatever version, on hold or not.
  public boolean standsAs(JsonObject position) {
    return position.text("queue").filter(queue::equals).isPresent()
        && (hold.isPresent() || position.text("state").filter(state.word()::equals).isPresent());
  }

  /// The case as it makes room for another with its reference: renamed after its id, and cancelled
  /// where its workflow has a queue for that. What happened to it stays its own.
  public Case putAway(WorkflowDefinition definition) {
    var resting =
        definition.queues().stream()
            .map(Queue::name)
            .filter(name -> definition.stateIn(name) == CaseState.CANCELLED)
            .findFirst()
            .orElse(queue);
    return new Case(
        id,
        reference + "~" + id.toString().substring(SHORT_ID),
        site,
        workflow,
        workflowVersion,
        resting,
        definition.stateIn(resting),
        version + 1,
        attributes,
        createdAt);
  }

  /// An attribute as an amount; empty unless it is an integer.
  public Optional<Long> amount(String attribute) {
    return attributes.member(attribute).orElse(Json.NULL) instanceof JsonNumber number
            && number.integral()
        ? Optional.of((long) number.value())
        : Optional.empty();
  }

  public JsonObject json() {
    return Json.object()
        .put("case_id", id.toString())
        .put("reference", reference)
        .put("workflow", workflow)
        .put("workflow_version", workflowVersion)
        .put("site", site)
        .put("queue", queue)
        .put("state", state.word())
        .put("version", version)
        .put("attributes", attributes)
        .put("created_at", createdAt.toString())
        .put("hold", hold.map(Hold::json))
        .build();
  }

  /// The part that an execution changes, kept before and after it.
  public JsonObject position() {
    return Json.object()
        .put("queue", queue)
        .put("state", state.word())
        .put("version", version)
        .build();
  }
}
