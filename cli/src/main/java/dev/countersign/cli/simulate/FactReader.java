package dev.countersign.cli.simulate;

import dev.countersign.kernel.Fields;
import dev.countersign.kernel.Json;
import java.util.ArrayList;

/// Reads how a fact comes about.
final class FactReader {
  private static final int LONGEST = 100;
  private static final int MOST_VALUES = 50;
  private static final long LARGEST = 1_000_000_000_000L;

  private FactReader() {}

  /// `from` and `to`, or `chance`, or `one_of`, or `median`, `spread` and `most`.
  static Fact read(Fields item) {
    var name = item.string("name", 1, LONGEST);
    var from = item.optionalInteger("from", -LARGEST, LARGEST);
    var chance = item.optionalNumber("chance", 0, 1);
    var median = item.optionalNumber("median", 0, LARGEST);
    var values = new ArrayList<Json>();
    var weights = new ArrayList<Double>();
    for (var value : item.nestedList("one_of", MOST_VALUES)) {
      values.add(value.any("value").orElse(Json.NULL));
      weights.add(TermReader.number(value, "weight", 0.001, 1_000));
      value.closed();
    }
    int kinds =
        (from.isPresent() ? 1 : 0)
            + (chance.isPresent() ? 1 : 0)
            + (median.isPresent() ? 1 : 0)
            + (values.isEmpty() ? 0 : 1);
    if (kinds != 1) {
      item.problem("name", "wrong_value", "needs one of `from`, `chance`, `one_of`, `median`");
    }
    if (chance.isPresent()) {
      return new Fact.Chance(name, chance.get());
    }
    if (median.isPresent()) {
      return new Fact.Amount(
          name,
          median.get(),
          TermReader.number(item, "spread", 0, 5),
          item.integer("most", 0, LARGEST));
    }
    if (!values.isEmpty()) {
      return new Fact.Choice(name, values, weights);
    }
    long least = from.orElse(0L);
    return new Fact.Whole(name, least, item.integer("to", least, LARGEST));
  }
}
