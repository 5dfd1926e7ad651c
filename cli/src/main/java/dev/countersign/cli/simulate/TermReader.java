package dev.countersign.cli.simulate;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import java.util.ArrayList;

/// Reads logistic functions.
final class TermReader {
  private static final int LONGEST = 100;
  private static final int MOST_TERMS = 50;

  // A logit of ten is one in 22,000; more says nothing.
  private static final double HEAVIEST = 10;
  private static final double LARGEST = 1e12;

  private TermReader() {}

  /// Reads the function and closes its fields; what else stands there MUST be read before.
  static Logit logit(Fields fields) {
    double intercept = number(fields, "intercept", -HEAVIEST, HEAVIEST);
    var terms = new ArrayList<Term>();
    for (var item : fields.nestedList("terms", MOST_TERMS)) {
      terms.add(term(item));
      item.closed();
    }
    fields.closed();
    return new Logit(intercept, terms);
  }

  private static Term term(Fields item) {
    double weight = number(item, "weight", -HEAVIEST, HEAVIEST);
    var queue = item.optionalString("queue", 1, LONGEST);
    var from = item.optionalInteger("from_hour", 0, 23);
    var to = item.optionalInteger("to_hour", 0, 23);
    if (queue.isPresent()) {
      return new Term.In(queue.get(), weight);
    }
    if (from.isPresent() || to.isPresent()) {
      if (from.isEmpty() || to.isEmpty() || from.equals(to)) {
        item.problem("to_hour", "wrong_value", "must stand with another `from_hour`");
      }
      return new Term.Hours(from.orElse(0L).intValue(), to.orElse(0L).intValue(), weight);
    }
    var fact = item.string("fact", 1, LONGEST);
    var magnitude = item.optionalNumber("magnitude", -20, 20);
    var middle = item.optionalNumber("middle", -LARGEST, LARGEST);
    var value = item.any("is");
    if ((magnitude.isPresent() ? 1 : 0) + (middle.isPresent() ? 1 : 0) + (value.isPresent() ? 1 : 0)
        != 1) {
      item.problem("fact", "wrong_value", "needs one of `is`, `middle`, `magnitude`");
    }
    if (magnitude.isPresent()) {
      return new Term.Magnitude(fact, magnitude.get(), weight);
    }
    if (middle.isPresent()) {
      return new Term.Linear(
          fact, middle.get(), item.optionalNumber("unit", 1e-9, LARGEST).orElse(1.0), weight);
    }
    return new Term.Is(fact, value.orElse(Json.NULL), weight);
  }

  static double number(Fields fields, String name, double least, double most) {
    var number = fields.optionalNumber(name, least, most);
    if (number.isEmpty()) {
      fields.problem(name, "missing", "is required, from " + least + " to " + most);
    }
    return number.orElse(least);
  }
}
