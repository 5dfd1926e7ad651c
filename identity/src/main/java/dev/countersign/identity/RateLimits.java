package dev.countersign.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/// The buckets of this node, one a key. Safe for use by many threads.
///
/// Local: with several nodes a key may spend its limit on each (docs say so). A bucket that is
/// forgotten for lack of use would have been full again.
public final class RateLimits {
  /// More keys than this at once are not served by one node.
  private static final int MOST_BUCKETS = 100_000;

  private final TimeMeter time;
  private final Cache<String, Bucket> buckets;

  /// @param time nanoseconds that never go back
  public RateLimits(TimeMeter time) {
    this.time = time;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST_BUCKETS)
            .expireAfterAccess(RateLimit.WINDOW.plus(Duration.ofSeconds(1)))
            .build();
  }

  /// Takes one token from the bucket called `key`.
  public RateLimit.Answer take(String key, RateLimit limit) {
    // The limit is part of the name: a changed limit starts a bucket of its own.
    var bucket =
        buckets.get(key + " " + limit.limit() + " " + limit.burst(), _ -> limit.bucket(time));
    var probe = bucket.tryConsumeAndReturnRemaining(1);
    return new RateLimit.Answer(
        probe.isConsumed(),
        probe.getRemainingTokens(),
        Duration.ofNanos(probe.isConsumed() ? 0 : probe.getNanosToWaitForRefill()));
  }
}
