package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.workflow.Action;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Prediction;
import dev.countersign.workflow.Versions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/// A proposal as it is asked for.
///
/// @param caseVersion the version that the proposer saw
/// @param onBehalfOf the actor for whom it is proposed, as the ledger names him; it bars him from
///   approving and gives him nothing
/// @param model the version of the model that proposes, as the proposer declares it: it can only
///   lower how far the action goes by itself
/// @param context circumstances for policies, bounded like a payload
public record ProposalRequest(
    UUID caseId,
    long caseVersion,
    Action action,
    Prediction prediction,
    JsonObject context,
    Optional<String> onBehalfOf,
    Optional<String> model,
    Optional<Instant> occurredAt) {

  /// What a model's name has to be.
  static final String MODEL_NAME = "must have visible characters only, and no space at its ends";

  private static final int LONGEST_ACTOR = 200;
  private static final long MOST_SAVED_SECONDS = Duration.ofDays(366).toSeconds();

  /// Throws `Refusal.Invalid` with every problem.
  public static ProposalRequest parse(Json body, TenantProfile profile) {
    var fields = Fields.of(body);
    var caseId = fields.uuid("case_id");
    long caseVersion = fields.integer("case_version", 1, Json.JsonNumber.LARGEST_INTEGER);
    var action = fields.nested("action");
    var type = action.string("type", 1, Action.LONGEST_TYPE);
    var payload = Case.kept(action, "payload");
    action.closed();
    var prediction =
        fields
            .optionalNested("prediction")
            .map(ProposalRequest::prediction)
            .orElse(Prediction.NONE);
    var context = Case.kept(fields, "context");
    var onBehalfOf = fields.optionalString("on_behalf_of", 1, LONGEST_ACTOR);
    var model = model(fields);
    var occurredAt = profile.occurredAt(fields);
    fields.done();
    return new ProposalRequest(
        caseId,
        caseVersion,
        new Action(type, payload),
        prediction,
        context,
        onBehalfOf,
        model,
        occurredAt);
  }

  private static Optional<String> model(Fields fields) {
    var model = fields.optionalString("model", 1, Versions.LONGEST_MODEL);
    if (model.filter(name -> !Versions.isModel(name)).isPresent()) {
      fields.problem("model", "wrong_value", MODEL_NAME);
      return Optional.empty();
    }
    return model;
  }

  private static Prediction prediction(Fields fields) {
    var prediction =
        new Prediction(
            fields.optionalNumber("confidence", 0, 1),
            fields.optionalNumber("safety", 0, 1),
            fields.optionalNumber("time_saved_seconds", 0, (double) MOST_SAVED_SECONDS));
    fields.closed();
    return prediction;
  }

  /// When it happened: as a demo tenant says, else now.
  Instant happenedAt(Instant now) {
    return occurredAt.orElse(now);
  }
}
