package dev.countersign.server.jobs;

import dev.countersign.identity.usecase.RecordFailedAttempts;
import dev.countersign.identity.usecase.RecordKeyUsage;
import dev.countersign.server.demo.FirstKey;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;

/// Writes down every few seconds how often keys were used, and after each minute where keys failed.
@Singleton
public final class KeysJob implements AutoCloseable {
  /// So old may a count be that somebody looks at; so much is lost if the node dies.
  private static final Duration PERIOD = Duration.ofSeconds(2);

  private final RecordKeyUsage usage;
  private final RecordFailedAttempts failures;
  private final FirstKey platform;
  private final Clock clock;
  private final Rounds rounds = new Rounds("keys", "the use of keys is written down later");

  KeysJob(RecordKeyUsage usage, RecordFailedAttempts failures, FirstKey platform, Clock clock) {
    this.usage = usage;
    this.failures = failures;
    this.platform = platform;
    this.clock = clock;
  }

  public void start() {
    rounds.every(PERIOD, this::round);
  }

  /// What was not written is kept for the next round.
  private void round() {
    usage.flush();
    failures.write(clock.instant(), platform.tenant());
  }

  private void last() {
    usage.flush();
    failures.leave(clock.instant(), platform.tenant());
  }

  /// Writes down what is left, of the running minute, too.
  @Override
  public void close() {
    rounds.close();
    rounds.tried(this::last);
  }
}
