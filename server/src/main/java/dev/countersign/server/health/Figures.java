package dev.countersign.server.health;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.KeyUsage;
import dev.countersign.identity.RateLimits;
import dev.countersign.identity.bucket.SharedBuckets;
import dev.countersign.ledger.usecase.CheckpointSigner;
import dev.countersign.ledger.usecase.Checkpoints;
import dev.countersign.ledger.usecase.CosignCheckpoint;
import dev.countersign.ledger.usecase.DecisionWriter;
import dev.countersign.ledger.usecase.GatherCosignatures;
import dev.countersign.ledger.usecase.LogState;
import dev.countersign.ledger.usecase.OpenAlarms;
import dev.countersign.ledger.usecase.Sequencer;
import dev.countersign.server.database.Databases;
import dev.countersign.server.http.FailureLimit;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;

/// The product's own figures at `/metrics`; none carries a label that a caller could choose.
@Singleton
final class Figures {

  void register(
      @Observes StartupEvent event,
      MeterRegistry registry,
      LogState state,
      DecisionWriter writer,
      Sequencer sequencer,
      CheckpointSigner signer,
      Checkpoints checkpoints,
      GatherCosignatures cosignatures,
      CosignCheckpoint witness,
      OpenAlarms alarms,
      Databases databases,
      RateLimits limits,
      FailureLimit failures,
      KeyUsage usage,
      FailedAttempts attempts,
      Optional<SharedBuckets> shared) {
    FunctionCounter.builder("countersign_limits_without_shared", limits, RateLimits::withoutShared)
        .description("calls that found the shared buckets silent")
        .register(registry);
    Gauge.builder(
            "countersign_limits_degraded",
            shared,
            place -> place.filter(buckets -> !buckets.answers()).isPresent() ? 1 : 0)
        .description("1 while shared buckets are configured and do not answer")
        .register(registry);
    FunctionCounter.builder("countersign_authentication_refused", failures, FailureLimit::refused)
        .description("requests without a known key that were refused for their address")
        .register(registry);
    FunctionCounter.builder("countersign_key_uses_uncounted", usage, KeyUsage::uncounted)
        .description("calls of keys for which the count had no room")
        .register(registry);
    FunctionCounter.builder(
            "countersign_authentication_failures_unrecorded", attempts, FailedAttempts::givenUp)
        .description("failed authentications that no entry shows, for the log was away too long")
        .register(registry);
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
        .description(
            "decisions that wait for their commit, or for their tenant's rules to stop changing")
        .register(registry);
    Gauge.builder("countersign_ledger_pending", sequencer, Sequencer::pending)
        .description("entries that are committed and wait for their index, of all nodes")
        .register(registry);
    Gauge.builder(
            "countersign_ledger_signed_size",
            signer,
            s -> s.newest().map(signed -> (double) signed.checkpoint().size()).orElse(0.0))
        .description("entries under the newest signed checkpoint")
        .register(registry);
    Gauge.builder(
            "countersign_ledger_shown_size",
            checkpoints,
            c -> c.newest().map(signed -> (double) signed.checkpoint().size()).orElse(0.0))
        .description("entries under the newest checkpoint that is shown")
        .register(registry);
    FunctionCounter.builder(
            "countersign_cosignatures_failed", cosignatures, GatherCosignatures::failures)
        .description("checkpoints that this node sent to a witness in vain")
        .register(registry);
    FunctionCounter.builder("countersign_witness_cosigned", witness, CosignCheckpoint::cosigned)
        .description("checkpoints of other logs that this node cosigned")
        .register(registry);
    FunctionCounter.builder(
            "countersign_witness_inconsistencies", witness, CosignCheckpoint::inconsistencies)
        .description("checkpoints of other logs that this node found to be inconsistent")
        .register(registry);
    Gauge.builder("countersign_ledger_alarms", alarms, OpenAlarms::count)
        .description("alarms about this log or watched ones that nobody has settled")
        .register(registry);
    Gauge.builder("countersign_database_connections_busy", databases, Databases::busy)
        .description("connections of the pool in use")
        .register(registry);
  }
}
