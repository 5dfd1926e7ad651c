package dev.countersign.trust.predict.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.JsonReader;
import dev.countersign.testkit.Property;
import dev.countersign.trust.predict.anomaly.Happening.What;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class CountedHourTest {
  private static final Instant START = Instant.parse("2026-02-01T10:00:00Z");
  private static final int STORED = 8_000;
  private static final List<What> WHATS = List.of(What.values());

  @Test
  void anHourCountedOneByOneIsTheWindowOfItsHappenings() {
    Property.holdsFor(
        500,
        random -> {
          var happenings = some(random, random.nextInt(120));
          var hour = CountedHour.at(START);
          for (var happening : happenings) {
            var counted = hour.count(happening, "claims");
            assertThat(counted.over()).isEmpty();
            hour = random.nextBoolean() ? stored(counted.hour()) : counted.hour();
          }
          assertThat(hour.window()).isEqualTo(Window.of(START, happenings));
        });
  }

  @Test
  void theFirstHappeningBeginsItAndOneOfALaterHourEndsIt() {
    var first = CountedHour.at(START).count(did(START, "ann"), "claims");
    assertThat(first.begun()).isTrue();
    var second = first.hour().count(did(START.plusSeconds(3599), "bob"), "claims");
    assertThat(second.begun()).isFalse();
    var later = second.hour().count(did(START.plusSeconds(3 * 3600 + 5), "ann"), "claims");
    assertThat(later.begun()).isTrue();
    assertThat(later.over()).contains(window(START, "ann", "bob"));
    assertThat(later.hour().window()).contains(window(START.plusSeconds(3 * 3600), "ann"));
  }

  @Test
  void whatComesLateCountsInTheRunningHour() {
    var running = CountedHour.at(START).count(did(START.plusSeconds(600), "ann"), "claims").hour();
    var late = running.count(did(START.minusSeconds(7200), "bob"), "claims");
    assertThat(late.over()).isEmpty();
    assertThat(late.hour().window().orElseThrow().total()).isEqualTo(2);
    var next = late.hour().next();
    assertThat(next.window()).isEmpty();
    var begun = next.count(did(START.plusSeconds(60), "ann"), "claims");
    assertThat(begun.begun()).isTrue();
    assertThat(begun.hour().start()).isEqualTo(START.plusSeconds(3600));
  }

  @Test
  void itIsBoundedHoweverMuchHappens() {
    var hour = CountedHour.at(START);
    for (int i = 0; i < 10_000; i++) {
      var at = START.plusMillis(i * 360L);
      hour = hour.count(did(at, "actor " + i), "claims").hour();
    }
    assertThat(hour.toJson().toString()).hasSizeLessThan(STORED);
    var window = hour.window().orElseThrow();
    assertThat(window.actors()).isEqualTo(CountedHour.MOST_ACTORS);
    assertThat(window.total()).isEqualTo(10_000);
    // A step of ten seconds has 27 or 28 of them.
    assertThat(window.busiest()).isBetween(833L, 835L);
  }

  @Test
  void namesAreKeptAsHashesThatDifferFromScopeToScopeAndHourToHour() {
    var at = START.plusSeconds(1);
    var one = CountedHour.at(START).count(did(at, "user:ann"), "claims").hour();
    var other = CountedHour.at(START).count(did(at, "user:ann"), "refills").hour();
    var later =
        CountedHour.at(START).next().count(did(at.plusSeconds(3600), "user:ann"), "claims").hour();
    assertThat(one.toJson().toString()).doesNotContain("ann");
    assertThat(one.actors()).doesNotContainAnyElementsOf(other.actors());
    assertThat(one.actors()).doesNotContainAnyElementsOf(later.actors());
  }

  @Test
  void whatContradictsItselfIsNoHour() {
    var json = CountedHour.at(START).count(did(START, "ann"), "claims").hour().toJson();
    assertThatThrownBy(() -> CountedHour.fromJson(json.with("steps", Json.strings(List.of()))))
        .hasMessage("the counts of an hour contradict each other");
    assertThatThrownBy(() -> CountedHour.fromJson(json.with("counts", Json.of(1))))
        .hasMessage("a counted hour has no `counts`");
  }

  private static CountedHour stored(CountedHour hour) {
    return CountedHour.fromJson(JsonReader.readObject(hour.toJson().toString()));
  }

  private static List<Happening> some(RandomGenerator random, int count) {
    var happenings = new ArrayList<Happening>();
    for (int i = 0; i < count; i++) {
      // Half of them close together, and on the edges of steps.
      long millis =
          random.nextBoolean()
              ? random.nextLong(3_600_000)
              : 1_200_000 + 5_000L * random.nextInt(80);
      happenings.add(
          new Happening(
              START.plus(Duration.ofMillis(millis)),
              random.nextInt(4) == 0
                  ? Optional.empty()
                  : Optional.of("actor " + random.nextInt(12)),
              WHATS.get(random.nextInt(WHATS.size())),
              share(random),
              share(random)));
    }
    return happenings;
  }

  private static Optional<Double> share(RandomGenerator random) {
    return random.nextBoolean() ? Optional.of(random.nextDouble()) : Optional.empty();
  }

  private static Happening did(Instant at, String actor) {
    return new Happening(at, actor, What.APPROVED, Optional.empty(), Optional.empty());
  }

  private static Window window(Instant start, String... actors) {
    int n = actors.length;
    return new Window(start, 0, n, 0, 0, 0, 0, Optional.empty(), Optional.empty(), n, 1, n);
  }
}
