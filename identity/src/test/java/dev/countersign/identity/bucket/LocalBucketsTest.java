package dev.countersign.identity.bucket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.identity.RateLimit;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class LocalBucketsTest {

  /// A time that a test moves by hand, in nanoseconds.
  private static final class ManualTime implements LongSupplier {
    private long now = 1_000_000_000L;

    @Override
    public long getAsLong() {
      return now;
    }

    void advance(long nanos) {
      now += nanos;
    }
  }

  @Test
  void noWindowHoldsMoreThanLimitAndBurst() {
    Property.holdsFor(
        300,
        random -> {
          var time = new ManualTime();
          var limits = new LocalBuckets(time);
          var limit = new RateLimit(1 + random.nextInt(50), 1 + random.nextInt(30));
          long window = RateLimit.WINDOW.toNanos();
          var allowed = new ArrayDeque<Long>();
          for (int i = 0; i < 2_000; i++) {
            if (random.nextInt(20) == 0) {
              time.advance(random.nextLong(window / 2));
            } else if (random.nextInt(3) == 0) {
              time.advance(random.nextLong(window / limit.limit()));
            }
            if (limits.taken("key", limit).allowed()) {
              allowed.addLast(time.getAsLong());
            }
            while (!allowed.isEmpty() && allowed.getFirst() <= time.getAsLong() - window) {
              allowed.removeFirst();
            }
            assertThat(allowed.size()).isLessThanOrEqualTo(limit.limit() + limit.burst());
          }
        });
  }

  /// Over any span: what the bucket held, and what flowed in since. A bucket that was forgotten too
  /// early would give its burst again.
  @Test
  void restDoesNotFillABucketFasterThanItsLimit() {
    Property.holdsFor(
        300,
        random -> {
          var time = new ManualTime();
          var limits = new LocalBuckets(time);
          var limit = new RateLimit(1 + random.nextInt(5), 20 + random.nextInt(200));
          long start = time.getAsLong();
          int allowed = 0;
          for (int visit = 0; visit < 20; visit++) {
            for (int i = 0; i < 300; i++) {
              allowed += limits.taken("key", limit).allowed() ? 1 : 0;
            }
            double flowed =
                (double) limit.limit() * (time.getAsLong() - start) / RateLimit.WINDOW.toNanos();
            assertThat(allowed).isLessThanOrEqualTo(limit.burst() + (int) Math.ceil(flowed));
            time.advance(random.nextLong(Duration.ofMinutes(3).toNanos()));
          }
        });
  }

  @Test
  void refusalSaysWhenTheNextCallIsAllowed() {
    var time = new ManualTime();
    var limits = new LocalBuckets(time);
    var limit = new RateLimit(60, 2);
    assertThat(limits.taken("k", limit))
        .isEqualTo(new RateLimit.Answer(true, 1, Duration.ZERO, Duration.ofSeconds(1)));
    assertThat(limits.taken("k", limit))
        .isEqualTo(new RateLimit.Answer(true, 0, Duration.ZERO, Duration.ofSeconds(2)));
    var refused = limits.taken("k", limit);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
    time.advance(refused.retryAfter().toNanos() - 1);
    assertThat(limits.taken("k", limit).allowed()).isFalse();
    time.advance(1);
    assertThat(limits.taken("k", limit).allowed()).isTrue();
  }

  @Test
  void keysDoNotShareABucket() {
    var limits = new LocalBuckets(new ManualTime());
    var limit = new RateLimit(1, 1);
    assertThat(limits.taken("a", limit).allowed()).isTrue();
    assertThat(limits.taken("a", limit).allowed()).isFalse();
    assertThat(limits.taken("b", limit).allowed()).isTrue();
  }

  @Test
  void limitIsAtLeastOne() {
    assertThatThrownBy(() -> new RateLimit(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new RateLimit(1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTokenThatWasTakenInVainIsGivenBack() {
    var limits = new LocalBuckets(new ManualTime());
    var limit = new RateLimit(1, 1);
    assertThat(limits.taken("a", limit).allowed()).isTrue();
    limits.giveBack("a", limit);
    assertThat(limits.taken("a", limit).allowed()).isTrue();
    assertThat(limits.taken("a", limit).allowed()).isFalse();
  }
}
