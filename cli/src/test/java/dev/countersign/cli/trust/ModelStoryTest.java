package dev.countersign.cli.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import org.junit.jupiter.api.Test;

class ModelStoryTest {

  @Test
  void whatServesIsToldWithHowGoodItIs() {
    var answer =
        JsonReader.readObject(
            """
            {"learner": {"available": true, "name": "x"}, "predictors": [
              {"predictor": "outcome", "state": "calibrated", "champion": 2,
               "base_rate": {"happened": 90, "of": 100}, "new_labels": 7,
               "metrics": {"cases": 20, "log_loss": {"value": 0.4, "low": 0.3, "high": 0.5}, "base_log_loss": 0.55,
                 "auc": {"value": 0.8, "low": 0.7, "high": 0.9},
                 "calibration_error": {"value": 0.02, "low": 0.01, "high": 0.05}},
               "comparison": {"champion": 2, "challenger": 3, "labels": 40, "wealth": 1.5, "line": 100},
               "drift": {"raised": true},
               "thresholds": [
                 {"action_type": "pay", "next_look_at": 400, "threshold": {"kind": "certified", "most": 0.03},
                  "in_force": true, "live_coverage": {"happened": 60, "of": 80}},
                 {"action_type": "refund", "next_look_at": 400, "threshold": {"kind": "certified", "most": 0.03},
                  "in_force": false, "live_coverage": {"happened": 60, "of": 80}},
                 {"action_type": "decline", "next_look_at": 200, "threshold": {"kind": "none"}}]},
              {"predictor": "decision", "state": "cold_start", "base_rate": {"happened": 3, "of": 4}, "new_labels": 4}]}
            """);
    assertThat(ModelStory.of(answer))
        .containsExactly(
            "outcome: whether an execution succeeds",
            "  version 2 serves",
            "  so far 90 of 100",
            "  after its training, 20 cases: log-loss 0.400 [0.300, 0.500] (base rate 0.550), AUC 0.800 [0.700, 0.900], calibration error 0.020 [0.010, 0.050]",
            "  version 3 challenges it: wealth 1.50 of 100 after 40 labels",
            "  its world has drifted: thresholds ended, another is trained",
            "  `pay` runs in conditional_auto up to a risk of 0.0300; now 60 of 80",
            "  the threshold of `refund` is for more harm than is accepted now: everything waits",
            "  `decline` has no threshold: everything waits; next look at 200 sampled outcomes",
            "  7 new labels since the last training",
            "decision: whether a person approves",
            "  cold start: too few labels for a model",
            "  so far 3 of 4",
            "  4 new labels since the last training");
  }

  @Test
  void aServerThatCannotLearnSaysWhy() {
    var answer =
        JsonReader.readObject(
            "{\"learner\": {\"available\": false, \"why\": \"no libgomp\"}, \"predictors\": []}");
    assertThat(ModelStory.of(answer))
        .containsExactly("nothing is learned on this server: no libgomp");
  }
}
