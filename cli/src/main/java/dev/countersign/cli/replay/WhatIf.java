package dev.countersign.cli.replay;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// What a stage would have done with the whole log by itself, and what of that people or outcomes
/// say was wrong.
///
/// @param automated actions that no person would have decided beforehand
/// @param wrong of those: rejected by people, or harmful
/// @param unknown of those: nobody knows what came of them, and overdue they count as harm
/// @param note what is to be known about it
record WhatIf(String stage, long automated, long wrong, long unknown, String note) {

  /// For each stage, the lowest first.
  static List<WhatIf> of(Totals totals) {
    long all = totals.proposals();
    long wrong = totals.rejected() + totals.of(Step.Ending.HARMED);
    long unknown = totals.of(Step.Ending.UNOBSERVED) + totals.of(Step.Ending.FAILED);
    return List.of(
        new WhatIf("observe", 0, 0, 0, "people decide everything and do not see the prediction"),
        new WhatIf("propose", 0, 0, 0, "people decide everything"),
        new WhatIf(
            "guarded_auto",
            all,
            wrong,
            unknown,
            "what people would have had to veto in time, and what they did not see coming"),
        new WhatIf(
            "conditional_auto",
            0,
            0,
            0,
            "a log has no calibrated risk: until there is one, all wait"),
        new WhatIf(
            "full_auto", all, wrong, unknown, "nobody would have looked, but for a random share"));
  }

  JsonObject json() {
    return Json.object()
        .put("stage", stage)
        .put("automated", automated)
        .put("wrong", wrong)
        .put("unknown", unknown)
        .put("note", note)
        .build();
  }
}
