package dev.countersign.trust.usecase;

import dev.countersign.kernel.Fields;
import dev.countersign.trust.Part;
import dev.countersign.trust.ScoreWeights;
import java.math.BigDecimal;

/// Reads what the parts of the score are to weigh.
final class WeightsReader {
  private static final int WRONG = -1;

  private WeightsReader() {}

  /// The usual weights where something is wrong, which `Fields.done` of the outer object then says.
  static ScoreWeights read(Fields fields) {
    int reliability = units(fields, Part.RELIABILITY.word());
    int alignment = units(fields, Part.ALIGNMENT.word());
    int safety = units(fields, Part.SAFETY.word());
    int value = units(fields, Part.VALUE.word());
    int overrides = units(fields, ScoreWeights.OVERRIDES);
    fields.closed();
    boolean read = Math.min(Math.min(reliability, alignment), Math.min(safety, value)) > WRONG;
    int sum = reliability + alignment + safety + value;
    if (read && sum != ScoreWeights.ONE) {
      fields.problem("", "wrong_value", told(sum));
    }
    if (reliability == 0) {
      fields.problem(
          Part.RELIABILITY.word(),
          "out_of_range",
          "must be over 0: the step to `propose` weighs nothing else");
    }
    return read && sum == ScoreWeights.ONE && reliability > 0 && overrides > WRONG
        ? new ScoreWeights(reliability, alignment, safety, value, overrides)
        : ScoreWeights.USUAL;
  }

  private static int units(Fields fields, String name) {
    var share = SetTrust.number(fields, name, 0, 1);
    var units = share.flatMap(ScoreWeights::units);
    if (share.isPresent() && units.isEmpty()) {
      fields.problem(
          name,
          "wrong_value",
          "must have at most " + ScoreWeights.DECIMALS + " decimals, such as 0.35");
    }
    return units.orElse(WRONG);
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
