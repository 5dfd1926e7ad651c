package dev.countersign.cli.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How the server's own models stand, in words.
final class ModelStory {
  private final List<String> lines = new ArrayList<>();

  private ModelStory() {}

  static List<String> of(JsonObject answer) {
    var story = new ModelStory();
    answer
        .object("learner")
        .flatMap(learner -> learner.text("why"))
        .ifPresent(why -> story.lines.add("nothing is learned on this server: " + why));
    for (var predictor : objects(answer.items("predictors"))) {
      story.tell(predictor);
    }
    return List.copyOf(story.lines);
  }

  private void tell(JsonObject predictor) {
    var name = predictor.text("predictor").orElse("-");
    lines.add(
        switch (name) {
          case "decision" -> "decision: whether a person approves";
          case "outcome" -> "outcome: whether an execution succeeds";
          default -> name;
        });
    lines.add("  " + serving(predictor));
    predictor.object("base_rate").ifPresent(rate -> lines.add("  so far " + share(rate)));
    predictor.object("metrics").ifPresent(metrics -> measured("after its training", metrics));
    predictor.object("live").ifPresent(metrics -> measured("since it serves", metrics));
    predictor
        .object("comparison")
        .ifPresent(comparison ->
            lines.add(
                String.format(
                    Locale.ROOT,
                    "  version %d challenges it: wealth %.2f of %.0f after %d labels",
                    count(comparison, "challenger"),
                    comparison.number("wealth").orElse(0.0),
                    comparison.number("line").orElse(0.0),
                    count(comparison, "labels"))));
    predictor
        .object("drift")
        .filter(drift -> drift.truth("raised").orElse(false))
        .ifPresent(_ -> lines.add("  its world has drifted: thresholds ended, another is trained"));
    for (var threshold : objects(predictor.items("thresholds"))) {
      threshold(threshold);
    }
    lines.add("  %d new labels since the last training".formatted(count(predictor, "new_labels")));
  }

  private static String serving(JsonObject predictor) {
    return switch (predictor.text("state").orElse("")) {
      case "calibrated" -> "version %d serves".formatted(count(predictor, "champion"));
      case "no_skill" ->
          "version %d tells no cases apart: base rates are shown"
              .formatted(count(predictor, "champion"));
      case "unavailable" ->
          "version %d cannot be asked: base rates are shown"
              .formatted(count(predictor, "champion"));
      default -> "cold start: too few labels for a model";
    };
  }

  private void measured(String when, JsonObject metrics) {
    var auc = metrics.object("auc").map(known -> ", AUC " + interval(known)).orElse("");
    lines.add(
        String.format(
            Locale.ROOT,
            "  %s, %d cases: log-loss %s (base rate %.3f)%s, calibration error %s",
            when,
            count(metrics, "cases"),
            interval(metrics.object("log_loss").orElse(JsonObject.EMPTY)),
            metrics.number("base_log_loss").orElse(0.0),
            auc,
            interval(metrics.object("calibration_error").orElse(JsonObject.EMPTY))));
  }

  private void threshold(JsonObject of) {
    var type = of.text("action_type").orElse("-");
    var threshold = of.object("threshold").orElse(JsonObject.EMPTY);
    boolean certified = threshold.text("kind").filter("certified"::equals).isPresent();
    if (certified && !of.truth("in_force").orElse(false)) {
      lines.add(
          "  the threshold of `%s` is for more harm than is accepted now: everything waits"
              .formatted(type));
      return;
    }
    lines.add(
        certified
            ? String.format(
                Locale.ROOT,
                "  `%s` runs in conditional_auto up to a risk of %.4f; now %s",
                type,
                threshold.number("most").orElse(0.0),
                of.object("live_coverage").map(ModelStory::share).orElse("none"))
            : "  `%s` has no threshold: everything waits; next look at %d sampled outcomes"
                .formatted(type, count(of, "next_look_at")));
  }

  private static String share(JsonObject rate) {
    return "%d of %d".formatted(count(rate, "happened"), count(rate, "of"));
  }

  private static String interval(JsonObject measured) {
    return String.format(
        Locale.ROOT,
        "%.3f [%.3f, %.3f]",
        measured.number("value").orElse(0.0),
        measured.number("low").orElse(0.0),
        measured.number("high").orElse(0.0));
  }

  private static long count(JsonObject of, String name) {
    return of.number(name).orElse(0.0).longValue();
  }

  static List<JsonObject> objects(List<Json> items) {
    return items.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList();
  }
}
