package dev.countersign.trust.predict.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.JsonReader;
import dev.countersign.trust.predict.anomaly.CutForest.Score;
import dev.countersign.trust.predict.anomaly.Happening.What;
import dev.countersign.trust.predict.forest.RandomCut;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WatchTest {
  private static final Instant BEGIN = Instant.parse("2026-02-01T00:00:00Z");

  /// Somebody else's forest, for speed: how far from the origin a point is.
  private static final CutForest DISTANCE =
      (others, point) -> {
        double sum = 0;
        for (double value : point) {
          sum += value * value;
        }
        return new Score(sum, Collections.nCopies(point.length, 1.0 / point.length));
      };

  /// A tenant's state between hours.
  private record Tenant(SortedMap<String, ScopeWindows> windows, ScoredHours hours) {
    List<Window> claims() {
      return windows.getOrDefault("claims", ScopeWindows.NONE).windows();
    }

    static Tenant fresh() {
      return new Tenant(new TreeMap<>(), ScoredHours.NONE);
    }

    Tenant after(Watch.Hour hour) {
      var all = new TreeMap<>(windows);
      all.putAll(hour.windows());
      return new Tenant(all, hour.hours());
    }

    Tenant stored() {
      var read = new TreeMap<String, ScopeWindows>();
      windows.forEach((scope, kept) ->
          read.put(scope, ScopeWindows.fromJson(JsonReader.readObject(kept.toJson().toString()))));
      return new Tenant(
          read, ScoredHours.fromJson(JsonReader.readObject(hours.toJson().toString())));
    }
  }

  private static Instant hour(int n) {
    return BEGIN.plus(Duration.ofHours(n));
  }

  private static Window usual(int hour, SplittableRandom random) {
    long decided = 10L + random.nextInt(5);
    return new Window(
        hour(hour),
        decided,
        decided,
        0,
        0,
        8,
        8,
        Optional.of(0.8 + random.nextInt(5) / 100.0),
        Optional.of(0.9),
        3,
        4,
        40L + random.nextInt(20));
  }

  private static SortedMap<String, Window> both(Window one, Window other) {
    var hour = new TreeMap<String, Window>();
    hour.put("claims", one);
    hour.put("refills", other);
    return hour;
  }

  private static Tenant settled(Watch watch, int hours) {
    var random = new SplittableRandom(1);
    var tenant = Tenant.fresh();
    for (int i = 0; i < hours; i++) {
      var hour =
          watch.judge(tenant.hours(), tenant.windows(), both(usual(i, random), usual(i, random)));
      tenant = tenant.after(hour);
    }
    return tenant;
  }

  private static Window unusual(AlarmKind kind, int hour) {
    var w = usual(hour, new SplittableRandom(2));
    return switch (kind) {
      case REJECTION_SPIKE -> with(w, w.proposals(), w.decided(), 0, 8, 0.8, 0.9, 40);
      case OVERRIDE_SPIKE -> with(w, w.proposals(), 0, 6, 8, 0.8, 0.9, 40);
      case FAILURE_SPIKE -> with(w, w.proposals(), 0, 0, 0, 0.8, 0.9, 40);
      case VELOCITY -> with(w, 400, 0, 0, 8, 0.8, 0.9, 900);
      case CONFIDENCE_DROP -> with(w, w.proposals(), 0, 0, 8, 0.2, 0.9, 40);
      case SAFETY_DROP -> with(w, w.proposals(), 0, 0, 8, 0.8, 0.3, 40);
      case GENERAL -> with(w, w.proposals(), 0, 0, 8, 0.8, 0.9, 1);
    };
  }

  private static Window with(
      Window w,
      long proposals,
      long rejected,
      long overridden,
      long succeeded,
      double confidence,
      double safety,
      long total) {
    return new Window(
        w.start(),
        proposals,
        w.decided(),
        rejected,
        overridden,
        w.observed(),
        succeeded,
        Optional.of(confidence),
        Optional.of(safety),
        w.actors(),
        w.busiest(),
        total);
  }

  @ParameterizedTest
  @EnumSource(AlarmKind.class)
  void anUnusualHourIsCalledByItsName(AlarmKind kind) {
    var watch = new Watch(DISTANCE);
    var tenant = settled(watch, 400);
    var hour =
        watch.judge(
            tenant.hours(),
            tenant.windows(),
            both(usual(400, new SplittableRandom(3)), unusual(kind, 400)));
    var alarm = hour.alarm().orElseThrow();
    assertThat(alarm.kind()).isEqualTo(kind);
    assertThat(alarm.scope()).isEqualTo("refills");
    assertThat(alarm.hour()).isEqualTo(hour(400));
    assertThat(alarm.features()).isNotEmpty();
  }

  @Test
  void anAlarmSaysWhatWasObservedAndWhatIsUsualAlsoWhereThatIsZero() {
    var watch = new Watch(new RandomCut());
    var tenant = settled(watch, 400);
    var hour =
        watch.judge(
            tenant.hours(),
            tenant.windows(),
            both(usual(400, new SplittableRandom(3)), unusual(AlarmKind.REJECTION_SPIKE, 400)));
    var first = hour.alarm().orElseThrow().features().getFirst();
    assertThat(first.feature()).isEqualTo(WindowFeature.REJECTION_RATE);
    assertThat(first.observed()).isEqualTo(1);
    assertThat(first.usual()).isZero();
    assertThat(first.deviations()).isGreaterThan(10);
    assertThat(first.share()).isGreaterThan(0.3);
    assertThat(hour.alarm().orElseThrow().toJson().toString())
        .contains("\"observed\":1,\"usual\":0,");
  }

  @Test
  void oneRejectionWhereThereAreUsuallyNoneIsNoSpike() {
    var watch = new Watch(DISTANCE);
    var tenant = settled(watch, 400);
    var w = usual(400, new SplittableRandom(2));
    var one =
        new Window(
            w.start(), 1, 1, 1, 0, 0, 0, w.confidence(), w.safety(), w.actors(), 4, w.total());
    var deviation =
        Usual.of(tenant.claims()).deviation(one, WindowFeature.REJECTION_RATE).orElseThrow();
    assertThat(deviation.deviations()).isLessThan(8);
    var ten =
        Usual.of(tenant.claims())
            .deviation(with(w, 10, w.decided(), 0, 8, 0.8, 0.9, 40), WindowFeature.REJECTION_RATE)
            .orElseThrow();
    assertThat(ten.deviations()).isGreaterThan(15);
  }

  /// Were deviations cut off somewhere, a few extreme hours would hide all later ones.
  @Test
  void extremeHoursDoNotHideAMoreExtremeOne() {
    var watch = new Watch(DISTANCE);
    var tenant = settled(watch, 400);
    for (int i = 400; i < 410; i++) {
      var busy = unusual(AlarmKind.VELOCITY, i);
      tenant = tenant.after(watch.judge(tenant.hours(), tenant.windows(), both(busy, busy)));
    }
    var w = usual(410, new SplittableRandom(2));
    var busier = with(w, 4000, 0, 0, 8, 0.8, 0.9, 9000);
    var alarm = watch.judge(tenant.hours(), tenant.windows(), both(w, busier)).alarm();
    assertThat(alarm.orElseThrow().kind()).isEqualTo(AlarmKind.VELOCITY);
  }

  @Test
  void nothingIsRaisedBeforeThereAreEnoughHours() {
    var watch = new Watch(DISTANCE);
    // Scored from the 25th hour on.
    int enough = ScopeWindows.FEWEST + ScoredHours.FEWEST;
    for (int hours : List.of(10, 100, enough - 1, enough)) {
      var tenant = settled(watch, hours);
      var hour =
          watch.judge(
              tenant.hours(),
              tenant.windows(),
              both(usual(hours, new SplittableRandom(3)), unusual(AlarmKind.VELOCITY, hours)));
      assertThat(hour.alarm().isPresent()).as("after %s hours", hours).isEqualTo(hours == enough);
    }
  }

  @Test
  void aReplayGivesTheSameAlarmsAndTheSameState() {
    var watch = new Watch(new RandomCut());
    var random = new SplittableRandom(4);
    var hours = new ArrayList<SortedMap<String, Window>>();
    var kinds = List.of(AlarmKind.GENERAL, AlarmKind.VELOCITY, AlarmKind.FAILURE_SPIKE);
    for (int i = 0; i < 60; i++) {
      hours.add(both(usual(i, random), unusual(kinds.get(i % kinds.size()), i)));
    }
    var live = Tenant.fresh();
    var stored = Tenant.fresh();
    for (var hour : hours) {
      var one = watch.judge(live.hours(), live.windows(), hour);
      var other = new Watch(new RandomCut()).judge(stored.hours(), stored.windows(), hour);
      assertThat(other).isEqualTo(one);
      live = live.after(one);
      stored = stored.after(other).stored();
      assertThat(stored).isEqualTo(live);
    }
    assertThat(live.hours().forest()).hasSize(60 - ScopeWindows.FEWEST);
  }

  @Test
  void aScopeKeepsTwoWeeks() {
    var tenant = settled(new Watch(DISTANCE), 400);
    assertThat(tenant.claims())
        .hasSize(ScopeWindows.MOST)
        .first()
        .extracting(Window::start)
        .isEqualTo(hour(400 - ScopeWindows.MOST));
  }

  @Test
  void aWindowCountsWhatHappened() {
    var happenings =
        List.of(
            did(0, "bot", What.PROPOSED, 0.8),
            did(1, "ann", What.APPROVED, -1),
            did(2, "bob", What.REJECTED, -1),
            did(30, "bob", What.OVERRIDDEN, -1),
            did(34, "bot", What.SUCCEEDED, -1),
            did(35, "bot", What.FAILED, -1),
            did(59, "bot", What.PROPOSED, 0.6));
    var window = Window.of(BEGIN, happenings).orElseThrow();
    assertThat(values(window)).containsExactly(2.0, 0.5, 0.25, 0.7, -1.0, 0.5, 3.0, 0.6, 7.0);
    assertThat(Window.of(BEGIN, List.of())).isEmpty();
    assertThatThrownBy(() -> Window.of(BEGIN, List.of(did(60, "bot", What.OTHER, -1))))
        .hasMessage("`2026-02-01T01:00:00Z` is not in this window");
  }

  private static List<Double> values(Window window) {
    return Stream.of(WindowFeature.values())
        .map(feature -> window.value(feature).map(value -> Math.round(value * 1e9) / 1e9))
        .map(value -> value.orElse(-1.0))
        .toList();
  }

  private static Happening did(int minute, String actor, What what, double confidence) {
    return new Happening(
        BEGIN.plusSeconds(60L * minute),
        actor,
        what,
        confidence < 0 ? Optional.empty() : Optional.of(confidence),
        Optional.empty());
  }
}
