package dev.countersign.benchmarks.unrecorded;

import dev.countersign.kernel.Digest;
import dev.countersign.ledger.Salt;
import dev.countersign.ledger.VerifierKey;
import dev.countersign.ledger.usecase.Decisions;
import dev.countersign.ledger.usecase.Ticket;
import dev.countersign.server.config.StartRefused;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/// Answers every decision at once with a made-up ticket and records nothing.
///
/// Never for work: it refuses to start unless it was told that this is a benchmark.
@Alternative
@Priority(1)
@Singleton
final class Unrecorded implements Decisions {
  private static final String TOLD = "benchmark.unrecorded";

  /// As long as a real one, so that the answers are.
  private static final Salt SALT = Salt.of(new byte[Salt.LENGTH]);

  private final String origin;
  private final AtomicLong index = new AtomicLong();

  Unrecorded(VerifierKey key) {
    this.origin = key.name();
  }

  /// Before anything else starts.
  void refuse(@Observes @Priority(1) StartupEvent event) {
    if (!Boolean.getBoolean(TOLD)) {
      throw new StartRefused(
          "this server records nothing and is for benchmarks alone",
          "use `countersign serve`; a benchmark says -D" + TOLD + "=true");
    }
  }

  @Override
  public CompletableFuture<Result> submit(Submission submission) {
    return CompletableFuture.completedFuture(
        new Result.Committed(
            new Ticket(
                submission.draft().id(), index.getAndIncrement(), Digest.ZERO, SALT, origin)));
  }
}
