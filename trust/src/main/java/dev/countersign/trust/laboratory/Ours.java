package dev.countersign.trust.laboratory;

import dev.countersign.trust.sequential.ChangeDetector;
import dev.countersign.trust.sequential.HarmStreak;
import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.sequential.RiskLine;
import dev.countersign.trust.sequential.Suspicion;
import java.util.Arrays;
import java.util.List;

/// The rules of production: the sequential test promotes, streak and change detector demote.
final class Ours implements Contender {

  /// Harms from which on no scope of a scenario's length is promoted.
  private static final int MOST_HARMS = 4096;

  private final double budget;
  private final double risk;
  private final ChangeDetector detector;
  private final int streakLimit;

  private final long[] needed = new long[MOST_HARMS];
  private double tableLine;
  private double firstLine;

  private int scope;
  private int attempt;
  private boolean automatic;
  private int clean;
  private int harms;
  private int streak;
  private Suspicion suspicion;

  Ours(double budget, double risk) {
    this.budget = budget;
    this.risk = risk;
    this.detector = ChangeDetector.of(budget);
    this.streakLimit = HarmStreak.longest(budget);
    this.suspicion = detector.start();
  }

  @Override
  public String word() {
    return Contenders.OURS;
  }

  @Override
  public void enter(int number) {
    scope = number;
    attempt = 0;
    leave();
  }

  private void leave() {
    automatic = false;
    attempt++;
    firstLine = RiskLine.of(risk, attempt, scope);
    clean = 0;
    harms = 0;
  }

  @Override
  public boolean automatic() {
    return automatic;
  }

  @Override
  public void closed(boolean harm) {
    if (harm) {
      harms++;
    } else {
      clean++;
    }
    if (!harm && clean >= needed(harms)) {
      automatic = true;
      streak = 0;
      suspicion = detector.start();
    }
  }

  /// What [PromotionTest#cleanMissing] says of so many harms, remembered for the line of now.
  private long needed(int harmsSoFar) {
    if (tableLine != firstLine) {
      Arrays.fill(needed, 0);
      tableLine = firstLine;
    }
    if (harmsSoFar >= MOST_HARMS) {
      return Long.MAX_VALUE;
    }
    if (needed[harmsSoFar] == 0) {
      var test = new PromotionTest(budget, 0, harmsSoFar, List.of());
      needed[harmsSoFar] = test.cleanMissing(firstLine);
    }
    return needed[harmsSoFar];
  }

  @Override
  public void reviewed(boolean harm) {
    // Good news comes earlier than bad: only the closed window counts.
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    if (!automatic) {
      // Only what runs by itself is watched; what it did before does not lower it twice.
      return;
    }
    streak = harm ? streak + 1 : 0;
    suspicion = detector.next(suspicion, harm);
    if (streak >= streakLimit || detector.alarm(suspicion)) {
      leave();
    }
  }

  @Override
  public void late(boolean harm) {
    // Too late for the watch: as overdue it was a harm, and a correction calms nothing.
  }
}
