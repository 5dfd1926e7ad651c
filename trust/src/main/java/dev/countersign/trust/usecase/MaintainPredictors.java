package dev.countersign.trust.usecase;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.TenantId;
import dev.countersign.trust.predict.features.Predictor;
import dev.countersign.trust.store.ActiveTenants;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/// Goes through the tenants in which something happened, trains what is due and watches what
/// serves. For one thread; nodes may do it at the same time.
public final class MaintainPredictors {
  /// A label may come a day after the last thing happened in a scope, and then a day is over.
  private static final Duration ACTIVE = Duration.ofHours(25);

  private static final Duration NEVER = Duration.ofDays(36_500);
  private static final int PAGE = 100;

  /// What a tenant that brings much more may take of one round; the next round goes on.
  private static final int MOST_LOOKS = 20;

  private static final int TRACE_BYTES = 16;

  private final ActiveTenants tenants;
  private final TrainPredictors train;
  private final WatchPredictors watch;
  private final Ids ids;
  private final Clock clock;

  public MaintainPredictors(
      ActiveTenants tenants, TrainPredictors train, WatchPredictors watch, Ids ids, Clock clock) {
    this.tenants = tenants;
    this.train = train;
    this.watch = watch;
    this.ids = ids;
    this.clock = clock;
  }

  /// What a round came to.
  ///
  /// @param failed tenants that could not be looked at now; the next round looks again
  public record Round(int tenants, int trained, int failed) {
    Round plus(int more, boolean broke) {
      return new Round(tenants + 1, trained + more, failed + (broke ? 1 : 0));
    }
  }

  /// Every tenant in which something happened since yesterday, or somebody asked for a training.
  public Round all() {
    return round(clock.instant().minus(ACTIVE));
  }

  /// Only the tenants in which somebody asked for a training.
  public Round asked() {
    return round(clock.instant().plus(NEVER));
  }

  private Round round(Instant since) {
    var round = new Round(0, 0, 0);
    var last = Optional.<TenantId>empty();
    while (true) {
      var page = tenants.sinceOrAsked(since, last, PAGE);
      for (var tenant : page) {
        round = one(round, tenant);
      }
      if (page.size() < PAGE) {
        return round;
      }
      last = Optional.of(page.getLast());
    }
  }

  private Round one(Round round, TenantId tenant) {
    try {
      return round.plus(maintain(tenant), false);
    } catch (RuntimeException later) {
      // Whatever is wrong with one tenant must not keep the others waiting.
      return round.plus(0, true);
    }
  }

  private int maintain(TenantId tenant) {
    int trained = 0;
    for (var predictor : Predictor.values()) {
      var traceId = HexFormat.of().formatHex(ids.randomBytes(TRACE_BYTES));
      trained += train.train(tenant, predictor, traceId).isPresent() ? 1 : 0;
      int looks = 0;
      while (watch.look(tenant, predictor, traceId) && ++looks < MOST_LOOKS) {
        // Until nothing is new.
      }
    }
    return trained;
  }
}
