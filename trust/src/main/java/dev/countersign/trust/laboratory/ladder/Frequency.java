package dev.countersign.trust.laboratory.ladder;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;

/// How often something happens in 10,000 proposals, with a 95% interval over the scopes.
///
/// The ratio of two sums over independent scopes, and the normal interval of its linearisation
/// (Cochran, Sampling Techniques, 1977, section 6.5); where nothing happened, Poisson's exact upper
/// bound. Fit for many scopes.
///
/// @param value in 10,000 proposals
public record Frequency(double value, double low, double high) {
  private static final double PER = 10_000;

  /// The 97.5% quantile of the standard normal distribution.
  private static final double Z = 1.959963984540054;

  /// -ln 0.025: with no event, the largest mean of a Poisson number that is not excluded.
  private static final double NONE_SEEN = 3.6888794541139363;

  /// Sums over scopes, of events c and proposals n: whole numbers, so that their order does not
  /// matter.
  static final class Sums {
    private long scopes;
    private long events;
    private long proposals;
    private long eventsSquared;
    private long both;
    private long proposalsSquared;

    void scope(long c, long n) {
      scopes++;
      events += c;
      proposals += n;
      eventsSquared += c * c;
      both += c * n;
      proposalsSquared += n * n;
    }

    void add(Sums other) {
      scopes += other.scopes;
      events += other.events;
      proposals += other.proposals;
      eventsSquared += other.eventsSquared;
      both += other.both;
      proposalsSquared += other.proposalsSquared;
    }

    long proposals() {
      return proposals;
    }

    /// MUST not be asked where nothing was proposed.
    Frequency frequency() {
      if (proposals == 0) {
        throw new IllegalStateException("a frequency is of something");
      }
      if (events == 0) {
        return new Frequency(0, 0, PER * NONE_SEEN / proposals);
      }
      double ratio = (double) events / proposals;
      double spread = eventsSquared - 2 * ratio * both + ratio * ratio * proposalsSquared;
      double error = StrictMath.sqrt(Math.max(0, spread)) / proposals;
      return new Frequency(
          PER * ratio, PER * Math.max(0, ratio - Z * error), PER * (ratio + Z * error));
    }
  }

  JsonObject toJson() {
    return Json.object().put("value", value).put("low", low).put("high", high).build();
  }
}
