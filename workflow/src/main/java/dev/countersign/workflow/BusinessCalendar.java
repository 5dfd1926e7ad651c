package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Collections;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/// When people work, so that a request does not expire over a weekend.
///
/// @param zone as the tz database names it; changes of its offset are followed
/// @param closes `00:00` is the end of the day
/// @param holidays days on which nobody works
public record BusinessCalendar(
    String name,
    ZoneId zone,
    SortedSet<DayOfWeek> days,
    LocalTime opens,
    LocalTime closes,
    SortedSet<LocalDate> holidays) {

  static final int MOST_HOLIDAYS = 400;

  /// Less than this a day, and a request of some weeks would end in another century.
  static final Duration SHORTEST_DAY = Duration.ofHours(1);

  /// The longest time that is counted here, with the shortest day once a week, and holidays.
  private static final int MOST_DAYS = 7 * 24 * 366 + 7 * MOST_HOLIDAYS;

  public BusinessCalendar {
    days = Collections.unmodifiableSortedSet(new TreeSet<>(days));
    holidays = Collections.unmodifiableSortedSet(new TreeSet<>(holidays));
    if (days.isEmpty()) {
      throw new IllegalArgumentException("a calendar has a day on which people work");
    }
    if (length(opens, closes).compareTo(SHORTEST_DAY) < 0) {
      throw new IllegalArgumentException("a calendar is open for an hour a day");
    }
  }

  static Duration length(LocalTime opens, LocalTime closes) {
    var length = Duration.between(opens, closes);
    return closes.equals(LocalTime.MIDNIGHT) ? length.plusDays(1) : length;
  }

  /// The moment at which so much working time has passed since `start`.
  public Instant after(Instant start, Duration worked) {
    var left = worked;
    var date = start.atZone(zone).toLocalDate();
    for (int day = 0; day < MOST_DAYS; day++, date = date.plusDays(1)) {
      if (!days.contains(date.getDayOfWeek()) || holidays.contains(date)) {
        continue;
      }
      var from = later(start, date.atTime(opens).atZone(zone).toInstant());
      var until = end(date);
      var open = Duration.between(from, until);
      if (open.compareTo(left) >= 0) {
        return from.plus(left);
      }
      if (open.isPositive()) {
        left = left.minus(open);
      }
    }
    throw new IllegalArgumentException("calendar `" + name + "` has no " + worked + " of work");
  }

  /// Whether people work at that moment.
  public boolean open(Instant at) {
    var date = at.atZone(zone).toLocalDate();
    return days.contains(date.getDayOfWeek())
        && !holidays.contains(date)
        && !at.isBefore(date.atTime(opens).atZone(zone).toInstant())
        && at.isBefore(end(date));
  }

  private Instant end(LocalDate date) {
    var end =
        closes.equals(LocalTime.MIDNIGHT) ? date.plusDays(1).atStartOfDay() : date.atTime(closes);
    return end.atZone(zone).toInstant();
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  JsonObject json() {
    return Json.object()
        .put("name", name)
        .put("time_zone", zone.getId())
        .put("days", Json.strings(days.stream().map(BusinessCalendar::word).toList()))
        .put("opens", opens.toString())
        .put("closes", closes.toString())
        .put("holidays", Json.strings(holidays.stream().map(LocalDate::toString).toList()))
        .build();
  }

  static String word(DayOfWeek day) {
    return day.name().substring(0, 3).toLowerCase(Locale.ROOT);
  }
}
