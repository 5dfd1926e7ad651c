package dev.countersign.benchmarks.predict;

import dev.countersign.trust.predict.anomaly.AlarmKind;
import dev.countersign.trust.predict.anomaly.Happening;
import dev.countersign.trust.predict.anomaly.Happening.What;
import dev.countersign.trust.predict.anomaly.ScopeWindows;
import dev.countersign.trust.predict.anomaly.ScoredHours;
import dev.countersign.trust.predict.anomaly.Watch;
import dev.countersign.trust.predict.anomaly.Window;
import dev.countersign.trust.predict.forest.RandomCut;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Tenants in which nothing unusual happens: alarms a week, with one scope and with more, with
/// hours alike and with days and nights. Then one hour in which nearly everything is rejected.
final class FalseAlarms {
  private static final Instant BEGIN = Instant.parse("2026-01-05T00:00:00Z");
  private static final int WEEKS = 7;
  private static final int WEEK = 168;

  private FalseAlarms() {}

  static void report() {
    Predictors.say("");
    Predictors.say(
        "## false alarms a week of a tenant (budget 1), after the first three weeks; spikes found");
    for (boolean nights : new boolean[] {false, true}) {
      for (int scopes : new int[] {1, 3}) {
        one(scopes, nights, scopes == 1 ? 4 : 1);
      }
    }
  }

  private static void one(int scopes, boolean nights, int tenants) {
    var watch = new Watch(new RandomCut());
    long alarms = 0;
    long weeks = 0;
    long found = 0;
    long named = 0;
    for (int tenant = 0; tenant < tenants; tenant++) {
      var random = new SplittableRandom(tenant + 1000L * scopes);
      var windows = new TreeMap<String, ScopeWindows>();
      var hours = ScoredHours.NONE;
      for (int hour = 0; hour < WEEKS * WEEK; hour++) {
        var judged = watch.judge(hours, windows, hour(random, hour, scopes, nights, false));
        windows.putAll(judged.windows());
        hours = judged.hours();
        alarms += hour >= 3 * WEEK && judged.alarm().isPresent() ? 1 : 0;
      }
      weeks += WEEKS - 3;
      // At ten in the morning of the next Monday.
      int hour = WEEKS * WEEK + 10;
      var judged = watch.judge(hours, windows, hour(random, hour, scopes, nights, true));
      found += judged.alarm().isPresent() ? 1 : 0;
      named +=
          judged.alarm().filter(alarm -> alarm.kind() == AlarmKind.REJECTION_SPIKE).isPresent()
              ? 1
              : 0;
    }
    // Counts of rare events: two roots on either side.
    Predictors.say(
        "%d scopes, %s: %.3f a week (%d alarms in %d weeks, +- %.3f); spikes found in %d of %d,"
            + " named rejection_spike in %d",
        scopes,
        nights ? "days and nights" : "hours alike",
        (double) alarms / weeks,
        alarms,
        weeks,
        2 * Math.sqrt((double) Math.max(1, alarms)) / weeks,
        found,
        tenants,
        named);
  }

  private static SortedMap<String, Window> hour(
      SplittableRandom random, int hour, int scopes, boolean nights, boolean spike) {
    var start = BEGIN.plus(Duration.ofHours(hour));
    var windows = new TreeMap<String, Window>();
    boolean awake = !nights || (hour % 24 >= 8 && hour % 24 < 18 && hour / 24 % 7 < 5);
    for (int scope = 0; scope < scopes; scope++) {
      var name = "scope" + scope;
      double mean = (awake ? 12 : 1.5) * (scope + 1) / scopes;
      double rejected = spike && scope == 0 ? 0.9 : 0.08;
      Window.of(start, happenings(random, start, mean, rejected))
          .ifPresent(window -> windows.put(name, window));
    }
    return windows;
  }

  private static List<Happening> happenings(
      SplittableRandom random, Instant start, double mean, double rejected) {
    var happenings = new ArrayList<Happening>();
    for (int i = poisson(random, mean); i > 0; i--) {
      happenings.add(
          did(random, start, "bot", What.PROPOSED, Optional.of(0.7 + 0.3 * random.nextDouble())));
      boolean no = random.nextDouble() < rejected;
      var person = "person" + random.nextInt(4);
      happenings.add(
          did(random, start, person, no ? What.REJECTED : What.APPROVED, Optional.empty()));
      if (!no) {
        boolean failed = random.nextInt(50) == 0;
        happenings.add(
            did(random, start, "bot", failed ? What.FAILED : What.SUCCEEDED, Optional.empty()));
      }
    }
    return happenings;
  }

  private static Happening did(
      SplittableRandom random, Instant start, String actor, What what, Optional<Double> said) {
    return new Happening(start.plusSeconds(random.nextInt(3600)), actor, what, said, said);
  }

  private static int poisson(SplittableRandom random, double mean) {
    double line = Math.exp(-mean);
    double product = random.nextDouble();
    int n = 0;
    while (product > line) {
      product *= random.nextDouble();
      n++;
    }
    return n;
  }
}
