package dev.countersign.server.http;

import dev.countersign.identity.FailedAttempts;
import dev.countersign.identity.Network;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.bucket.LocalBuckets;
import dev.countersign.kernel.TenantId;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// How often keys may fail from one address (for IPv6 from one /64), and what becomes of it when
/// they do. Safe for use by many threads.
///
/// A token is taken before a key is looked up and given back if the key is good: so many callers at
/// once get no more look-ups than the bucket holds, and only failures cost.
public final class FailureLimit {
  private final LocalBuckets buckets;
  private final RateLimit limit;
  private final FailedAttempts attempts;
  private final Clock clock;
  private final LongAdder refused = new LongAdder();

  public FailureLimit(LocalBuckets buckets, RateLimit limit, FailedAttempts attempts, Clock clock) {
    this.buckets = buckets;
    this.limit = limit;
    this.attempts = attempts;
    this.clock = clock;
  }

  /// Lets a request from this address be looked at, if it may still fail.
  RateLimit.Answer take(String address) {
    var answer = buckets.taken(Network.site(address), limit);
    if (!answer.allowed()) {
      refused.increment();
    }
    return answer;
  }

  /// The key was good after all.
  void giveBack(String address) {
    buckets.giveBack(Network.site(address), limit);
  }

  /// The key failed.
  ///
  /// @param tenant whose key has the id that was presented
  void failed(Optional<TenantId> tenant, String address) {
    attempts.failed(tenant, address, clock.instant());
  }

  /// Requests that were refused without being looked at.
  public long refused() {
    return refused.sum();
  }
}
