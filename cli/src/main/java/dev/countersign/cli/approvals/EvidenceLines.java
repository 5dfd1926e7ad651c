package dev.countersign.cli.approvals;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Json.JsonString;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// What a card says beside the effect: what it reaches, whether it can be taken back, and what
/// became of similar cases.
final class EvidenceLines {
  private final JsonObject request;
  private final BiConsumer<String, String> line;

  private EvidenceLines(JsonObject request, BiConsumer<String, String> line) {
    this.request = request;
    this.line = line;
  }

  static void print(JsonObject request, BiConsumer<String, String> line) {
    var lines = new EvidenceLines(request, line);
    request.object("blast_radius").ifPresent(lines::reaches);
    request.object("reversibility").ifPresent(lines::reversible);
    request.object("similar_cases").ifPresent(lines::similar);
    request.object("prediction").ifPresent(lines::predicted);
    request.object("predictions").ifPresent(stated -> ModelLines.print(stated, line));
  }

  private void reaches(JsonObject radius) {
    radius
        .object("amount")
        .ifPresent(amount ->
            line.accept(
                "amount",
                amount
                    .number("value")
                    .map(value -> Long.toString(value.longValue()))
                    .orElse("unknown")));
    words(radius, "opens_tasks", "title").ifPresent(tasks -> line.accept("opens", tasks));
    words(radius, "supersedes", "action_type").ifPresent(ends -> line.accept("ends", ends));
    var systems =
        radius.items("other_systems").stream()
            .map(EvidenceLines::text)
            .collect(Collectors.joining(", "));
    if (!systems.isEmpty()) {
      line.accept("calls", systems);
    }
  }

  private void reversible(JsonObject known) {
    var back =
        known.items("ways_back").stream()
            .map(EvidenceLines::text)
            .collect(Collectors.joining(", "));
    var window =
        known
            .number("window_seconds")
            .map(seconds -> " within " + seconds.longValue() + " s")
            .orElse("");
    line.accept(
        "reversible",
        known.text("status").orElse("unknown")
            + window
            + (back.isEmpty() ? "" : "; leads back: " + back));
  }

  private void similar(JsonObject similar) {
    long nearest = similar.number("nearest").orElse(0.0).longValue();
    line.accept("similar", nearest == 0 ? "none yet" : nearest + " nearest cases");
    if (nearest > 0) {
      share(similar, "approved", "approved");
      share(similar, "succeeded", "went well");
      share(similar, "harmed", "did harm");
      long missing = similar.number("without_outcome").orElse(0.0).longValue();
      if (missing > 0) {
        line.accept("no outcome", Long.toString(missing));
      }
    }
  }

  private void predicted(JsonObject prediction) {
    prediction
        .number("confidence")
        .ifPresent(confidence -> line.accept("confidence", percent(confidence)));
    request
        .object("calibration")
        .ifPresent(calibration -> share(calibration, "right", "as sure, right"));
  }

  private void share(JsonObject of, String name, String label) {
    of.object(name).ifPresent(share -> line.accept(label, share(share)));
  }

  private static String share(JsonObject share) {
    if (!share.truth("measured").orElse(false)) {
      return "not measured";
    }
    return "%d of %d, %s to %s"
        .formatted(
            share.number("count").orElse(0.0).longValue(),
            share.number("of").orElse(0.0).longValue(),
            percent(share.number("low").orElse(0.0)),
            percent(share.number("high").orElse(1.0)));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", share * 100);
  }

  private static Optional<String> words(JsonObject of, String list, String member) {
    var words =
        objects(of.items(list)).stream()
            .map(each -> each.text(member).orElse("-"))
            .collect(Collectors.joining(", "));
    return Optional.of(words).filter(text -> !text.isEmpty());
  }

  private static List<JsonObject> objects(List<Json> items) {
    return items.stream().filter(JsonObject.class::isInstance).map(JsonObject.class::cast).toList();
  }

  private static String text(Json item) {
    return item instanceof JsonString(var text) ? text : "-";
  }
}
