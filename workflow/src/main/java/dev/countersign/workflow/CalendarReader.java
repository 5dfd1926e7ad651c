package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Reads when people work.
final class CalendarReader {
  private static final int LONGEST_ZONE = 60;
  private static final int LONGEST_DATE = 10;

  private CalendarReader() {}

  static List<BusinessCalendar> read(List<Fields> given) {
    var calendars = new ArrayList<BusinessCalendar>();
    var names = new HashSet<String>();
    for (var fields : given) {
      var name = Word.name(fields, "name");
      if (!name.isEmpty() && !names.add(name)) {
        fields.problem("name", "duplicate", "the calendar `" + name + "` is there already");
      }
      var zone = zone(fields);
      var days = days(fields);
      var opens = time(fields, "opens");
      var closes = time(fields, "closes");
      var holidays = holidays(fields);
      if (opens.isPresent()
          && closes.isPresent()
          && BusinessCalendar.length(opens.get(), closes.get())
                  .compareTo(BusinessCalendar.SHORTEST_DAY)
              < 0) {
        fields.problem("closes", "out_of_range", "must be an hour after `opens` or later");
      } else if (!name.isEmpty() && zone.isPresent() && !days.isEmpty()) {
        opens.ifPresent(from ->
            closes.ifPresent(until ->
                calendars.add(
                    new BusinessCalendar(name, zone.get(), days, from, until, holidays))));
      }
      fields.closed();
    }
    return calendars;
  }

  private static Optional<ZoneId> zone(Fields fields) {
    var text = fields.string("time_zone", 1, LONGEST_ZONE);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(ZoneId.of(text));
    } catch (DateTimeException unknown) {
      fields.problem("time_zone", "wrong_value", "must be a time zone such as Europe/Berlin");
      return Optional.empty();
    }
  }

  private static SortedSet<DayOfWeek> days(Fields fields) {
    var days = new TreeSet<DayOfWeek>();
    for (var word : fields.strings("days", DayOfWeek.values().length, LONGEST_DATE)) {
      var day =
          Arrays.stream(DayOfWeek.values())
              .filter(each -> BusinessCalendar.word(each).equals(word))
              .findFirst();
      day.ifPresent(days::add);
      if (day.isEmpty()) {
        fields.problem("days", "wrong_value", "`" + word + "` is no day such as mon");
      }
    }
    if (days.isEmpty()) {
      fields.problem("days", "missing", "must name a day such as mon");
    }
    return days;
  }

  private static Optional<LocalTime> time(Fields fields, String name) {
    var text = fields.string(name, 1, LONGEST_DATE);
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(LocalTime.parse(text));
    } catch (DateTimeException wrong) {
      fields.problem(name, "wrong_value", "must be a time of day such as 08:30");
      return Optional.empty();
    }
  }

  private static SortedSet<LocalDate> holidays(Fields fields) {
    var holidays = new TreeSet<LocalDate>();
    for (var text : fields.strings("holidays", BusinessCalendar.MOST_HOLIDAYS, LONGEST_DATE)) {
      try {
        holidays.add(LocalDate.parse(text));
      } catch (DateTimeException wrong) {
        fields.problem("holidays", "wrong_value", "`" + text + "` is no date such as 2026-12-25");
      }
    }
    return holidays;
  }
}
