package dev.countersign.ledger.store;

import java.time.LocalDate;
import java.util.Optional;

/// The day at whose beginning (UTC) an entry's content may be dropped; fixed when it is written.
///
/// @param day empty for content that is kept until somebody erases it
public record ExpiryDay(Optional<LocalDate> day) {
  public static final ExpiryDay NEVER = new ExpiryDay(Optional.empty());

  private static final String INFINITY = "infinity";

  /// As PostgreSQL writes a date.
  static ExpiryDay of(String sql) {
    return sql.equals(INFINITY) ? NEVER : new ExpiryDay(Optional.of(LocalDate.parse(sql)));
  }

  String sql() {
    return day.map(LocalDate::toString).orElse(INFINITY);
  }
}
