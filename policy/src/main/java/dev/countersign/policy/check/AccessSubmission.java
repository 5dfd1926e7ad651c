package dev.countersign.policy.check;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Principal;
import dev.countersign.policy.Action;
import dev.countersign.policy.Entity;
import java.util.Optional;
import java.util.SortedSet;
import java.util.UUID;

/// What an enforcement point asks people for after it was denied (Access Request and Approval
/// Profile, "Access Request Submission"). Members that are not read here are ignored, as the
/// profile demands; the denial's own time is the one that was recorded, not the one that is echoed.
///
/// @param evaluationId of the denied evaluation; empty if it names none of ours
public record AccessSubmission(
    Entity subject,
    Action action,
    Entity resource,
    JsonObject context,
    Optional<UUID> evaluationId) {

  /// Throws `Refusal.Invalid` with every problem.
  public static AccessSubmission read(Json body) {
    var fields = Fields.of(body);
    var submission =
        new AccessSubmission(
            EvaluationRequest.entity(fields, "subject"),
            EvaluationRequest.action(fields),
            EvaluationRequest.entity(fields, "resource"),
            EvaluationRequest.object(fields, "context"),
            fields.nested("denial").optionalString("evaluation_id", 1, 200).flatMap(Ids::parse));
    if (fields.any("items").isPresent()) {
      fields.problem("items", "wrong_value", "several at once are not taken: ask for each");
    }
    fields.doneIgnoringOthers();
    return submission;
  }

  /// Its scope, by the members of the context that the denied evaluation had.
  public AccessScope scope(Principal caller, SortedSet<String> members) {
    return AccessScope.of(caller, subject, action, resource, context, members);
  }
}
