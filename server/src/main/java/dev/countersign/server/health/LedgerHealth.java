package dev.countersign.server.health;

import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.LogKeys;
import dev.countersign.ledger.usecase.LogState;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Ready only while the log takes entries; a stop says why and what to do.
@Readiness
@Singleton
final class LedgerHealth implements HealthCheck {
  private final LogState state;
  private final CheckpointSigner signer;
  private final DecisionWriter writer;
  private final LogKeys keys;

  LedgerHealth(LogState state, CheckpointSigner signer, DecisionWriter writer, LogKeys keys) {
    this.state = state;
    this.signer = signer;
    this.writer = writer;
    this.keys = keys;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("ledger").withData("queued", writer.queued());
    signer.newest().ifPresent(signed -> response.withData("signed", signed.checkpoint().size()));
    keys.missing()
        .forEach(key ->
            response.withData(
                "missing_key_" + key.id(),
                "it signs elsewhere: copy its file to this node, for its owner alone"));
    state.lastFailure().ifPresent(reason -> response.withData("last_failure", reason));
    state.stopped().ifPresent(reason -> response.withData("problem", reason));
    return response.status(state.stopped().isEmpty()).build();
  }
}
