package dev.countersign.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private static final Retries RETRIES = Retries.DEFAULT;

  @Test
  void pausesGrowAndStayBounded() {
    Property.holdsFor(
        1000,
        random -> {
          int attempt = random.nextInt(1, 10_000);
          var pause = RETRIES.pause(attempt, Duration.ZERO, Optional.empty(), random).orElseThrow();
          assertThat(pause).isBetween(Duration.ofMillis(50), Duration.ofSeconds(3));
          if (attempt == 1) {
            assertThat(pause).isLessThanOrEqualTo(Duration.ofMillis(100));
          }
        });
  }

  @Test
  void neverShorterThanTheServerAsks() {
    Property.holdsFor(
        1000,
        random -> {
          var asked = Duration.ofSeconds(random.nextInt(0, 31));
          assertThat(RETRIES.pause(1, Duration.ZERO, Optional.of(asked), random).orElseThrow())
              .isGreaterThanOrEqualTo(asked);
        });
  }

  @Test
  void absurdRequestIsBounded() {
    assertThat(
            RETRIES.pause(
                1, Duration.ZERO, Optional.of(Duration.ofDays(1)), new SplittableRandom(1)))
        .hasValueSatisfying(pause -> assertThat(pause).isLessThan(Duration.ofSeconds(31)));
  }

  @Test
  void patienceOutlastsAServerThatComesBackWithinAMinute() {
    var random = new SplittableRandom(1);
    assertThat(RETRIES.pause(50, Duration.ofSeconds(60), Optional.empty(), random)).isPresent();
    assertThat(RETRIES.pause(50, RETRIES.patience(), Optional.empty(), random)).isEmpty();
  }

  @Test
  void onlySecondsAreUnderstood() {
    assertThat(Retries.asked(Optional.of(" 7 "))).contains(Duration.ofSeconds(7));
    assertThat(Retries.asked(Optional.of("Wed, 21 Oct 2026 07:28:00 GMT"))).isEmpty();
    assertThat(Retries.asked(Optional.of("-1"))).isEmpty();
    assertThat(Retries.asked(Optional.of("99999999999999999999"))).isEmpty();
  }

  @Test
  void refusalsAreNotRepeated() {
    for (int status : new int[] {200, 400, 401, 403, 404, 409, 422, 500}) {
      assertThat(Retries.helps(status)).as("%d", status).isFalse();
    }
    assertThat(Retries.helps(429)).isTrue();
    assertThat(Retries.helps(503)).isTrue();
  }
}
