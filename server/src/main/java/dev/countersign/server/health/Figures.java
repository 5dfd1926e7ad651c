package dev.countersign.server.health;

import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.server.database.Databases;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;

/// The product's own figures at `/metrics`; none carries a label that a caller could choose.
@Singleton
final class Figures {

  void register(
      @Observes StartupEvent event,
      MeterRegistry registry,
      LogState state,
      DecisionWriter writer,
      CheckpointSigner signer,
      Databases databases) {
    FunctionCounter.builder("countersign_ledger_entries", state, LogState::entries)
        .description("entries that this node appended")
        .register(registry);
    FunctionCounter.builder("countersign_ledger_batches", state, LogState::batches)
        .description("batches in which this node appended them")
        .register(registry);
    FunctionCounter.builder("countersign_ledger_failures", state, LogState::failures)
        .description("rounds of the sequencer, the batch writer or the signer that failed")
        .register(registry);
    Gauge.builder("countersign_ledger_stopped", state, s -> s.stopped().isPresent() ? 1 : 0)
        .description("1 if appends are stopped by an alarm")
        .register(registry);
    Gauge.builder("countersign_decisions_queued", writer, DecisionWriter::queued)
        .description("decisions that wait for their commit")
        .register(registry);
    Gauge.builder(
            "countersign_ledger_signed_size",
            signer,
            s -> s.newest().map(signed -> (double) signed.checkpoint().size()).orElse(0.0))
        .description("entries under the newest signed checkpoint")
        .register(registry);
    Gauge.builder("countersign_database_connections_busy", databases, Databases::busy)
        .description("connections of the pool in use")
        .register(registry);
  }
}
