package dev.countersign.trust.laboratory;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;
import java.util.OptionalLong;

/// What one contender did in one scenario.
///
/// @param promoted scopes that were ever promoted; where a scenario keeps the null, all falsely
/// @param medianEvidence proposals until the first promotion, of those that were promoted
/// @param automaticAtChange scopes that ran by themselves when it got worse
/// @param medianDelay of those, proposals from the change to the demotion; the rest of the life if
///   there was none
/// @param harmLetThrough harms carried out without a person, a scope in the mean
/// @param harmShare those among all harms
/// @param workSaved share of proposals that no person had to decide
/// @param changesPerTenThousand stage changes, up and down, per 10,000 proposals
/// @param automatic share of scopes that run by themselves, along the life
/// @param harmful share of proposals that did harm without a person, along the life
public record Result(
    String contender,
    Share promoted,
    OptionalLong medianEvidence,
    Share automaticAtChange,
    OptionalLong medianDelay,
    double harmLetThrough,
    double harmShare,
    double workSaved,
    double changesPerTenThousand,
    List<Double> automatic,
    List<Double> harmful) {

  public Result {
    automatic = List.copyOf(automatic);
    harmful = List.copyOf(harmful);
  }

  /// The smallest index that half of the counts lie at or under; empty if nothing was counted.
  public static OptionalLong median(long[] counts) {
    long all = 0;
    for (long count : counts) {
      all += count;
    }
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (all > 0 && 2 * seen >= all) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }

  JsonObject toJson() {
    return Json.object()
        .put("contender", contender)
        .put("promoted", promoted.toJson())
        .put("median_evidence", number(medianEvidence))
        .put("automatic_at_change", automaticAtChange.toJson())
        .put("median_delay", number(medianDelay))
        .put("harm_let_through", harmLetThrough)
        .put("harm_share", harmShare)
        .put("work_saved", workSaved)
        .put("changes_per_10000", changesPerTenThousand)
        .put("automatic_curve", curve(automatic))
        .put("harm_curve", curve(harmful))
        .build();
  }

  private static Json number(OptionalLong value) {
    return value.isPresent() ? Json.of(value.getAsLong()) : Json.NULL;
  }

  private static Json curve(List<Double> points) {
    return Json.array(points.stream().map(Json::of).toList());
  }
}
