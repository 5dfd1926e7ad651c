package dev.countersign.identity.bucket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.identity.Buckets;
import dev.countersign.identity.RateLimit;
import dev.countersign.identity.RateLimits;
import dev.countersign.identity.RateLimits.Outcome;
import dev.countersign.identity.WhenUnavailable;
import dev.countersign.testkit.Await;
import dev.countersign.testkit.ManualClock;
import dev.countersign.testkit.TestRedis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two nodes on a real Redis, which is killed, frozen and started again.
class SharedBucketsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final RateLimit LIMIT = new RateLimit(100, 20);

  private final TestRedis redis = TestRedis.start();
  private final ManualClock clock = ManualClock.at("2026-11-01T12:00:00Z");
  private final SharedBuckets here = node();
  private final SharedBuckets there = node();

  private SharedBuckets node() {
    var buckets = new SharedBuckets(redis.url(), clock);
    buckets.start();
    Await.until("the node has its redis", PATIENCE, () -> answers(buckets));
    return buckets;
  }

  @AfterEach
  void close() {
    here.close();
    there.close();
    redis.close();
  }

  /// Asks for a bucket of its own, since the state of a circuit moves with calls alone.
  private static boolean answers(SharedBuckets buckets) {
    var outcome = buckets.take("probe", new RateLimit(1_000_000, 1_000_000));
    return outcome.handle((_, failure) -> failure == null).join() && buckets.answers();
  }

  private static boolean allowed(Buckets buckets, String name) {
    return buckets.take(name, LIMIT).join().allowed();
  }

  @Test
  void twoNodesTogetherNeverExceedTheLimit() {
    for (int round = 0; round < 10; round++) {
      var name = "key-" + round;
      int expected = LIMIT.burst();
      assertThat(allowedAtOnce(name)).isEqualTo(expected);
      clock.advance(Duration.ofSeconds(6));
      assertThat(allowedAtOnce(name)).isEqualTo(10);
      clock.advance(Duration.ofMinutes(5));
      assertThat(allowedAtOnce(name)).isEqualTo(expected);
    }
  }

  private long allowedAtOnce(String name) {
    var calls = new ArrayList<CompletableFuture<Boolean>>();
    for (int i = 0; i < 60; i++) {
      var node = i % 2 == 0 ? here : there;
      calls.add(CompletableFuture.supplyAsync(() -> allowed(node, name)));
    }
    return calls.stream().filter(CompletableFuture::join).count();
  }

  @Test
  void bucketsOfDifferentKeysAndLimitsAreApart() {
    var one = new RateLimit(1, 1);
    assertThat(here.take("a", one).join().allowed()).isTrue();
    var refused = there.take("a", one).join();
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(60));
    assertThat(there.take("b", one).join().allowed()).isTrue();
    assertThat(there.take("a", new RateLimit(2, 1)).join().allowed()).isTrue();
  }

  @Test
  void deadServerRefusesOrCountsLocallyAsTheTenantChoseAndIsSharedAgainWhenItIsBack() {
    var limits =
        new RateLimits(
            new LocalBuckets(System::nanoTime), Optional.of(here), WhenUnavailable.REFUSE);
    assertThat(take(limits, Optional.empty())).isInstanceOf(Outcome.Asked.class);

    redis.kill();
    for (int i = 0; i < 30; i++) {
      assertThat(take(limits, Optional.empty())).isInstanceOf(Outcome.Unavailable.class);
    }
    assertThat(here.answers()).isFalse();
    assertThat(take(limits, Optional.of(WhenUnavailable.LOCAL))).isInstanceOf(Outcome.Asked.class);
    assertThat(limits.withoutShared()).isGreaterThan(30);

    redis.restart();
    Await.until("it is shared again", PATIENCE, () -> answers(here) && answers(there));
    assertThat(allowedAtOnce("after")).isEqualTo(LIMIT.burst());
  }

  @Test
  void frozenServerHoldsNobodyUp() {
    redis.freeze();
    try {
      var calls = new ArrayList<CompletableFuture<RateLimit.Answer>>();
      for (int i = 0; i < 200; i++) {
        calls.add(here.take("key-" + i % 5, LIMIT));
      }
      // Each has failed within the patience, plus what a loaded machine needs to notice.
      var all = CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
      assertThat(all.handle((_, failure) -> failure != null).orTimeout(5, TimeUnit.SECONDS).join())
          .isTrue();
      assertThat(calls).allMatch(CompletableFuture::isCompletedExceptionally);
      // The circuit is open: the next ones fail without waiting for anything.
      assertThat(List.of(here.take("a", LIMIT), here.take("b", LIMIT)))
          .allMatch(CompletableFuture::isCompletedExceptionally);
    } finally {
      redis.thaw();
    }
    Await.until("it answers again", PATIENCE, () -> answers(here));
  }

  @Test
  void serverThatIsAwayAtTheStartIsFoundLater() {
    redis.kill();
    try (var late = new SharedBuckets(redis.url(), clock)) {
      late.start();
      assertThat(late.take("a", LIMIT).handle((_, failure) -> failure).join()).isNotNull();
      assertThat(late.answers()).isFalse();
      redis.restart();
      Await.until("it is found", PATIENCE, () -> answers(late));
    }
  }

  private static Outcome take(RateLimits limits, Optional<WhenUnavailable> chosen) {
    return limits.take("key", new RateLimit(1_000, 1_000), chosen).join();
  }
}
