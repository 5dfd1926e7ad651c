package dev.countersign.trust;

import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/// One move of a scope between stages: what the ledger entry `stage.promoted` or `stage.demoted`
/// says.
///
/// @param by the actor who signed or lowered; empty if the evidence alone moved it
public record StageChange(Stage from, Stage to, Cause cause, Optional<String> by, Instant at) {

  /// Why a scope moved.
  public enum Cause {
    EARNED("earned"),
    SIGNED("signed"),
    SEVERE_HARM("severe_harm"),
    HARM_STREAK("harm_streak"),
    CHANGE_DETECTED("change_detected"),
    VERSION_CHANGED("version_changed"),
    IDLE("idle"),
    LOWERED("lowered");

    private final String word;

    Cause(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public StageChange {
    if (from == to) {
      throw new IllegalArgumentException("a change leads to another stage");
    }
  }

  public boolean promotion() {
    return to.compareTo(from) > 0;
  }

  /// The type of the ledger entry that proves it.
  public String entryType() {
    return promotion() ? "stage.promoted" : "stage.demoted";
  }

  public JsonObject toJson() {
    return Json.object()
        .put("from", from.word())
        .put("to", to.word())
        .put("cause", cause.word())
        .put("by", by.map(Json::of))
        .put("at", at.toString())
        .build();
  }

  static StageChange fromJson(JsonObject json) {
    return new StageChange(
        Stored.stage(json, "from"),
        Stored.stage(json, "to"),
        Stored.word(
            json,
            "cause",
            word ->
                Arrays.stream(Cause.values()).filter(cause -> cause.word.equals(word)).findFirst()),
        json.text("by"),
        Stored.time(json, "at"));
  }
}
