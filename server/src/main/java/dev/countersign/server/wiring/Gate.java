package dev.countersign.server.wiring;

import dev.countersign.identity.Buckets;
import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.Network;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.RateLimits;
import dev.countersign.identity.TenantLimits;
import dev.countersign.identity.bucket.LocalBuckets;
import dev.countersign.identity.bucket.SharedBuckets;
import dev.countersign.server.config.CountersignConfig;
import dev.countersign.server.config.StartRefused;
import dev.countersign.server.http.Arrivals;
import dev.countersign.server.http.FailureLimit;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/// What stands at the gate before any route: where requests come from, and how many may come.
@Dependent
final class Gate {

  @Produces
  @Singleton
  TenantLimits usual(CountersignConfig config) {
    var limits = config.limits();
    return new TenantLimits(
        Optional.of(limit("calls", limits.calls(), "burst", limits.burst())),
        Optional.of(limits.whenUnavailable()));
  }

  @Produces
  @Singleton
  Optional<SharedBuckets> shared(CountersignConfig config, Clock clock) {
    return config.limits().redis().url().map(url -> shared(url, clock));
  }

  private static SharedBuckets shared(String url, Clock clock) {
    try {
      var shared = new SharedBuckets(url, clock);
      shared.start();
      return shared;
    } catch (IllegalArgumentException e) {
      // Not the address itself: it may hold a password.
      throw new StartRefused(
          "`countersign.limits.redis.url` is not the address of a Redis",
          "write it as redis://host:6379, or rediss://user:password@host:6379 for TLS");
    }
  }

  void close(@Disposes Optional<SharedBuckets> shared) {
    shared.ifPresent(SharedBuckets::close);
  }

  @Produces
  @Singleton
  RateLimits limits(Optional<SharedBuckets> shared, CountersignConfig config) {
    return new RateLimits(
        new LocalBuckets(System::nanoTime),
        shared.map(Buckets.class::cast),
        config.limits().whenUnavailable());
  }

  @Produces
  @Singleton
  FailureLimit failures(CountersignConfig config, FailedAttempts attempts, Clock clock) {
    var limits = config.limits();
    return new FailureLimit(
        new LocalBuckets(System::nanoTime),
        limit("failures", limits.failures(), "failure-burst", limits.failureBurst()),
        attempts,
        clock);
  }

  private static RateLimit limit(String name, int limit, String burstName, int burst) {
    if (limit < 1 || limit > RateLimit.LARGEST || burst < 1 || burst > RateLimit.LARGEST) {
      throw new StartRefused(
          "`countersign.limits.%s` or `countersign.limits.%s` is out of range"
              .formatted(name, burstName),
          "use 1 to " + RateLimit.LARGEST);
    }
    return new RateLimit(limit, burst);
  }

  @Produces
  @Singleton
  Arrivals arrivals(CountersignConfig config) {
    var trusted =
        config.proxy().trusted().orElse(List.of()).stream()
            .map(text ->
                Network.parse(text.strip())
                    .orElseThrow(() ->
                        new StartRefused(
                            "`" + text + "` in `countersign.proxy.trusted` is no network",
                            "write it as 10.0.0.0/8, with nothing behind the prefix")))
            .toList();
    return new Arrivals(trusted, config.proxy().header());
  }
}
