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
/// @param decider who approved it, as a hash: no other source of its outcome
/// @param turn its place among those that count for promotion, if it has one
/// @param stated the probability of success that our own model stated before anybody decided
/// @param versions which versions of model, tool and policies it is of, as a digest; empty where
///   none were named when it was first heard of, or by the rules of [Edition#FIRST]
/// @param harmAlone whether its outcome was counted as that of other versions than those named
/// @param severe whether a severe harm of it was counted; false in what was written before
///   [Edition#THIRD], whatever was counted then
public record Remembered(
    UUID proposalId,
    Stage stage,
    Phase phase,
    boolean automatic,
    Optional<Instant> dueAt,
    Optional<Instant> countedAt,
    boolean harmful,
    Optional<Double> value,
    Optional<String> decider,
    Optional<Turn> turn,
    Optional<Double> stated,
    Optional<String> versions,
    boolean harmAlone,
    boolean severe) {

  /// How far it came, as far as trust is concerned.
  public enum Phase {
    SHOWN("shown"),
    WITHDRAWN("withdrawn"),
    EXPIRED("expired"),
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

    boolean observed() {
      return this == SUCCEEDED || this == FAILED;
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

  /// A proposal that was shown and awaits its decision.
  static Remembered shown(UUID proposalId, Stage stage) {
    return new Remembered(
        proposalId,
        stage,
        Phase.SHOWN,
        false,
        Optional.empty(),
        Optional.empty(),
        false,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false,
        false);
  }

  /// Of these versions, as [Standing#digest] has them.
  Remembered of(Optional<String> those) {
    return new Remembered(
        proposalId,
        stage,
        phase,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        decider,
        turn,
        stated,
        those,
        harmAlone,
        severe);
  }

  /// Counted, or not, as one of other versions.
  Remembered countedForHarmAlone(boolean alone) {
    return new Remembered(
        proposalId,
        stage,
        phase,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        decider,
        turn,
        stated,
        versions,
        alone,
        severe);
  }

  /// A severe harm that was counted: one proposal is one harm, however often it is reported.
  Remembered countedAsSevere() {
    return new Remembered(
        proposalId,
        stage,
        phase,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        decider,
        turn,
        stated,
        versions,
        harmAlone,
        true);
  }

  /// With what was stated of it.
  Remembered stating(Optional<Double> success) {
    return new Remembered(
        proposalId,
        stage,
        phase,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        decider,
        turn,
        success,
        versions,
        harmAlone,
        severe);
  }

  /// At another stage, where it was executed without a decision.
  Remembered at(Stage executedAt) {
    return new Remembered(
        proposalId,
        executedAt,
        phase,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        decider,
        turn,
        stated,
        versions,
        harmAlone,
        severe);
  }

  /// Decided, or ended without a decision.
  Remembered ended(Phase as, Optional<String> by) {
    return new Remembered(
        proposalId,
        stage,
        as,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        by,
        turn,
        stated,
        versions,
        harmAlone,
        severe);
  }

  static Remembered decided(UUID proposalId, Stage stage, boolean approved) {
    return shown(proposalId, stage)
        .ended(approved ? Phase.APPROVED : Phase.REJECTED, Optional.empty());
  }

  static Remembered open(TrustEvent.Executed event, Stage stage) {
    return shown(event.proposalId(), stage).executing(event);
  }

  /// Carried out, with its outcome awaited.
  Remembered executing(TrustEvent.Executed event) {
    var due = event.at().plus(event.outcomeWithin()).truncatedTo(ChronoUnit.MICROS);
    return new Remembered(
        proposalId,
        stage,
        Phase.OPEN,
        event.automatic(),
        Optional.of(due),
        Optional.empty(),
        false,
        Optional.empty(),
        decider,
        turn,
        stated,
        versions,
        harmAlone,
        severe);
  }

  Remembered closed(Phase as, Instant at, boolean harm, Optional<Double> saved) {
    return new Remembered(
        proposalId,
        stage,
        as,
        automatic,
        dueAt,
        Optional.of(at),
        harm,
        saved,
        decider,
        turn,
        stated,
        versions,
        harmAlone,
        severe);
  }

  Remembered with(Turn changed) {
    return new Remembered(
        proposalId,
        stage,
        phase,
        automatic,
        dueAt,
        countedAt,
        harmful,
        value,
        decider,
        Optional.of(changed),
        stated,
        versions,
        harmAlone,
        severe);
  }

  /// Its number among the proposals that wait to be counted; empty once it was, or if it never is.
  public Optional<Long> waitingTurn() {
    return turn.filter(Turn::waiting).map(Turn::number);
  }

  /// Whether a closed turn counts as harm: also where nobody decided, or nobody saw what came of
  /// it.
  boolean wrong() {
    return phase == Phase.SHOWN || phase == Phase.OPEN || turn.filter(Turn::lost).isPresent();
  }

  /// Whether its turn can be counted at `now`: its window has closed, or nothing can change it.
  boolean settled(Instant now) {
    return phase == Phase.WITHDRAWN
        || turn.filter(its -> its.lost() || its.closesAt().isBefore(now)).isPresent();
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
        .put("decider", decider.map(Json::of))
        .put("turn", turn.map(Turn::toJson))
        .put("stated", stated.map(Json::of))
        .put("versions", versions.map(Json::of))
        .put("harm_alone", harmAlone)
        .put("severe", severe)
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
        json.number("value"),
        json.text("decider"),
        json.object("turn").map(Turn::fromJson),
        json.number("stated"),
        json.text("versions"),
        json.truth("harm_alone").orElse(false),
        json.truth("severe").orElse(false));
  }
}
