package dev.countersign.cli.replay;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/// How a log writes times.
///
/// @param format of [DateTimeFormatter]; ISO 8601 if there is none
/// @param zone of times that say none
record Times(Optional<String> format, Optional<ZoneId> zone) {
  static final Times ISO = new Times(Optional.empty(), Optional.empty());

  /// Whether a text says how times are written.
  static boolean isPattern(String text) {
    try {
      return !DateTimeFormatter.ofPattern(text).toString().isEmpty();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// Throws IllegalArgumentException for what is no such time.
  Instant read(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a time is missing");
    }
    var form = format.map(DateTimeFormatter::ofPattern).orElse(DateTimeFormatter.ISO_DATE_TIME);
    try {
      var parsed =
          form.parseBest(
              text.strip(), ZonedDateTime::from, OffsetDateTime::from, LocalDateTime::from);
      return switch (parsed) {
        case ZonedDateTime time -> time.toInstant();
        case OffsetDateTime time -> time.toInstant();
        case LocalDateTime time ->
            time.atZone(
                    zone.orElseThrow(() ->
                        new IllegalArgumentException(
                            "`"
                                + Shown.of(text)
                                + "` does not say its zone: the mapping's `time_zone` may")))
                .toInstant();
        default -> throw new IllegalStateException("parsed as " + parsed);
      };
    } catch (DateTimeException e) {
      var like = format.orElse("2026-01-31T08:00:00+01:00");
      throw new IllegalArgumentException(
          "`" + Shown.of(text) + "` is not a time such as " + like, e);
    }
  }
}
