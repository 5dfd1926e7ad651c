package dev.countersign.trust.laboratory.log;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.OptionalLong;

/// What one contender did with all scopes of a split, at one budget.
///
/// @param scopes how many there were
/// @param promotedEarning scopes that were first promoted while the half lasted that is earned on
/// @param promotedJudging scopes that were first promoted after it
/// @param heard decisions that a scope had heard when it was first promoted: the median scope
/// @param demotions in both halves
/// @param ranEarning what became of those that ran by themselves, of the half that is earned on
/// @param ranJudging the same of the half that judges
/// @param judging how many proposals that half has
public record LogResult(
    String contender,
    int scopes,
    int promotedEarning,
    int promotedJudging,
    OptionalLong heard,
    long demotions,
    Fates ranEarning,
    Fates ranJudging,
    long judging) {

  /// How a share of harm lies to a budget.
  public enum Verdict {
    /// Nothing ran by itself.
    NOTHING("-"),
    /// Surely over it, though what nobody observed is taken for no harm.
    OVER("over"),
    /// Surely at most it, though what nobody observed is taken for harm.
    WITHIN("within"),
    UNCLEAR("unclear");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// What became of all that ran by themselves, from the first promotion to the end of the log.
  public Fates ran() {
    return ranEarning.plus(ranJudging);
  }

  /// The share of the half that judges which took no person's work.
  public double workSaved() {
    return judging == 0 ? 0 : (double) ranJudging.all() / judging;
  }

  /// How the harm of the half that judges lies to a budget, by the 95% intervals.
  public Verdict verdict(double budget) {
    var harm = ranJudging.harm();
    var counted = ranJudging.counted();
    if (harm.isEmpty() || counted.isEmpty()) {
      return Verdict.NOTHING;
    }
    if (harm.get().low() > budget) {
      return Verdict.OVER;
    }
    return counted.get().high() <= budget ? Verdict.WITHIN : Verdict.UNCLEAR;
  }

  JsonObject toJson(double budget) {
    return Json.object()
        .put("contender", contender)
        .put("scopes", scopes)
        .put("promoted_earning", promotedEarning)
        .put("promoted_judging", promotedJudging)
        .put("heard", heard.isPresent() ? Json.of(heard.getAsLong()) : Json.NULL)
        .put("demotions", demotions)
        .put("ran_earning", ranEarning.toJson())
        .put("ran_judging", ranJudging.toJson())
        .put("judging", judging)
        .put("work_saved", workSaved())
        .put("verdict", verdict(budget).word())
        .build();
  }
}
