package dev.countersign.server.health;

import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.DecisionWriter;
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

  LedgerHealth(LogState state, CheckpointSigner signer, DecisionWriter writer) {
    this.state = state;
    this.signer = signer;
    this.writer = writer;
  }

  @Override
  public HealthCheckResponse call() {
    var response = HealthCheckResponse.named("ledger").withData("queued", writer.queued());
    signer.newest().ifPresent(signed -> response.withData("signed", signed.checkpoint().size()));
    state.lastFailure().ifPresent(reason -> response.withData("last_failure", reason));
    state.stopped().ifPresent(reason -> response.withData("problem", reason));
    return response.status(state.stopped().isEmpty()).build();
  }
}
