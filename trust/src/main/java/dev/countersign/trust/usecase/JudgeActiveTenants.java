package dev.countersign.trust.usecase;

import dev.countersign.kernel.TenantId;
import dev.countersign.trust.store.ActiveTenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a timer does, on every node: judges the hours of the tenants in which something happened
/// lately. For use by one thread.
public final class JudgeActiveTenants {
  private static final int PAGE = 200;

  /// An hour that began so long ago has been over for half an hour and more.
  private static final Duration LATELY = Duration.ofHours(2);

  /// So far a new node looks back for what another left behind. What is older is judged when
  /// something happens again.
  private static final Duration AT_START = Duration.ofDays(14);

  private final ActiveTenants active;
  private final JudgeHours hours;
  private final Clock clock;
  private Instant since;

  public JudgeActiveTenants(ActiveTenants active, JudgeHours hours, Clock clock) {
    this.active = active;
    this.hours = hours;
    this.clock = clock;
    this.since = clock.instant().minus(AT_START);
  }

  /// What a round came to.
  ///
  /// @param failed tenants whose hours could not be judged; they are tried again
  /// @param full whether more is left of a tenant that did not fail
  public record Round(int failed, boolean full) {}

  /// Judges all that is complete, up to a bound for each tenant. One that fails does not stop the
  /// others.
  public Round round() {
    var lately = clock.instant().minus(LATELY);
    int failed = 0;
    boolean full = false;
    var after = Optional.<TenantId>empty();
    do {
      var page = active.since(since, after, PAGE);
      for (var tenant : page) {
        try {
          full |= hours.judge(tenant);
        } catch (RuntimeException later) {
          failed++;
        }
      }
      after = page.size() < PAGE ? Optional.empty() : Optional.of(page.getLast());
    } while (after.isPresent());
    if (failed == 0 && !full) {
      since = lately;
    }
    return new Round(failed, full);
  }
}
