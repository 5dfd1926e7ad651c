package dev.countersign.workflow;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.kernel.Violation;
import java.util.function.Function;

/// One thing that has a say in the mode, and the most that it allows.
///
/// @param source the kind of thing: `freeze`, `hold`, `gate`, `guard`, `transition`, `policy`,
///   `trust`, `version`, `anomaly`, `floor`, `ceiling`, `reversibility`, `audit`, `threshold`,
///   `approval`, `edit`, `execution`
public record ModeReason(String source, Mode mode, String reason) {

  public JsonObject json() {
    return Json.object()
        .put("source", source)
        .put("mode", mode.word())
        .put("reason", reason)
        .build();
  }

  public static ModeReason read(JsonObject json) {
    Function<String, String> member = name -> json.text(name).orElseThrow();
    return new ModeReason(
        member.apply("source"), Mode.read(member.apply("mode")), member.apply("reason"));
  }

  /// As one reason of a refusal.
  public Violation violation() {
    return new Violation("", source, reason);
  }
}
