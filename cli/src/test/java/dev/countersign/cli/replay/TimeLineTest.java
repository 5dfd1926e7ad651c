package dev.countersign.cli.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.testkit.Property;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TimeLineTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void everythingIsThereOnceInTheOrderOfTime() {
    Property.holdsFor(
        500,
        random -> {
          var cases = cases(random);
          var events = TimeLine.of(cases).events();

          assertThat(events).isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
          assertThat(events).doesNotHaveDuplicates();
          long decided = cases.stream().filter(c -> c.decision().isPresent()).count();
          assertThat(events).hasSize((int) (cases.size() + decided));
          var submitted = new HashSet<LoggedCase>();
          for (var event : events) {
            switch (event) {
              case Event.Submitted(var subject) -> submitted.add(subject);
              case Event.Decided(var subject, var made) -> {
                assertThat(submitted).contains(subject);
                assertThat(subject.decision()).contains(made);
              }
            }
          }
          assertThat(submitted).hasSameSizeAs(cases);
        });
  }

  @Test
  void orderOfTheFileDoesNotMatter() {
    Property.holdsFor(
        200,
        random -> {
          var cases = cases(random);
          var shuffled = new ArrayList<>(cases);
          Collections.shuffle(shuffled, Random.from(random));
          assertThat(TimeLine.of(shuffled)).isEqualTo(TimeLine.of(cases));
        });
  }

  /// Few distinct times, so that many are equal.
  private static List<LoggedCase> cases(RandomGenerator random) {
    var cases = new ArrayList<LoggedCase>();
    int count = random.nextInt(1, 30);
    for (int i = 0; i < count; i++) {
      var submitted = START.plusSeconds(random.nextInt(5));
      Optional<LoggedCase.Decision> decision =
          random.nextBoolean()
              ? Optional.of(
                  new LoggedCase.Decision(
                      random.nextBoolean(),
                      submitted.plus(Duration.ofSeconds(random.nextInt(5))),
                      "r",
                      Optional.empty()))
              : Optional.empty();
      cases.add(new LoggedCase("case " + i, submitted, JsonObject.EMPTY, decision, List.of()));
    }
    return cases;
  }
}
