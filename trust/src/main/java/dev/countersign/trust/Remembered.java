package dev.countersign.trust;

import dev.countersign.kernel.Ids;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/// What a scope remembers of one proposal, so that it counts once and can be corrected exactly.
///
/// Kept beside the [TrustState], one row a proposal, and not in it: the state is read and written
/// whole at every event, so it must stay small however many executions wait for an outcome.
///
/// @param stage the stage at which it was decided, or executed if nobody decided
/// @param automatic whether the stage authorized its execution
/// @param dueAt when its outcome is overdue; present from its execution on
/// @param countedAt the time with which its outcome was counted; present once it was
/// @param harmful whether it was counted as harm
/// @param value what was counted for the time it saved
public record Remembered(
    UUID proposalId,
    Stage stage,
    Phase phase,
    boolean automatic,
    Optional<Instant> dueAt,
    Optional<Instant> countedAt,
    boolean harmful,
    Optional<Double> value) {

  /// How far it came, as far as trust is concerned.
  public enum Phase {
    REJECTED("rejected"),
    APPROVED("approved"),
    OPEN("open"),
    OVERDUE("overdue"),
    SUCCEEDED("succeeded"),
    FAILED("failed"),
    ROLLED_BACK("rolled_back");

    private final String word;

    Phase(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    boolean executed() {
      return compareTo(OPEN) >= 0;
    }

    boolean counted() {
      return compareTo(OVERDUE) >= 0;
    }
  }

  public Remembered {
    if (phase.executed() != dueAt.isPresent() || phase.counted() != countedAt.isPresent()) {
      throw new IllegalArgumentException("what is executed has a deadline, what is closed a time");
    }
  }

  static Remembered decided(UUID proposalId, Stage stage, boolean approved) {
    return new Remembered(
        proposalId,
        stage,
        approved ? Phase.APPROVED : Phase.REJECTED,
        false,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty());
  }

  static Remembered open(TrustEvent.Executed event, Stage stage) {
    var due = event.at().plus(event.outcomeWithin()).truncatedTo(ChronoUnit.MICROS);
    return new Remembered(
        event.proposalId(),
        stage,
        Phase.OPEN,
        event.automatic(),
        Optional.of(due),
        Optional.empty(),
        false,
        Optional.empty());
  }

  Remembered closed(Phase as, Instant at, boolean harm, Optional<Double> saved) {
    return new Remembered(proposalId, stage, as, automatic, dueAt, Optional.of(at), harm, saved);
  }

  /// Whether its outcome is missing although its deadline lies before `now`.
  public boolean dueBefore(Instant now) {
    return phase == Phase.OPEN && dueAt.filter(due -> due.isBefore(now)).isPresent();
  }

  public JsonObject toJson() {
    return Json.object()
        .put("proposal_id", proposalId.toString())
        .put("stage", stage.word())
        .put("phase", phase.word())
        .put("automatic", automatic)
        .put("due_at", dueAt.map(time -> Json.of(time.toString())))
        .put("counted_at", countedAt.map(time -> Json.of(time.toString())))
        .put("harmful", harmful)
        .put("value", value.map(Json::of))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static Remembered fromJson(JsonObject json) {
    return new Remembered(
        Stored.word(json, "proposal_id", Ids::parse),
        Stored.stage(json, "stage"),
        Stored.word(
            json,
            "phase",
            word ->
                Arrays.stream(Phase.values()).filter(phase -> phase.word.equals(word)).findFirst()),
        Stored.truth(json, "automatic"),
        Stored.optionalTime(json, "due_at"),
        Stored.optionalTime(json, "counted_at"),
        Stored.truth(json, "harmful"),
        json.number("value"));
  }
}
