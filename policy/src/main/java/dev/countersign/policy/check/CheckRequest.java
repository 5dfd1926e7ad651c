package dev.countersign.policy.check;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import dev.countersign.policy.TenantFacts;
import dev.countersign.policy.TenantPolicies;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The question whether an AI operation may run, as the body of `POST /v1/check` asks it.
///
/// @param metadata only known and declared keys, each of its type, none null
/// @param subject on whose behalf the caller says he acts; who asks is the principal
/// @param resource what the caller says the operation works on
public record CheckRequest(
    String model,
    String operation,
    JsonObject metadata,
    Optional<Entity> subject,
    Optional<Entity> resource,
    Optional<String> traceId)
    implements Question {

  /// The type of the resource that policies see: the model.
  public static final String RESOURCE_TYPE = "model";

  private static final int LONGEST_MODEL = 200;
  public static final int LONGEST_OPERATION = 100;
  private static final int LONGEST_TRACE_ID = 100;

  /// Nested objects and arrays of properties: in the record they stand five levels down.
  static final int DEEPEST = 11;

  /// Reads a body; throws [Refusal.Invalid] with all its problems at once, forbidden content first.
  public static CheckRequest read(Json body, TenantFacts facts) {
    var violations = new ArrayList<>(ContentScan.of(body));
    var fields = Fields.of(body);
    var model = fields.string("model", 1, LONGEST_MODEL);
    var operation = fields.string("operation", 1, LONGEST_OPERATION);
    var described = fields.object("metadata");
    var metadata = Metadata.read(fields.nested("metadata"), described, facts.declarations());
    var subject = fields.optionalNested("subject").map(CheckRequest::entity);
    var resource = fields.optionalNested("resource").map(CheckRequest::entity);
    var traceId = fields.optionalString("trace_id", 1, LONGEST_TRACE_ID);
    try {
      fields.done();
    } catch (Refusal.Invalid e) {
      violations.addAll(without(e.violations(), violations));
    }
    if (!violations.isEmpty()) {
      throw new Refusal.Invalid(violations);
    }
    return new CheckRequest(model, operation, metadata, subject, resource, traceId);
  }

  /// Decides under what is in force for the principal's tenant.
  ///
  /// The resource that policies see is always the model and the subject always the principal; what
  /// the body says of either is `context.declared`. Otherwise a caller could name a resource of
  /// another type and leave the policies on models behind.
  public Checked decide(Principal principal, TenantPolicies policies) {
    return decide(TenantPolicies.subject(principal), policies);
  }

  /// Decides for somebody of whom only the record is left: a subject as [TenantPolicies#subject]
  /// made it. MUST NOT be given what a caller says of himself.
  public Checked decide(Entity asker, TenantPolicies policies) {
    var facts = policies.facts();
    boolean declaredExternal = metadata.truth(Metadata.IS_EXTERNAL_MODEL).orElse(false);
    var declared =
        Json.object()
            .put("subject", subject.map(Entity::json))
            .put("resource", resource.map(Entity::json))
            .build();
    var context =
        Json.object()
            .put("metadata", metadata)
            .put("model", facts.model(model, declaredExternal))
            .put("operation", facts.operation(operation))
            .put("declared", declared)
            .build();
    var request =
        policies.request(asker, new Action(operation), new Entity(RESOURCE_TYPE, model), context);
    return new Checked(
        request,
        policies.version(),
        policies.point().digest(),
        facts.declaredKeys(),
        policies.decide(request),
        traceId);
  }

  private static Entity entity(Fields fields) {
    var entity =
        new Entity(
            fields.string("type", 1, Entity.LONGEST_TYPE),
            fields.string("id", 1, Entity.LONGEST_ID),
            EvaluationRequest.bounded(
                fields,
                "properties",
                fields.optionalObject("properties").orElse(JsonObject.EMPTY),
                DEEPEST));
    fields.closed();
    return entity;
  }

  // A key that the scan named is unknown to the fields as well; it is one problem, not two.
  private static List<Violation> without(List<Violation> more, List<Violation> named) {
    var pointers = named.stream().map(Violation::pointer).collect(Collectors.toSet());
    return more.stream().filter(violation -> !pointers.contains(violation.pointer())).toList();
  }
}
