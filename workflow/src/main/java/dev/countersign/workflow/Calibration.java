package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.List;

/// How sure a prediction is, by what became of earlier ones that were as sure of themselves: a
/// claimed confidence is worth what its equals were worth.
///
/// @param from the tenth of confidence that it falls into
/// @param right how often those went well, of those of which somebody said so
public record Calibration(double from, double to, Share right) {

  /// Of a confidence from 0 to 1, by earlier proposals of the same transition.
  public static Calibration of(double confidence, List<PastCase> past) {
    int tenth = Math.min(9, (int) (confidence * 10));
    double from = tenth / 10.0;
    double to = (tenth + 1) / 10.0;
    var known =
        past.stream()
            .filter(one ->
                one.confidence()
                    .filter(other -> Math.min(9, (int) (other * 10)) == tenth)
                    .isPresent())
            .filter(one -> one.success().isPresent())
            .toList();
    long right = known.stream().filter(one -> one.success().orElse(false)).count();
    return new Calibration(from, to, new Share(right, known.size()));
  }

  public JsonObject json() {
    return Json.object().put("from", from).put("to", to).put("right", right.json()).build();
  }
}
