package dev.countersign.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/// The buckets of this node, one a key. Safe for use by many threads.
///
/// Local: with several nodes a key may spend its limit on each (docs say so). A bucket is forgotten
/// only once it would be full again.
public final class RateLimits {
  /// More keys than this at once are not served by one node.
  private static final int MOST_BUCKETS = 100_000;

  private final TimeMeter time;
  private final Cache<String, Kept> buckets;

  /// A bucket, and how long after its last use it is full for certain.
  private record Kept(Bucket bucket, Duration filling) {}

  /// @param time nanoseconds that never go back
  public RateLimits(TimeMeter time) {
    this.time = time;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST_BUCKETS)
            .ticker(time::currentTimeNanos)
            .expireAfter(Expiry.<String, Kept>accessing((_, kept) -> kept.filling()))
            .build();
  }

  /// Takes one token from the bucket called `key`.
  public RateLimit.Answer take(String key, RateLimit limit) {
    // The limit is part of the name: a changed limit starts a bucket of its own.
    var kept =
        buckets.get(
            key + " " + limit.limit() + " " + limit.burst(),
            _ -> new Kept(limit.bucket(time), limit.filling()));
    var probe = kept.bucket().tryConsumeAndReturnRemaining(1);
    return new RateLimit.Answer(
        probe.isConsumed(),
        probe.getRemainingTokens(),
        Duration.ofNanos(probe.isConsumed() ? 0 : probe.getNanosToWaitForRefill()));
  }
}
