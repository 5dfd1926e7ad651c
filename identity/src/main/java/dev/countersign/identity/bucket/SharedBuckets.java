package dev.countersign.identity.bucket;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.countersign.identity.Buckets;
import dev.countersign.identity.RateLimit;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Buckets in a Redis or Valkey that all nodes use, exact across them: a bucket changes by compare
/// and swap, so of two nodes that see the same last token one gets it.
///
/// Safe for use by many threads; never blocks. Every call has an answer or fails within
/// [#PATIENCE]; after a few failures in a row calls fail at once, and one in a while tries whether
/// the server is back. A server that is away at the start is no reason not to start.
///
/// The time of a bucket is the nodes' own: nodes whose clocks differ by a second may together get
/// what flows into the bucket in a second more.
public final class SharedBuckets implements Buckets, AutoCloseable {
  /// The hot path waits for no more than this; a server on the same network answers in one
  /// millisecond.
  static final Duration PATIENCE = Duration.ofMillis(100);

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  /// While the circuit is open nothing is asked; then a few calls try.
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final int LAST_CALLS = 10;
  private static final int TRIALS = 2;

  /// More commands than this waiting for one connection will not be answered in time.
  private static final int MOST_QUEUED = 10_000;

  /// Kept here only to gather calls for the same bucket; what is forgotten is made again.
  private static final int MOST_PROXIES = 10_000;

  /// A bucket outlives its filling by this, for nodes whose clocks differ.
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static final String PREFIX = "countersign:limit:";

  private final RedisURI address;
  private final TimeMeter time;
  private final ClientResources resources;
  private final RedisClient client;
  private final CircuitBreaker circuit;
  private final AtomicReference<@Nullable CompletableFuture<Connected>> connected =
      new AtomicReference<>();

  /// A connection, which finds its server again by itself, and what is kept on it.
  private record Connected(
      StatefulRedisConnection<String, byte[]> connection,
      AsyncProxyManager<String> buckets,
      Cache<String, AsyncBucketProxy> proxies) {}

  /// @param url as `redis://` or `rediss://` (TLS), with user and password where it has them;
  ///   throws IllegalArgumentException if it is none
  public SharedBuckets(String url, Clock clock) {
    this.address = RedisURI.create(url);
    this.time = new WallClock(clock);
    this.resources =
        DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
    this.client = RedisClient.create(resources);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .requestQueueSize(MOST_QUEUED)
            .socketOptions(SocketOptions.builder().connectTimeout(CONNECT_LIMIT).build())
            .timeoutOptions(TimeoutOptions.enabled(PATIENCE))
            .build());
    this.circuit =
        CircuitBreaker.of(
            "shared buckets",
            CircuitBreakerConfig.custom()
                .slidingWindow(
                    LAST_CALLS,
                    LAST_CALLS / 2,
                    SlidingWindowType.COUNT_BASED,
                    CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.LOCK_FREE)
                .failureRateThreshold(50)
                .waitDurationInOpenState(PAUSE)
                .permittedNumberOfCallsInHalfOpenState(TRIALS)
                .build());
  }

  /// Tries to reach the server, so that the first call need not; that it cannot is no failure.
  public void start() {
    var _ = connection();
  }

  @Override
  public CompletableFuture<RateLimit.Answer> take(String name, RateLimit limit) {
    if (!circuit.tryAcquirePermission()) {
      return CompletableFuture.failedFuture(new Away());
    }
    long began = System.nanoTime();
    return connection()
        .thenCompose(place -> bucket(place, name, limit).tryConsumeAndReturnRemaining(1))
        .thenApply(LocalBuckets::answer)
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((_, failure) -> {
          long took = System.nanoTime() - began;
          if (failure == null) {
            circuit.onSuccess(took, TimeUnit.NANOSECONDS);
          } else {
            circuit.onError(took, TimeUnit.NANOSECONDS, failure);
          }
        });
  }

  /// Whether the server answers, as far as the last calls tell.
  public boolean answers() {
    var now = connected.get();
    return circuit.getState() == CircuitBreaker.State.CLOSED
        && now != null
        && now.isDone()
        && !now.isCompletedExceptionally()
        && now.join().connection().isOpen();
  }

  private CompletableFuture<Connected> connection() {
    var known = connected.get();
    if (known != null && !known.isCompletedExceptionally()) {
      return known;
    }
    var fresh = new CompletableFuture<Connected>();
    if (!connected.compareAndSet(known, fresh)) {
      return connection();
    }
    var _ =
        client
            .connectAsync(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE), address)
            .whenComplete((connection, failure) -> {
              if (connection != null) {
                fresh.complete(place(connection));
              } else {
                fresh.completeExceptionally(failure);
              }
            });
    return fresh;
  }

  private Connected place(StatefulRedisConnection<String, byte[]> connection) {
    var buckets =
        Bucket4jLettuce.casBasedBuilder(connection)
            .clientClock(time)
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(GRACE))
            .build()
            .asAsync();
    return new Connected(
        connection, buckets, Caffeine.newBuilder().maximumSize(MOST_PROXIES).build());
  }

  /// Calls of this node for the same bucket that come at once are sent as one, else they would only
  /// make each other's swap fail.
  private static AsyncBucketProxy bucket(Connected place, String name, RateLimit limit) {
    return place
        .proxies()
        .get(PREFIX + LocalBuckets.name(name, limit), key -> proxy(place, key, limit));
  }

  private static AsyncBucketProxy proxy(Connected place, String key, RateLimit limit) {
    var configuration =
        BucketConfiguration.builder().addLimit(LocalBuckets.bandwidth(limit)).build();
    return place
        .buckets()
        .builder()
        .withOptimization(Optimizations.batching())
        .build(key, () -> CompletableFuture.completedFuture(configuration));
  }

  @Override
  public void close() {
    client.shutdown(Duration.ZERO, CONNECT_LIMIT);
    resources.shutdown(0, CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  /// The server was asked in vain lately.
  private static final class Away extends RuntimeException {
    private static final long serialVersionUID = 1;

    Away() {
      super("the server of the shared buckets does not answer", null, false, false);
    }
  }

  private record WallClock(Clock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      Instant now = clock.instant();
      return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
