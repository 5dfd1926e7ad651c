package dev.countersign.server.http;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads query and path parameters and gathers every problem. For use by one thread.
final class Parameters {
  private static final int DEFAULT_LIMIT = 20;
  static final int LARGEST_LIMIT = 100;
  private static final int LONGEST_TEXT = 200;

  private final List<Violation> violations = new ArrayList<>();

  /// A page's size: 1 to 100, 20 if not given.
  int limit(@Nullable String text) {
    return parse(
            "limit",
            text,
            "must be from 1 to " + LARGEST_LIMIT,
            value -> {
              int limit = Integer.parseInt(value);
              return limit < 1 || limit > LARGEST_LIMIT ? Optional.empty() : Optional.of(limit);
            })
        .orElse(DEFAULT_LIMIT);
  }

  Optional<Long> number(String name, @Nullable String text) {
    return parse(
        name,
        text,
        "must be a number of at least 0",
        value -> {
          long number = Long.parseLong(value);
          return number < 0 ? Optional.empty() : Optional.of(number);
        });
  }

  /// A version of a policy set.
  Optional<Integer> version(String name, @Nullable String text) {
    return parse(
        name,
        text,
        "must be the number of a version",
        value -> {
          int version = Integer.parseInt(value);
          return version < 1 ? Optional.empty() : Optional.of(version);
        });
  }

  Optional<UUID> uuid(String name, @Nullable String text) {
    return parse(name, text, "must be a UUID in lower case", Ids::parse);
  }

  Optional<String> text(String name, @Nullable String text) {
    return parse(
        name,
        text,
        "must have 1 to " + LONGEST_TEXT + " characters",
        value ->
            value.isEmpty() || value.length() > LONGEST_TEXT || value.indexOf('\0') >= 0
                ? Optional.empty()
                : Optional.of(value));
  }

  Optional<Instant> time(String name, @Nullable String text) {
    return parse(
        name,
        text,
        "must be a time such as 2026-01-31T08:00:00Z",
        value -> Optional.of(OffsetDateTime.parse(value).toInstant()));
  }

  /// Throws [Refusal.Invalid] if anything was wrong.
  void done() {
    if (!violations.isEmpty()) {
      throw new Refusal.Invalid(violations);
    }
  }

  private <T> Optional<T> parse(
      String name, @Nullable String text, String rule, Function<String, Optional<T>> parser) {
    if (text == null) {
      return Optional.empty();
    }
    Optional<T> value;
    try {
      value = parser.apply(text);
    } catch (NumberFormatException | DateTimeException e) {
      value = Optional.empty();
    }
    if (value.isEmpty()) {
      violations.add(new Violation(name, "wrong_value", rule));
    }
    return value;
  }
}
