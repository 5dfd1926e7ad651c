package dev.countersign.trust.laboratory.ladder;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.HarmBudget;
import dev.countersign.trust.Setting;
import java.util.List;

/// What a run through all steps came to.
///
/// @param folded how many scopes of each scenario production itself played too
public record LadderReport(
    int scopes, int folded, Setting setting, long seed, List<Chapter> chapters) {

  /// The most stage changes in 10,000 proposals at a constant rate, in the mean.
  public static final double MOST_CHANGES = 2;

  public LadderReport {
    chapters = List.copyOf(chapters);
  }

  /// One scenario.
  public record Chapter(LadderScenario scenario, LadderResult result) {
    JsonObject toJson() {
      return Json.object()
          .put("scenario", scenario.word())
          .put("shown", scenario.shown())
          .put("proposals", scenario.length())
          .put("result", result.toJson())
          .build();
    }
  }

  /// Those of a constant rate.
  public List<Chapter> constant() {
    return chapters.stream().filter(chapter -> chapter.scenario().rate().isPresent()).toList();
  }

  public JsonObject toJson() {
    return Json.object()
        .put("scopes", scopes)
        .put("folded", folded)
        .put("proposals_a_day", Pace.PROPOSALS_A_DAY)
        .put("audit_share", Pace.AUDIT_SHARE)
        .put(
            "budgets",
            Json.array(setting.budgets().stream().map(HarmBudget::rate).map(Json::of).toList()))
        .put("risk", setting.risk())
        .put("seed", Long.toString(seed))
        .put("scenarios", Json.array(chapters.stream().map(Chapter::toJson).toList()))
        .build();
  }

  /// For people: tables.
  public String toText() {
    return LadderText.of(this);
  }
}
