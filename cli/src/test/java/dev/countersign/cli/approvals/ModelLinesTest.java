package dev.countersign.cli.approvals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.kernel.JsonReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelLinesTest {

  private static List<String> lines(String predictions) {
    var lines = new ArrayList<String>();
    ModelLines.print(
        JsonReader.readObject(predictions), (label, text) -> lines.add(label + ": " + text));
    return lines;
  }

  @Test
  void aCalibratedPredictionSaysHowLikelyAndWhy() {
    assertThat(
            lines(
                """
                {"decision": {"kind": "no_skill", "version": 1, "base_rate": {"happened": 12, "of": 14}},
                 "outcome": {"kind": "calibrated", "probability": 0.967, "band": "high", "contributions": [
                   {"feature": "facts.insured", "observed": "true", "log_odds": 1.2},
                   {"feature": "case_age_hours", "observed": "80.5", "log_odds": -0.4},
                   {"feature": "weekday", "observed": "2.0", "log_odds": 0}]}}
                """))
        .containsExactly(
            "approved: 12 of 14 so far; the model tells no cases apart",
            "goes well: 97 % expected (high)",
            "because of: facts.insured = true (for), case_age_hours = 80.5 (against)");
  }

  @Test
  void aCalibratedPredictionSaysHowSureItIs() {
    assertThat(
            lines(
                """
                {"outcome": {"kind": "calibrated", "probability": 0.967, "band": "high", "contributions": [],
                   "alike": {"stated": 0.96, "rate": {"happened": 25, "of": 26,
                     "rate": {"value": 0.9615, "low": 0.8036, "high": 0.999}}}}}
                """))
        .containsExactly(
            "goes well: 97 % expected (high); so it was in 25 of 26 of about as much (95 %: 80 % to 100 %)");
  }

  @Test
  void withoutAModelThereIsNoInventedNumber() {
    assertThat(
            lines(
                """
                {"decision": {"kind": "cold_start", "base_rate": {"happened": 0, "of": 0}},
                 "outcome": {"kind": "unavailable", "why": "x", "base_rate": {"happened": 3, "of": 4}}}
                """))
        .containsExactly(
            "approved: too few cases to tell them apart",
            "goes well: 3 of 4 so far; the model cannot be asked");
  }
}
