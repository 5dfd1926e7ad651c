package dev.countersign.identity;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;

/// The limit of every key: shared among the nodes where there is a place to share it, else this
/// node's own. Safe for use by many threads; never blocks.
///
/// Without shared buckets a key may spend its limit on each node (docs say so).
public final class RateLimits {
  /// A shared place that does not answer is asked again this soon.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Buckets local;
  private final Optional<Buckets> shared;
  private final WhenUnavailable usually;
  private final LongAdder withoutShared = new LongAdder();

  /// What became of a call.
  public sealed interface Outcome {
    /// A bucket was asked.
    record Asked(RateLimit.Answer answer) implements Outcome {}

    /// No bucket could be asked, and the tenant wants its calls refused then.
    record Unavailable(Duration retryAfter) implements Outcome {}
  }

  public RateLimits(Buckets local) {
    this(local, Optional.empty(), WhenUnavailable.REFUSE);
  }

  /// @param usually for tenants that did not choose
  public RateLimits(Buckets local, Optional<Buckets> shared, WhenUnavailable usually) {
    this.local = local;
    this.shared = shared;
    this.usually = usually;
  }

  /// Takes one token for a call of this key.
  ///
  /// @param chosen what the key's tenant wants if the shared buckets do not answer
  public CompletableFuture<Outcome> take(
      String keyId, RateLimit limit, Optional<WhenUnavailable> chosen) {
    if (shared.isEmpty()) {
      return asked(local.take(keyId, limit));
    }
    return asked(shared.get().take(keyId, limit))
        .exceptionallyCompose(_ -> {
          withoutShared.increment();
          return switch (chosen.orElse(usually)) {
            case LOCAL -> asked(local.take(keyId, limit));
            // Fail closed: a limit that nobody counts is no limit.
            case REFUSE -> CompletableFuture.completedFuture(new Outcome.Unavailable(PAUSE));
          };
        });
  }

  /// How many calls found the shared buckets silent.
  public long withoutShared() {
    return withoutShared.sum();
  }

  private static CompletableFuture<Outcome> asked(CompletableFuture<RateLimit.Answer> answer) {
    return answer.thenApply(Outcome.Asked::new);
  }
}
