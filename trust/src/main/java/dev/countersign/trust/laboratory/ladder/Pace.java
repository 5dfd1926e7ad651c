package dev.countersign.trust.laboratory.ladder;

import java.time.Duration;
import java.time.Instant;

/// When things happen to made-up scopes.
///
/// So few a day that neither seven days nor the dwell holds up what the test lets pass: the test
/// stands alone. More a day would only delay.
final class Pace {
  static final int PROPOSALS_A_DAY = 10;

  /// What a tenant that says nothing has people look at in automatic modes.
  static final double AUDIT_SHARE = 0.05;

  private static final Instant FIRST = Instant.parse("2026-03-02T00:00:00Z");
  private static final Duration MOMENT = Duration.ofDays(1).dividedBy(PROPOSALS_A_DAY);

  private Pace() {}

  static Instant at(int moment) {
    return FIRST.plus(MOMENT.multipliedBy(moment));
  }

  static Duration lasting(int moments) {
    return MOMENT.multipliedBy(moments);
  }

  static int day(int moment) {
    return moment / PROPOSALS_A_DAY;
  }
}
