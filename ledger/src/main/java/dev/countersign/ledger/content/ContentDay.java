package dev.countersign.ledger.content;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.Optional;

/// The day on which content expires, by which secrets are told apart. Ordered, what is kept last.
///
/// @param day empty for content that is kept until somebody erases it
public record ContentDay(Optional<LocalDate> day) implements Comparable<ContentDay> {
  public static final ContentDay KEPT = new ContentDay(Optional.empty());

  /// As PostgreSQL writes a date that never comes.
  private static final String INFINITY = "infinity";

  public static ContentDay of(LocalDate day) {
    return new ContentDay(Optional.of(day));
  }

  /// Reads a date as PostgreSQL writes it.
  public static ContentDay of(String sql) {
    return sql.equals(INFINITY) ? KEPT : of(LocalDate.parse(sql));
  }

  /// As PostgreSQL reads a date.
  public String sql() {
    return day.map(LocalDate::toString).orElse(INFINITY);
  }

  /// A file's name.
  String name() {
    return day.map(DateTimeFormatter.BASIC_ISO_DATE::format).orElse("kept");
  }

  /// What is bound into everything that is sealed for this day.
  long number() {
    return day.map(LocalDate::toEpochDay).orElse(Long.MAX_VALUE);
  }

  @Override
  public int compareTo(ContentDay other) {
    return Comparator.comparingLong(ContentDay::number).compare(this, other);
  }

  @Override
  public String toString() {
    return sql();
  }
}
