package dev.countersign.server.http;

import dev.countersign.identity.ApiKey;
import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Refusal;
import dev.countersign.kernel.Violation;
import dev.countersign.policy.Entity;
import dev.countersign.workflow.usecase.Page;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
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
    return between("limit", text, 1, LARGEST_LIMIT).orElse(DEFAULT_LIMIT);
  }

  Optional<Integer> between(String name, @Nullable String text, int least, int most) {
    return parsed(
        name,
        text,
        "must be from " + least + " to " + most,
        value -> {
          int number = Integer.parseInt(value);
          return number < least || number > most ? Optional.empty() : Optional.of(number);
        });
  }

  /// One of a few words.
  <T> Optional<T> choice(
      String name,
      @Nullable String text,
      Collection<String> words,
      Function<String, Optional<T>> meaning) {
    return parsed(
        name,
        text,
        "must be one of `" + String.join("`, `", words) + "`",
        value -> words.contains(value) ? meaning.apply(value) : Optional.empty());
  }

  /// The page of a list by ids, read last: throws [Refusal.Invalid] if this or anything before was
  /// wrong.
  Page page(@Nullable String limit, @Nullable String cursor) {
    Page page;
    try {
      page = Page.parse(Optional.ofNullable(limit), Optional.ofNullable(cursor));
    } catch (Refusal.Invalid invalid) {
      violations.addAll(invalid.violations());
      throw new Refusal.Invalid(violations);
    }
    done();
    return page;
  }

  /// Notes a problem of several parameters together.
  void wrong(String name, String rule) {
    violations.add(new Violation(name, "wrong_value", rule));
  }

  Optional<Long> number(String name, @Nullable String text) {
    return parsed(
        name,
        text,
        "must be a number of at least 0",
        value -> {
          long number = Long.parseLong(value);
          return number < 0 ? Optional.empty() : Optional.of(number);
        });
  }

  Optional<UUID> uuid(String name, @Nullable String text) {
    return parsed(name, text, "must be a UUID in lower case", Ids::parse);
  }

  Optional<String> keyId(String name, @Nullable String text) {
    return parsed(
        name,
        text,
        "must be the id of a key",
        value -> ApiKey.isId(value) ? Optional.of(value) : Optional.empty());
  }

  Optional<String> text(String name, @Nullable String text) {
    return parsed(
        name,
        text,
        "must have 1 to " + LONGEST_TEXT + " characters",
        value ->
            value.isEmpty() || value.length() > LONGEST_TEXT || value.indexOf('\0') >= 0
                ? Optional.empty()
                : Optional.of(value));
  }

  /// A text that must be given; a placeholder if it is not, and a problem.
  String required(String name, @Nullable String text) {
    if (text == null) {
      violations.add(new Violation(name, "missing", "is required"));
    }
    return text(name, text).orElse("-");
  }

  /// The id of an entity, such as a page ended with.
  Optional<String> entityId(String name, @Nullable String text) {
    return parsed(
        name,
        text,
        "must be the `next_cursor` of the page before",
        value ->
            value.isEmpty() || value.length() > Entity.LONGEST_ID || value.indexOf('\0') >= 0
                ? Optional.empty()
                : Optional.of(value));
  }

  Optional<Instant> time(String name, @Nullable String text) {
    return parsed(
        name,
        text,
        "must be a time such as 2026-01-31T08:00:00Z",
        value -> Optional.of(Fields.time(value)));
  }

  /// Throws [Refusal.Invalid] if anything was wrong.
  void done() {
    if (!violations.isEmpty()) {
      throw new Refusal.Invalid(violations);
    }
  }

  /// What `parser` makes of the text; if that is nothing, `rule` says what it must be.
  <T> Optional<T> parsed(
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
      wrong(name, rule);
    }
    return value;
  }
}
