package dev.countersign.trust.usecase;

import dev.countersign.kernel.Fields;
import dev.countersign.trust.Part;
import dev.countersign.trust.ScoreWeights;
import java.math.BigDecimal;
import java.util.EnumMap;

/// Reads what the parts of the score are to weigh.
final class WeightsReader {

  private WeightsReader() {}

  /// The usual weights where something is wrong, which `Fields.done` of the outer object then says.
  static ScoreWeights read(Fields fields) {
    var units = new EnumMap<Part, Integer>(Part.class);
    int given = 0;
    int sum = 0;
    for (var part : Part.values()) {
      int weight = units(fields, part.word());
      given += weight < 0 ? 0 : 1;
      sum += weight;
      units.put(part, weight);
    }
    int overrides = units(fields, ScoreWeights.OVERRIDES);
    fields.closed();
    boolean whole = given == Part.values().length && sum == ScoreWeights.ONE;
    if (given == Part.values().length && !whole) {
      fields.problem("", "wrong_value", told(sum));
    }
    int reliability = units.getOrDefault(Part.RELIABILITY, MISSING);
    if (reliability == 0) {
      fields.problem(
          Part.RELIABILITY.word(),
          "out_of_range",
          "must be over 0: the step to `propose` weighs nothing else");
    }
    return whole && reliability > 0 && overrides >= 0
        ? new ScoreWeights(
            reliability,
            units.getOrDefault(Part.ALIGNMENT, MISSING),
            units.getOrDefault(Part.SAFETY, MISSING),
            units.getOrDefault(Part.VALUE, MISSING),
            overrides)
        : ScoreWeights.USUAL;
  }

  private static final int MISSING = -1;

  private static int units(Fields fields, String name) {
    var share = SetTrust.number(fields, name, 0, 1);
    var units = share.flatMap(ScoreWeights::units);
    if (share.isPresent() && units.isEmpty()) {
      fields.problem(
          name,
          "wrong_value",
          "must have at most " + ScoreWeights.DECIMALS + " decimals, such as 0.35");
    }
    return units.orElse(MISSING);
  }

  private static String told(int sum) {
    int over = sum - ScoreWeights.ONE;
    return "`reliability`, `alignment`, `safety` and `value` must add up to 1; they come to %s: %s %s"
        .formatted(decimal(sum), over > 0 ? "take away" : "add", decimal(Math.abs(over)));
  }

  private static String decimal(int units) {
    return BigDecimal.valueOf(units, ScoreWeights.DECIMALS).stripTrailingZeros().toPlainString();
  }
}
