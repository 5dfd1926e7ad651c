package dev.countersign.identity.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.countersign.identity.Buckets;
import dev.countersign.identity.RateLimit;
import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/// The buckets of this node. Safe for use by many threads.
///
/// A bucket is forgotten only once it would be full again, or if more names than are served are in
/// use at once.
public final class LocalBuckets implements Buckets {
  /// More names than this at once are not served by one node.
  private static final int MOST_BUCKETS = 100_000;

  private final TimeMeter time;
  private final Cache<String, Kept> buckets;

  /// A bucket, and how long after its last use it is full for certain.
  private record Kept(Bucket bucket, Duration filling) {}

  /// @param nanoseconds a time that never goes back
  public LocalBuckets(LongSupplier nanoseconds) {
    this.time = new Nanoseconds(nanoseconds);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(MOST_BUCKETS)
            .ticker(nanoseconds::getAsLong)
            .expireAfter(Expiry.<String, Kept>accessing((_, kept) -> kept.filling()))
            .build();
  }

  @Override
  public CompletableFuture<RateLimit.Answer> take(String name, RateLimit limit) {
    return CompletableFuture.completedFuture(taken(name, limit));
  }

  /// As [#take], at once.
  public RateLimit.Answer taken(String name, RateLimit limit) {
    return answer(bucket(name, limit).tryConsumeAndReturnRemaining(1));
  }

  /// Puts back a token that was taken in vain.
  public void giveBack(String name, RateLimit limit) {
    bucket(name, limit).addTokens(1);
  }

  private Bucket bucket(String name, RateLimit limit) {
    return buckets
        .get(
            name(name, limit),
            _ ->
                new Kept(
                    Bucket.builder()
                        .addLimit(bandwidth(limit))
                        .withCustomTimePrecision(time)
                        .build(),
                    limit.filling()))
        .bucket();
  }

  /// The limit is part of the name: a changed limit starts a bucket of its own.
  static String name(String name, RateLimit limit) {
    return name + " " + limit.limit() + " " + limit.burst();
  }

  static Bandwidth bandwidth(RateLimit limit) {
    return Bandwidth.builder()
        .capacity(limit.burst())
        .refillGreedy(limit.limit(), RateLimit.WINDOW)
        .build();
  }

  static RateLimit.Answer answer(ConsumptionProbe probe) {
    return new RateLimit.Answer(
        probe.isConsumed(),
        probe.getRemainingTokens(),
        Duration.ofNanos(probe.isConsumed() ? 0 : probe.getNanosToWaitForRefill()),
        Duration.ofNanos(probe.getNanosToWaitForReset()));
  }

  private record Nanoseconds(LongSupplier now) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return now.getAsLong();
    }

    @Override
    public boolean isWallClockBased() {
      return false;
    }
  }
}
