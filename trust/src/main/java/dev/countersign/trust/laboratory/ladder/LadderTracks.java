package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.laboratory.Result;
import dev.countersign.trust.laboratory.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What the scopes of one scenario did: whole numbers only, so that the sum of the workers' tracks
/// does not depend on who played which scope.
final class LadderTracks {

  /// Points of the curves.
  static final int POINTS = 40;

  /// The climb of a scope that earns everything takes most of this.
  private static final int FIRST = 10_000;

  private static final int STAGES = Height.STAGES;

  private final LadderScenario scenario;
  private final int part;
  private final Optional<Stage> belongs;
  private long scopes;
  private long falsely;
  private long runs;
  private long harms;
  private long harmfulRuns;
  private long automaticAtChange;
  private final long[] reached = new long[STAGES];
  private final long[] falselyTo = new long[STAGES];
  private final Frequency.Sums changes = new Frequency.Sums();
  private final Frequency.Sums lowered = new Frequency.Sums();
  private final Frequency.Sums first = new Frequency.Sums();
  private final Frequency.Sums settled = new Frequency.Sums();

  /// Scopes by the proposals until they first reached each stage, and from the change to the first
  /// demotion.
  private final long[][] evidence;

  private final long[] delays;

  /// Proposals at each stage, along the life.
  private final long[][] at = new long[STAGES][POINTS];

  LadderTracks(LadderScenario scenario, Setting setting) {
    this.scenario = scenario;
    this.part = scenario.length() / scenario.parts();
    this.belongs =
        scenario.rate().isPresent()
            ? Optional.of(belongs(setting, scenario.rate().getAsDouble()))
            : Optional.empty();
    this.evidence = new long[STAGES][part + 1];
    this.delays = new long[scenario.change() == 0 ? 1 : part + 1];
  }

  /// The highest stage that accepts more harm than there is, as do all under it.
  static Stage belongs(Setting setting, double rate) {
    var stage = Stage.OBSERVE;
    var step = setting.stepFrom(stage);
    while (step.isPresent() && rate < step.get().harmBudget()) {
      stage = step.get().to();
      step = setting.stepFrom(stage);
    }
    return stage;
  }

  void count(Climb.Life life) {
    scopes++;
    runs += life.runs;
    harms += life.harms;
    harmfulRuns += life.harmfulRuns;
    int[] firsts = new int[STAGES];
    boolean[] wrong = new boolean[STAGES];
    int all = 0;
    int down = 0;
    int early = 0;
    for (var moves : life.moves) {
      for (var move : moves) {
        all++;
        down += move.promotion() ? 0 : 1;
        early += move.moment() < FIRST ? 1 : 0;
        int to = Height.of(move.to());
        wrong[to] |= move.falsely();
        if (move.promotion() && firsts[to] == 0) {
          firsts[to] = move.moment() + 1;
        }
      }
      curves(moves);
    }
    changes.scope(all, scenario.length());
    lowered.scope(down, scenario.length());
    first.scope(early, Math.min(FIRST, scenario.length()));
    boolean any = false;
    for (int stage = 0; stage < STAGES; stage++) {
      reached[stage] += firsts[stage] > 0 ? 1 : 0;
      falselyTo[stage] += wrong[stage] ? 1 : 0;
      any |= wrong[stage];
      if (firsts[stage] > 0) {
        evidence[stage][firsts[stage]]++;
      }
    }
    falsely += any ? 1 : 0;
    settled(life);
    delay(life);
  }

  private void curves(List<Move> moves) {
    var stage = Stage.OBSERVE;
    int from = 0;
    for (var move : moves) {
      curve(stage, from, move.moment() + 1);
      from = move.moment() + 1;
      stage = move.to();
    }
    curve(stage, from, part);
  }

  private void curve(Stage stage, int from, int to) {
    int now = from;
    while (now < to) {
      int point = (int) ((long) now * POINTS / part);
      int end = Math.min(to, (int) (((long) (point + 1) * part + POINTS - 1) / POINTS));
      at[Height.of(stage)][point] += end - now;
      now = end;
    }
  }

  /// What changes once it is where it belongs.
  private void settled(Climb.Life life) {
    if (belongs.isEmpty()) {
      return;
    }
    int since = belongs.get() == Stage.OBSERVE ? 0 : -1;
    int after = 0;
    for (var move : life.moves.getFirst()) {
      if (since >= 0) {
        after++;
      } else if (move.to() == belongs.get()) {
        since = move.moment() + 1;
      }
    }
    if (since >= 0 && since < part) {
      settled.scope(after, part - since);
    }
  }

  private void delay(Climb.Life life) {
    if (scenario.change() == 0) {
      return;
    }
    var stage = Stage.OBSERVE;
    int lowest = part;
    for (var move : life.moves.getFirst()) {
      if (move.moment() < scenario.change()) {
        stage = move.to();
      } else if (!move.promotion()) {
        lowest = Math.min(lowest, move.moment() + 1);
      }
    }
    if (stage.automatic()) {
      automaticAtChange++;
      delays[lowest - scenario.change()]++;
    }
  }

  void add(LadderTracks other) {
    scopes += other.scopes;
    falsely += other.falsely;
    runs += other.runs;
    harms += other.harms;
    harmfulRuns += other.harmfulRuns;
    automaticAtChange += other.automaticAtChange;
    changes.add(other.changes);
    lowered.add(other.lowered);
    first.add(other.first);
    settled.add(other.settled);
    add(reached, other.reached);
    add(falselyTo, other.falselyTo);
    add(delays, other.delays);
    for (int stage = 0; stage < STAGES; stage++) {
      add(evidence[stage], other.evidence[stage]);
      add(at[stage], other.at[stage]);
    }
  }

  private static void add(long[] to, long[] from) {
    Arrays.setAll(to, i -> to[i] + from[i]);
  }

  LadderResult result(Share agreed) {
    var steps = new ArrayList<LadderResult.Step>();
    for (var stage : Stage.values()) {
      if (stage != Stage.OBSERVE) {
        steps.add(step(stage));
      }
    }
    double all = (double) scopes * scenario.length();
    return new LadderResult(
        steps,
        new Share(falsely, scopes),
        belongs,
        changes.frequency(),
        lowered.frequency(),
        first.frequency(),
        settled.proposals() == 0 ? Optional.empty() : Optional.of(settled.frequency()),
        scenario.change() == 0
            ? Optional.empty()
            : Optional.of(new Share(automaticAtChange, scopes)),
        scenario.change() == 0 ? OptionalLong.empty() : Result.median(delays),
        (double) harmfulRuns / scopes,
        harms == 0 ? 0 : (double) harmfulRuns / harms,
        runs / all,
        agreed);
  }

  private LadderResult.Step step(Stage stage) {
    double perPoint = (double) scopes * scenario.parts() * part / POINTS;
    var curve = new ArrayList<Double>();
    for (int point = 0; point < POINTS; point++) {
      long higher = 0;
      for (int i = Height.of(stage); i < STAGES; i++) {
        higher += at[i][point];
      }
      curve.add(higher / perPoint);
    }
    return new LadderResult.Step(
        stage,
        new Share(reached[Height.of(stage)], scopes),
        Result.median(evidence[Height.of(stage)]),
        new Share(falselyTo[Height.of(stage)], scopes),
        curve);
  }
}
