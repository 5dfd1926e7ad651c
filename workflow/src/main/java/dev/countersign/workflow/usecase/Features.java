package dev.countersign.workflow.usecase;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.Stage;
import dev.countersign.workflow.Case;
import dev.countersign.workflow.Transition;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/// What was known when somebody proposed: models train on these snapshots only, so that nothing
/// from later leaks in.
final class Features {
  /// Raised whenever a feature changes its meaning.
  private static final int SCHEMA = 1;

  private Features() {}

  static JsonObject snapshot(
      Case subject, Transition transition, ProposalRequest request, Stage stage, Instant at) {
    var hour = at.atZone(ZoneOffset.UTC);
    return Json.object()
        .put("schema", SCHEMA)
        .put("workflow", subject.workflow())
        .put("queue", subject.queue())
        .put("action_type", transition.type())
        .put("to", transition.to())
        .put("site", subject.site())
        .put("stage", stage.word())
        .put("prediction", request.prediction().json())
        .put("attributes", subject.attributes())
        .put("case_version", subject.version())
        .put("case_age_seconds", Duration.between(subject.createdAt(), at).toSeconds())
        .put("hour_utc", hour.getHour())
        .put("weekday", hour.getDayOfWeek().getValue())
        .build();
  }
}
