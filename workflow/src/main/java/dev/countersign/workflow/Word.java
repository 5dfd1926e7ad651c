package dev.countersign.workflow;

import dev.countersign.kernel.Fields;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;

/// How names are written: those that people choose, and those of our own constants.
final class Word {
  /// Long enough for a readable name, short enough for an index and a log line.
  static final int LONGEST = 100;

  /// A kind of principal and an id within it.
  static final int LONGEST_ACTOR = 120;

  private static final Pattern ACTOR = Pattern.compile("[a-z][a-z_]{0,19}:[A-Za-z0-9._-]{1,99}");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,99}");
  private static final Pattern ROLE = Pattern.compile("[a-z][a-z0-9_]{0,49}(:[a-z0-9_-]{1,50})?");

  private Word() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static boolean isActor(String text) {
    return ACTOR.matcher(text).matches();
  }

  static boolean isRole(String text) {
    return ROLE.matcher(text).matches();
  }

  /// The name in `field`, or an empty text if it is no name; the problem is noted.
  static String name(Fields fields, String field) {
    var text = fields.string(field, 1, LONGEST);
    if (isName(text)) {
      return text;
    }
    if (!text.isEmpty()) {
      fields.problem(
          field,
          "wrong_value",
          "must be lower-case letters, digits, `_` and `-`, with a letter first");
    }
    return "";
  }

  /// The word of a constant in JSON and in the database: `ROLLED_BACK` is `rolled_back`.
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /// The constant that `word` stands for; throws IllegalArgumentException if there is none.
  static <E extends Enum<E>> E read(Class<E> type, String word) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> of(constant).equals(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "`%s` is not a word of %s".formatted(word, type.getSimpleName())));
  }
}
