package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.PromotionStep;
import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.sequential.ChangeDetector;
import dev.countersign.trust.sequential.Suspicion;
import java.util.Arrays;

/// The rules of production for the many: its sequential test, its lines, its detector and streaks,
/// its order of turns, its days and dwell, and from harm to harm instead of event by event.
///
/// Left out is what never decides on a scope with several reviewers and observed outcomes: the
/// table of steps, and the shares of settled and of sourced. They only ever bar a step, so the
/// scopes here are promoted no less often. [FoldedLadder] has everything; both must move alike,
/// which a test and each report say.
final class QuickLadder implements Ladder {
  private static final int DWELL = 7 * Pace.PROPOSALS_A_DAY;
  private static final int LEAST_DAYS = 7;

  private final Setting setting;
  private final Rules rules;
  private final Moves moves;
  private final CleanNeeded needed = new CleanNeeded();
  private final ChangeDetector[] detectors = new ChangeDetector[Height.STAGES];
  private final WaitingTurns waiting;

  private long ordinal;
  private Stage stage = Stage.OBSERVE;
  private int enteredAt;
  private final long[] attempts = new long[Height.STAGES];

  private CleanNeeded.Column column;
  private int clean;
  private int harms;
  private long enough;
  private int days;
  private int lastDay;

  private int streak;
  private Suspicion suspicion;
  private int cleanRuns;

  QuickLadder(Setting setting, Rules rules, int window, Moves moves) {
    this.setting = setting;
    this.rules = rules;
    this.moves = moves;
    this.waiting = new WaitingTurns(window);
    for (var at : Stage.values()) {
      if (at.automatic()) {
        detectors[Height.of(at)] = ChangeDetector.of(stepTo(at).harmBudget());
      }
    }
    this.suspicion = detector(Stage.GUARDED_AUTO).start();
    this.column = needed.column(setting.stepFrom(stage).orElseThrow().harmBudget(), 1);
    enter(1);
  }

  private PromotionStep stepTo(Stage at) {
    return setting.stepTo(at).orElseThrow();
  }

  private ChangeDetector detector(Stage at) {
    return detectors[Height.of(at)];
  }

  @Override
  public void enter(long number) {
    ordinal = number;
    stage = Stage.OBSERVE;
    enteredAt = 0;
    Arrays.fill(attempts, 0);
    clean = 0;
    harms = 0;
    waiting.clear();
    begin();
  }

  @Override
  public Stage stage() {
    return stage;
  }

  /// One more attempt at the step from here.
  private void begin() {
    attempts[Height.of(stage)]++;
    waiting.nextEntry();
    streak = 0;
    cleanRuns = 0;
    if (rules.anew()) {
      clean = 0;
      harms = 0;
    }
    days = 0;
    lastDay = -1;
    if (stage.automatic()) {
      suspicion = detector(stage).start();
    }
    setting
        .stepFrom(stage)
        .ifPresent(step -> {
          double line = rules.line().of(setting.risk(), attempts[Height.of(stage)], ordinal);
          column = needed.column(step.harmBudget(), line);
          enough = column.of(harms);
        });
  }

  private void move(int moment, Stage to) {
    var from = stage;
    stage = to;
    enteredAt = moment;
    begin();
    moves.moved(moment, from, to);
  }

  private void settle(int moment) {
    while (waiting.settled(moment)) {
      boolean counts = waiting.counts() && stage != Stage.FULL_AUTO;
      boolean harm = waiting.harmful();
      int day = Pace.day(waiting.moment());
      waiting.remove();
      if (counts) {
        count(harm, day);
      }
    }
  }

  private void count(boolean harm, int day) {
    if (harm) {
      harms++;
      enough = column.of(harms);
    } else {
      clean++;
    }
    if (day > lastDay) {
      lastDay = day;
      days++;
    }
  }

  /// Good news: a step is given if it is earned.
  private boolean ask(int moment) {
    boolean earned = earnedButForDwell() && moment - enteredAt >= DWELL;
    if (earned) {
      move(moment, stage.above().orElseThrow());
    }
    return earned;
  }

  private boolean earnedButForDwell() {
    return stage != Stage.FULL_AUTO && clean >= enough && days >= LEAST_DAYS;
  }

  @Override
  public void propose(int moment, boolean looked, Fate fate) {
    settle(moment);
    if (!looked && fate == Fate.CLEAN) {
      runs(moment);
      return;
    }
    waiting.add(moment, looked, fate != Fate.CLEAN, fate == Fate.HARM || fate == Fate.SEVERE);
    if (looked && fate != Fate.HARM) {
      ask(moment);
    }
    switch (fate) {
      case CLEAN, LATE -> {}
      case HARM -> {
        if (!looked) {
          ranHarmful(moment);
        }
      }
      case SEVERE -> {
        if (stage == Stage.OBSERVE) {
          begin();
        } else {
          move(moment, Stage.OBSERVE);
        }
      }
    }
  }

  private boolean runs(int moment) {
    streak = 0;
    cleanRuns++;
    waiting.ran(moment);
    return ask(moment);
  }

  @Override
  public int run(int from, int until) {
    int moment = from;
    while (moment < until) {
      settle(moment);
      if (runs(moment)) {
        return moment + 1;
      }
      int next = Math.min(until, waiting.nextSettled());
      if (earnedButForDwell()) {
        next = Math.min(next, enteredAt + DWELL);
      }
      next = Math.max(next, moment + 1);
      // Until then nothing is counted, and each looks like the one before.
      cleanRuns += next - moment - 1;
      waiting.ran(next - 1);
      moment = next;
    }
    return until;
  }

  @Override
  public void harm(int moment, int proposal) {
    settle(moment);
    if (!waiting.lose(proposal)) {
      throw new IllegalArgumentException("a harm is known before its window closes");
    }
    if (!waiting.lookedAt(proposal)) {
      ranHarmful(moment);
    }
  }

  @Override
  public void overdue(int moment, int proposal) {
    // Before anything is settled: what is overdue counts as harm when it is counted.
    if (!waiting.lookedAt(proposal)) {
      ranHarmful(moment);
    }
  }

  private void ranHarmful(int moment) {
    if (!stage.automatic()) {
      return;
    }
    var watching = detector(stage);
    suspicion = watching.next(watching.afterClean(suspicion, cleanRuns), true);
    cleanRuns = 0;
    streak++;
    if (streak >= stepTo(stage).streak() || watching.alarm(suspicion)) {
      move(moment, stage.below());
    }
  }
}
