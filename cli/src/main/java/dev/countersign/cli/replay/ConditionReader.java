package dev.countersign.cli.replay;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonArray;
import dev.countersign.kernel.Json.JsonNumber;
import dev.countersign.kernel.Json.JsonString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Reads the conditions of a mapping.
final class ConditionReader {
  private static final int LONGEST = 200;
  private static final int MOST_VALUES = 100;
  private static final int MOST_BANDS = 20;

  // Of a log nobody knows more than a double does.
  private static final double LARGEST = 1e15;

  private ConditionReader() {}

  /// `{column, equals | one_of | present | at_least and at_most}`.
  static Condition read(Fields fields, String name) {
    var given = fields.nested(name);
    var column = given.string("column", 1, LONGEST);
    var values = values(given);
    var present = given.optionalTruth("present");
    var least = given.optionalNumber("at_least", -LARGEST, LARGEST);
    var most = given.optionalNumber("at_most", -LARGEST, LARGEST);
    given.closed();
    boolean bounded = least.isPresent() || most.isPresent();
    int kinds = (values.isPresent() ? 1 : 0) + (present.isPresent() ? 1 : 0) + (bounded ? 1 : 0);
    if (kinds > 1) {
      given.problem("", "wrong_value", "must say one thing of its column");
    }
    if (bounded) {
      return new Condition.Between(
          column, least.orElse(Double.NEGATIVE_INFINITY), most.orElse(Double.POSITIVE_INFINITY));
    }
    if (present.isPresent()) {
      return new Condition.Present(column, present.get());
    }
    if (values.isEmpty()) {
      given.problem(
          "equals", "missing", "or `one_of`, `present`, `at_least`, `at_most` is required");
    }
    return new Condition.OneOf(column, values.orElseGet(TreeSet::new));
  }

  private static Optional<SortedSet<String>> values(Fields given) {
    var values = new TreeSet<String>();
    boolean said = false;
    var equal = given.any("equals");
    if (equal.isPresent()) {
      said = true;
      add(given, "equals", equal.get(), values);
    }
    var several = given.any("one_of");
    if (several.isPresent()) {
      said = true;
      if (several.get() instanceof JsonArray(var items) && items.size() <= MOST_VALUES) {
        items.forEach(item -> add(given, "one_of", item, values));
      } else {
        given.problem("one_of", "wrong_type", "must be at most " + MOST_VALUES + " texts");
      }
    }
    return said ? Optional.of(values) : Optional.empty();
  }

  /// A bare 1 in YAML is a number, and means the text that the log has.
  private static void add(Fields given, String name, Json value, SortedSet<String> values) {
    switch (value) {
      case JsonString(var text) -> values.add(text);
      case JsonNumber number when number.integral() ->
          values.add(Long.toString((long) number.value()));
      default -> given.problem(name, "wrong_type", "must be a text or a whole number");
    }
  }

  /// Numbers that rise.
  static List<Double> ascending(Fields fields, String name) {
    var given = fields.any(name).orElse(Json.NULL);
    if (given.equals(Json.NULL)) {
      return List.of();
    }
    var numbers = new ArrayList<Double>();
    boolean sound = given instanceof JsonArray(var items) && items.size() <= MOST_BANDS;
    if (sound) {
      for (var item : ((JsonArray) given).items()) {
        sound &=
            item instanceof JsonNumber number
                && (numbers.isEmpty() || number.value() > numbers.getLast());
        numbers.add(item instanceof JsonNumber number ? number.value() : 0.0);
      }
    }
    if (!sound) {
      fields.problem(
          name, "wrong_value", "must be at most " + MOST_BANDS + " numbers, each larger");
    }
    return numbers;
  }
}
