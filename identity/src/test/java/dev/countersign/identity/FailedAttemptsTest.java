package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.TenantId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
  private static final Instant START = Instant.parse("2026-11-01T12:00:30Z");
  private static final Instant MINUTE = Instant.parse("2026-11-01T12:00:00Z");
  private static final Instant NEXT = Instant.parse("2026-11-01T12:01:00Z");

  private final FailedAttempts attempts = new FailedAttempts();

  @Test
  void onePlaceAndMinuteIsOneRecord() {
    var tenant = Optional.of(new TenantId(new UUID(0, 1)));
    for (int i = 0; i < 5; i++) {
      attempts.failed(Optional.empty(), "10.0.0.1", START);
      attempts.failed(tenant, "10.0.0.1", START);
    }
    assertThat(attempts.over(START)).isEmpty();
    assertThat(attempts.over(NEXT))
        .containsExactly(
            new FailedAttempts.Gathered(MINUTE, Optional.empty(), "10.0.0.1", 5),
            new FailedAttempts.Gathered(MINUTE, tenant, "10.0.0.1", 5));
    assertThat(attempts.over(NEXT)).isEmpty();
  }

  @Test
  void aMillionAddressesAreAHundredRecords() {
    for (int i = 0; i < 1_000_000; i++) {
      attempts.failed(
          Optional.empty(), "%d.%d.%d.1".formatted(i >> 16, i >> 8 & 0xff, i & 0xff), START);
    }
    var gathered = attempts.over(NEXT);
    assertThat(gathered).hasSize(FailedAttempts.MOST);
    assertThat(gathered.stream().mapToLong(FailedAttempts.Gathered::count).sum())
        .isEqualTo(1_000_000);
    assertThat(gathered.getLast().source()).isEmpty();
  }

  @Test
  void whatIsPutBackComesAgainAndWhatIsTooOldIsGivenUp() {
    attempts.failed(Optional.empty(), "10.0.0.1", START);
    var gathered = attempts.over(NEXT);
    attempts.putBack(gathered);
    assertThat(attempts.over(NEXT)).isEqualTo(gathered);
    attempts.putBack(gathered);
    for (int minute = 1; minute <= 10; minute++) {
      attempts.failed(Optional.empty(), "10.0.0.1", START.plusSeconds(60L * minute));
    }
    assertThat(attempts.givenUp()).isEqualTo(1);
    assertThat(attempts.over(START.plusSeconds(3600))).hasSize(10);
  }
}
