package dev.countersign.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.testkit.Property;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BusinessCalendarTest {
  private static final BusinessCalendar OFFICE =
      calendar("08:00", "18:00", EnumSet.range(DayOfWeek.MONDAY, DayOfWeek.FRIDAY));

  @Test
  void timeStandsStillOverNightAndOverTheWeekend() {
    // A Friday, 16:00 in Berlin; four hours of work later it is Monday, 10:00.
    assertThat(OFFICE.after(Instant.parse("2026-11-06T15:00:00Z"), Duration.ofHours(4)))
        .isEqualTo(Instant.parse("2026-11-09T09:00:00Z"));
    assertThat(OFFICE.after(Instant.parse("2026-11-04T15:00:00Z"), Duration.ofHours(4)))
        .isEqualTo(Instant.parse("2026-11-05T09:00:00Z"));
  }

  @Test
  void whatEndsWithTheDayEndsOnThatDay() {
    assertThat(OFFICE.after(Instant.parse("2026-11-06T15:00:00Z"), Duration.ofHours(2)))
        .isEqualTo(Instant.parse("2026-11-06T17:00:00Z"));
  }

  @Test
  void nobodyWorksOnAHoliday() {
    // 2026-12-25 is a Friday.
    assertThat(OFFICE.after(Instant.parse("2026-12-24T16:00:00Z"), Duration.ofHours(2)))
        .isEqualTo(Instant.parse("2026-12-28T08:00:00Z"));
    assertThat(OFFICE.open(Instant.parse("2026-12-25T11:00:00Z"))).isFalse();
    assertThat(OFFICE.open(Instant.parse("2026-12-24T11:00:00Z"))).isTrue();
  }

  @Test
  void aDayOfTheClockChangeHasAnHourLess() {
    var nights = calendar("00:00", "00:00", EnumSet.allOf(DayOfWeek.class));
    // 2026-03-29: 23 hours in Berlin.
    assertThat(nights.after(Instant.parse("2026-03-28T23:00:00Z"), Duration.ofHours(23)))
        .isEqualTo(Instant.parse("2026-03-29T22:00:00Z"));
  }

  /// Counting minute by minute gives the same.
  @Test
  void asManyMinutesAreOpenAsWereAskedFor() {
    Property.holdsFor(
        200,
        random -> {
          var start =
              Instant.parse("2026-10-20T00:00:00Z").plusSeconds(60L * random.nextInt(60_000));
          int minutes = 1 + random.nextInt(3_000);
          var end = OFFICE.after(start, Duration.ofMinutes(minutes));
          int open = 0;
          for (var at = start; at.isBefore(end); at = at.plusSeconds(60)) {
            if (OFFICE.open(at)) {
              open++;
            }
          }
          assertThat(open).isEqualTo(minutes);
        });
  }

  private static BusinessCalendar calendar(String opens, String closes, EnumSet<DayOfWeek> days) {
    return new BusinessCalendar(
        "office",
        ZoneId.of("Europe/Berlin"),
        new TreeSet<>(days),
        LocalTime.parse(opens),
        LocalTime.parse(closes),
        new TreeSet<>(List.of(LocalDate.parse("2026-12-25"))));
  }
}
