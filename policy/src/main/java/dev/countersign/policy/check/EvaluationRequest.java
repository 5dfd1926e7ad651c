package dev.countersign.policy.check;

import dev.countersign.kernel.CanonicalJson;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.EntityKey;
import dev.countersign.policy.StoredEntities;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The question of an enforcement point whether a subject may do something, as AuthZEN's Access
/// Evaluation API asks it.
///
/// Unlike a check, the subject is whom the question is about; who asks is `context.caller`.
///
/// @param metadata of a resource of the type [CheckRequest#RESOURCE_TYPE], as a check has it; empty
///   for every other type
/// @param approval the id of the approval that it refers to (`context.approval`, as the Access
///   Request and Approval Profile has it); not part of the context, because what a caller says of
///   an approval is nothing that a policy may believe
/// @param requestId as the caller chose it, to find the decision by
public record EvaluationRequest(
    Entity subject,
    Action action,
    Entity resource,
    JsonObject context,
    JsonObject metadata,
    Optional<String> requestId,
    Optional<String> approval)
    implements Question {

  /// Of the four parts together, in canonical form. With what is stored of both entities they still
  /// fit into one entry of the ledger.
  public static final int LARGEST = 32 * 1024;

  /// Nested objects and arrays of properties and context: the record adds levels of its own.
  public static final int DEEPEST = 10;

  private static final String METADATA = "metadata";
  private static final String APPROVAL = "approval";

  private static final int LONGEST_ACTION = CheckRequest.LONGEST_OPERATION;

  /// Reads a body; throws [Refusal.Invalid] with all its problems. Members that are not AuthZEN's
  /// are ignored, as the standard demands.
  public static EvaluationRequest read(Json body, TenantFacts facts, Optional<String> requestId) {
    var fields = Fields.of(body);
    var request = read(fields, facts, requestId);
    fields.doneIgnoringOthers();
    return request;
  }

  /// Reads what `fields` hold and leaves the problems with them.
  static EvaluationRequest read(Fields fields, TenantFacts facts, Optional<String> requestId) {
    var subject = entity(fields, "subject");
    var action = action(fields);
    var resource = entity(fields, "resource");
    var given = object(fields, "context");
    var approval = given.object(APPROVAL).flatMap(reference -> reference.text("id"));
    var context = approval.isPresent() ? given.without(APPROVAL) : given;
    var metadata =
        resource.type().equals(CheckRequest.RESOURCE_TYPE)
            ? metadata(fields, context, facts)
            : JsonObject.EMPTY;
    var request =
        new EvaluationRequest(subject, action, resource, context, metadata, requestId, approval);
    if (request.size() > LARGEST) {
      fields.problem(
          "", "too_large", "must have at most " + LARGEST + " bytes without white space");
    }
    return request;
  }

  /// A subject or resource; an id that is missing or wrong leaves a problem.
  static Entity entity(Fields fields, String name) {
    var entity = fields.nested(name);
    return new Entity(
        entity.string("type", 1, Entity.LONGEST_TYPE),
        entity.string("id", 1, Entity.LONGEST_ID),
        object(entity, "properties"));
  }

  static Action action(Fields fields) {
    var action = fields.nested("action");
    return new Action(action.string("name", 1, LONGEST_ACTION), object(action, "properties"));
  }

  static JsonObject object(Fields fields, String name) {
    return bounded(fields, name, fields.optionalObject(name).orElse(JsonObject.EMPTY));
  }

  /// The object, and a problem with `name` if it nests deeper than a decision can be recorded.
  public static JsonObject bounded(Fields fields, String name, JsonObject object) {
    return bounded(fields, name, object, DEEPEST);
  }

  static JsonObject bounded(Fields fields, String name, JsonObject object, int levels) {
    if (!Json.nestsAtMost(object, levels)) {
      fields.problem(name, "too_deep", "must nest at most " + levels + " levels");
    }
    return object;
  }

  // The starter set's policies on models read what a check says of a call; an enforcement point may
  // say the same, in the same words and under the same rules.
  private static JsonObject metadata(Fields fields, JsonObject context, TenantFacts facts) {
    if (context.member(METADATA).isEmpty()) {
      return JsonObject.EMPTY;
    }
    var described = context.object(METADATA).orElse(JsonObject.EMPTY);
    return fields
        .optionalNested("context")
        .map(outer -> Metadata.read(outer.nested(METADATA), described, facts.declarations()))
        .orElse(JsonObject.EMPTY);
  }

  /// The entities whose stored properties [#decide] wants.
  public List<EntityKey> entities() {
    return List.of(subject.key(), resource.key());
  }

  /// Decides under what is in force for the principal's tenant.
  ///
  /// The body's context stands one level down, as `context.request`, so that no member of it passes
  /// for `context.tenant`, `context.caller` or anything that is ours now or later.
  public Checked decide(Principal principal, TenantPolicies policies, StoredEntities stored) {
    var facts = policies.facts();
    var seen =
        Json.object()
            .put("request", context)
            .put("caller", TenantPolicies.subject(principal).json())
            .put(
                "known",
                Json.object()
                    .put("subject", stored.knows(subject))
                    .put("resource", stored.knows(resource))
                    .build())
            .put("operation", facts.operation(action.name()));
    if (resource.type().equals(CheckRequest.RESOURCE_TYPE)) {
      boolean declaredExternal = metadata.truth(Metadata.IS_EXTERNAL_MODEL).orElse(false);
      seen.put("metadata", metadata)
          .put("model", facts.model(resource.id(), declaredExternal))
          .put("declared", JsonObject.EMPTY);
    }
    var request =
        policies.request(stored.merged(subject), action, stored.merged(resource), seen.build());
    return new Checked(
        request,
        policies.version(),
        policies.point().digest(),
        policies.facts().declaredKeys(),
        policies.decide(request),
        requestId,
        Optional.of(AccessScope.of(principal, subject, action, resource, context)),
        Optional.empty());
  }

  EvaluationRequest with(Entity otherSubject, Action otherAction, Entity otherResource) {
    return new EvaluationRequest(
        otherSubject, otherAction, otherResource, context, metadata, requestId, approval);
  }

  /// Bytes of the canonical form.
  int size() {
    return CanonicalJson.text(
            Json.array(List.of(subject.json(), action.json(), resource.json(), context)))
        .getBytes(StandardCharsets.UTF_8)
        .length;
  }
}
