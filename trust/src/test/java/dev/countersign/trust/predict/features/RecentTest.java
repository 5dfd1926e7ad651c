package dev.countersign.trust.predict.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import dev.countersign.trust.Severity;
import dev.countersign.trust.TrustEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class RecentTest {
  private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
  private static final UUID ID = new UUID(1, 1);

  private static TrustEvent decided(boolean approved) {
    return new TrustEvent.Decided(ID, approved, NOON, true);
  }

  private static TrustEvent outcome(boolean success, Severity severity) {
    return new TrustEvent.OutcomeObserved(
        ID, success, severity, Optional.empty(), Optional.empty(), NOON);
  }

  @Test
  void anApprovalEndsTheStreakOfRejections() {
    var recent = Recent.NOTHING.with(decided(false)).with(decided(false));
    assertThat(recent.rejectionStreak()).isEqualTo(2);
    assertThat(recent.with(decided(true)).rejectionStreak()).isZero();
  }

  @Test
  void theLatestTwentyOutcomesCount() {
    var recent = Recent.NOTHING;
    assertThat(recent.successRate()).isEmpty();
    for (int i = 0; i < 30; i++) {
      recent = recent.with(outcome(false, Severity.MINOR));
    }
    for (int i = 0; i < 15; i++) {
      recent = recent.with(outcome(true, Severity.NONE));
    }
    assertThat(recent.successRate().orElseThrow()).isCloseTo(0.75, within(1e-12));
    assertThat(recent.with(outcome(true, Severity.MINOR)).successRate().orElseThrow())
        .as("a success that hurt somebody is none")
        .isCloseTo(0.75, within(1e-12));
  }

  @Test
  void rollbacksOfSevenDaysCount() {
    var recent =
        Recent.NOTHING
            .with(new TrustEvent.RolledBack(ID, NOON.minus(Duration.ofDays(8))))
            .with(new TrustEvent.RolledBack(ID, NOON.minus(Duration.ofDays(6))))
            .with(new TrustEvent.RolledBack(ID, NOON));
    assertThat(recent.rollbacksBefore(NOON)).isEqualTo(2);
    assertThat(recent.successRate()).contains(0.0);
  }

  @Test
  void theDayBeginsAtMidnightWhereTheSiteIs() {
    var recent =
        Recent.NOTHING
            .with(new TrustEvent.Executed(ID, Instant.parse("2026-03-09T23:30:00Z"), true))
            .with(new TrustEvent.Executed(ID, Instant.parse("2026-03-10T03:30:00Z"), true))
            .with(new TrustEvent.Executed(ID, Instant.parse("2026-03-10T11:30:00Z"), true));
    assertThat(recent.executionsOfDay(NOON, ZoneOffset.UTC)).isEqualTo(2);
    assertThat(recent.executionsOfDay(NOON, ZoneId.of("Europe/Berlin"))).isEqualTo(3);
    assertThat(recent.executionsOfDay(NOON, ZoneId.of("America/New_York"))).isEqualTo(1);
  }

  @Test
  void whatIsStoredIsReadAgainAndStaysBounded() {
    Property.holdsFor(
        50,
        random -> {
          var recent = Recent.NOTHING;
          for (int i = 0; i < 500; i++) {
            recent = recent.with(any(random));
          }
          var stored = recent.toJson().toString();
          assertThat(stored.length()).isLessThan(6_000);
          assertThat(Recent.fromJson(JsonReader.readObject(stored))).isEqualTo(recent);
        });
  }

  private static TrustEvent any(RandomGenerator random) {
    var at = NOON.plusSeconds(random.nextLong(1_000_000));
    return switch (random.nextInt(5)) {
      case 0 -> decided(random.nextBoolean());
      case 1 -> outcome(random.nextBoolean(), Severity.NONE);
      case 2 -> new TrustEvent.RolledBack(ID, at);
      case 3 -> new TrustEvent.Executed(ID, at, true);
      default -> new TrustEvent.OutcomeOverdue(ID, at);
    };
  }
}
