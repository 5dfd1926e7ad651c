package dev.countersign.server.health;

import dev.countersign.ledger.usecase.Checkpoints;
import dev.countersign.ledger.usecase.CosignCheckpoint;
import dev.countersign.ledger.usecase.GatherCosignatures;
import dev.countersign.ledger.usecase.OpenAlarms;
import jakarta.inject.Singleton;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Says how it stands with the witnesses of this log, with the logs that are watched here, and
/// which alarms nobody has settled.
///
/// Ready whatever they say: a witness that is silent, or somebody else's log that forks, must not
/// take this server out of service. What has to stop it stops the log (`ledger`).
@Readiness
@Singleton
final class WitnessHealth implements HealthCheck {
  private static final int SHOWN = 10;

  private final GatherCosignatures cosignatures;
  private final CosignCheckpoint witness;
  private final Checkpoints checkpoints;
  private final OpenAlarms alarms;

  WitnessHealth(
      GatherCosignatures cosignatures,
      CosignCheckpoint witness,
      Checkpoints checkpoints,
      OpenAlarms alarms) {
    this.cosignatures = cosignatures;
    this.witness = witness;
    this.checkpoints = checkpoints;
    this.alarms = alarms;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("witnesses").up();
    checkpoints.newest().ifPresent(shown -> response.withData("shown", shown.checkpoint().size()));
    for (var asked : cosignatures.witnesses()) {
      response.withData(
          "witness_" + asked.name(),
          "%d entries cosigned, last at %s%s"
              .formatted(
                  asked.size(),
                  asked.answered().map(Instant::toString).orElse("no time"),
                  asked.problem().map(problem -> "; " + problem).orElse("")));
    }
    try {
      witness
          .watched()
          .forEach((origin, time) ->
              response.withData(
                  "watched_" + origin,
                  time.map(last -> "cosigned at " + last).orElse("not cosigned yet")));
      var open = alarms.lines(SHOWN);
      response.withData("alarms", open.size());
      for (int i = 0; i < open.size(); i++) {
        response.withData("alarm_" + (i + 1), open.get(i));
      }
    } catch (dev.countersign.kernel.store.DatabaseFailure away) {
      response.withData("problem", "the database does not answer");
    }
    return response.build();
  }
}
