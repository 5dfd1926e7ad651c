package dev.countersign.trust;

import dev.countersign.kernel.Digest;
import dev.countersign.kernel.Json;
import dev.countersign.kernel.Json.JsonObject;
import dev.countersign.trust.sequential.Suspicion;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A scope's trust at one moment: the fold of its ledger entries so far. Immutable.
///
/// Bounded whatever happens: six decayed means, a tally per stage, a bounded history, counts of one
/// attempt. What grows with the proposals lies outside, one [Remembered] each.
///
/// @param enteredAt when the stage was entered
/// @param time to which the sums are decayed; the latest entry's
/// @param tallies counts per stage, stages that saw nothing included
/// @param apart decisions that were not independent, kept apart
/// @param streak harmful automatic executions in a row since the stage was entered
/// @param lastObserved the latest time of an observed outcome
/// @param lowered whether a person lowered it, so that only a signature raises it
/// @param history the latest changes, oldest first; the ledger has them all
/// @param standing what no change of stage takes away
/// @param attempt what was counted for the next step since the stage was entered
/// @param suspicion in an automatic mode, how much it looks as if the rate of harm had risen
public record TrustState(
    Stage stage,
    Instant enteredAt,
    Instant time,
    Evidence evidence,
    SinceEntered since,
    SortedMap<Stage, Tally> tallies,
    long apart,
    int streak,
    Optional<Instant> lastObserved,
    boolean lowered,
    List<StageChange> history,
    Standing standing,
    Attempt attempt,
    Optional<Suspicion> suspicion) {

  /// As many as a screen shows; the ledger keeps the rest.
  public static final int LONGEST_HISTORY = 20;

  /// Raised when the meaning of the stored text changes.
  private static final long FORMAT = 2;

  /// Before there was a sequential test: read, and its evidence for one begins now.
  private static final long WITHOUT_TEST = 1;

  private static final double SECONDS_PER_DAY = 86_400;

  public TrustState {
    tallies = Collections.unmodifiableSortedMap(new TreeMap<>(tallies));
    if (tallies.size() != Stage.values().length) {
      throw new IllegalArgumentException("every stage has its tally");
    }
    history = List.copyOf(history);
    if (history.size() > LONGEST_HISTORY || streak < 0 || apart < 0) {
      throw new IllegalArgumentException("a count of the state is out of its bounds");
    }
  }

  /// A scope that was first seen at `at`: at the lowest stage, with no evidence, the first of its
  /// action type.
  public static TrustState start(Instant at) {
    return start(at, 1);
  }

  /// A scope that was first seen at `at`: at the lowest stage, with no evidence.
  ///
  /// @param ordinal which of the scopes of its tenant and action type it is, from 1
  public static TrustState start(Instant at, long ordinal) {
    var tallies = new TreeMap<Stage, Tally>();
    for (var stage : Stage.values()) {
      tallies.put(stage, Tally.EMPTY);
    }
    return new TrustState(
        Stage.OBSERVE,
        at,
        at,
        Evidence.NONE,
        SinceEntered.NOTHING,
        tallies,
        0,
        0,
        Optional.empty(),
        false,
        List.of(),
        Standing.start(ordinal),
        Attempt.start(1),
        Optional.empty());
  }

  /// A scope that is split off this one at `at`: at the lowest stage, with the harms and errors and
  /// the attempts of this one, and none of its merits.
  ///
  /// @param ordinal of the new scope
  public TrustState split(Instant at, long ordinal) {
    var fresh = start(after(at), ordinal);
    var inherited = standing.split(ordinal);
    var aged = evidence.decayed(DecayedMean.weightAt(days(time, after(at))));
    return new TrustState(
        Stage.OBSERVE,
        fresh.enteredAt(),
        fresh.time(),
        aged.faultsAlone(),
        SinceEntered.NOTHING,
        fresh.tallies(),
        0,
        0,
        Optional.empty(),
        lowered,
        List.of(),
        inherited,
        Attempt.inheriting(inherited.attempt(Stage.OBSERVE), attempt.shown().harms()),
        Optional.empty());
  }

  /// Whether it was never told of a proposal, nor of another scope's harms.
  public boolean untouched() {
    return tallies.values().stream().allMatch(Tally.EMPTY::equals)
        && standing.entries() == 0
        && standing.turns() == 0
        && apart == 0
        && history.isEmpty();
  }

  /// The score at [#time], with a tenant's weights.
  public TrustScore score(ScoreWeights weights) {
    return evidence.score(weights);
  }

  /// The score at [#time] with the usual weights, whatever the tenant's are: what models are told,
  /// so that it means the same before and after a change of them.
  public TrustScore score() {
    return score(ScoreWeights.USUAL);
  }

  /// The lower 95% bound of the override rate.
  public double overrideBound() {
    return evidence.overrides().lowerBound();
  }

  /// The lower 95% bound of the error rate.
  public double errorBound() {
    return evidence.errors().lowerBound();
  }

  /// What happened to the proposals that met the scope at `at`.
  public Tally tally(Stage at) {
    return tallies.getOrDefault(at, Tally.EMPTY);
  }

  /// Which of the scopes of its tenant and action type it is, from 1.
  public long ordinal() {
    return standing.ordinal();
  }

  /// The versions of model, tool and policies that its evidence is of, if any were ever named.
  public Optional<String> versions() {
    return standing.versions();
  }

  /// What was proven for each of the latest versions, oldest first.
  public List<Proven> proven() {
    return standing.proven();
  }

  /// The most that may be in force for a proposal of these versions: the stage, or what was proven
  /// for them if the evidence is of others. Before any were named, what was seen was theirs.
  public Stage provenFor(String wanted) {
    boolean others = standing.versions().filter(named -> !named.equals(wanted)).isPresent();
    var proven = others ? standing.proven(wanted) : stage;
    return proven.compareTo(stage) < 0 ? proven : stage;
  }

  /// When it drops to propose if no outcome is observed until then; empty at the lowest stages.
  public Optional<Instant> dropsAt() {
    return stage.compareTo(Stage.PROPOSE) > 0
        ? Optional.of(idleFrom(enteredAt, lastObserved).plus(Folding.LONGEST_IDLE))
        : Optional.empty();
  }

  /// Since when nothing was observed in the stage.
  static Instant idleFrom(Instant enteredAt, Optional<Instant> lastObserved) {
    return lastObserved.filter(observed -> observed.isAfter(enteredAt)).orElse(enteredAt);
  }

  /// How many proposals were counted for promotion, the first ones of those that have a turn.
  public long counted() {
    return standing.counted();
  }

  /// The time to which an event of `at` brings this state: never backwards.
  public Instant after(Instant at) {
    return at.isAfter(time) ? at : time;
  }

  /// The days from `from` to `to`; negative if `to` lies before.
  static double days(Instant from, Instant to) {
    var between = Duration.between(from, to);
    return (between.toSeconds() + between.toNanosPart() / 1e9) / SECONDS_PER_DAY;
  }

  /// Of the stored text: two states are the same bit for bit if and only if theirs are.
  public Digest digest() {
    return Digest.sha256(toJson().toString().getBytes(StandardCharsets.UTF_8));
  }

  public JsonObject toJson() {
    var counts = Json.object();
    tallies.forEach((stage, tally) -> counts.put(stage.word(), tally.toJson()));
    return Json.object()
        .put("format", FORMAT)
        .put("stage", stage.word())
        .put("entered_at", enteredAt.toString())
        .put("time", time.toString())
        .put("evidence", evidence.toJson())
        .put("since_entered", since.toJson())
        .put("tallies", counts.build())
        .put("apart", apart)
        .put("streak", streak)
        .put("last_observed", lastObserved.map(at -> Json.of(at.toString())))
        .put("lowered", lowered)
        .put("history", Json.array(history.stream().map(StageChange::toJson).toList()))
        .put("standing", standing.toJson())
        .put("attempt", attempt.toJson())
        .put("suspicion", suspicion.<Json>map(TrustState::numbers))
        .build();
  }

  /// Reads what [#toJson] wrote; throws IllegalArgumentException for anything else.
  public static TrustState fromJson(JsonObject json) {
    long format = Stored.count(json, "format");
    if (format != FORMAT && format != WITHOUT_TEST) {
      throw new IllegalArgumentException("the stored trust state has another format");
    }
    boolean old = format == WITHOUT_TEST;
    var counts = Stored.object(json, "tallies");
    var tallies = new TreeMap<Stage, Tally>();
    for (var stage : Stage.values()) {
      tallies.put(stage, Tally.fromJson(Stored.object(counts, stage.word())));
    }
    var history = new ArrayList<StageChange>();
    for (var item : json.items("history")) {
      if (!(item instanceof JsonObject change)) {
        throw new IllegalArgumentException("the stored history is damaged");
      }
      history.add(StageChange.fromJson(change));
    }
    return new TrustState(
        Stored.stage(json, "stage"),
        Stored.time(json, "entered_at"),
        Stored.time(json, "time"),
        Evidence.fromJson(Stored.object(json, "evidence")),
        SinceEntered.fromJson(Stored.object(json, "since_entered")),
        tallies,
        Stored.count(json, "apart"),
        Math.toIntExact(Stored.count(json, "streak")),
        Stored.optionalTime(json, "last_observed"),
        Stored.truth(json, "lowered"),
        history,
        old ? begun(json) : Standing.fromJson(Stored.object(json, "standing")),
        old ? Attempt.start(1) : Attempt.fromJson(Stored.object(json, "attempt")),
        Stored.numbers(json, "suspicion").isEmpty()
            ? Optional.empty()
            : Optional.of(Suspicion.of(Stored.numbers(json, "suspicion"))));
  }

  /// A scope of before counts as beginning its first attempt at the step from where it is.
  private static Standing begun(JsonObject json) {
    var stage = Stored.stage(json, "stage");
    var ordinal = json.number("ordinal").map(Double::longValue).orElse(1L);
    var start = Standing.start(ordinal);
    return stage == Stage.OBSERVE ? start : start.entering(stage);
  }

  private static Json numbers(Suspicion suspicion) {
    return Json.array(suspicion.values().stream().map(Json::of).toList());
  }
}
