package dev.countersign.trust.laboratory;

import dev.countersign.trust.sequential.RiskLine;

/// The best that any sequential test can do at our line: the sequential probability ratio test that
/// knows the true rate (Wald and Wolfowitz 1948). Nobody knows it; it is the measure.
final class BestTest implements Contender {
  private final double budget;
  private final double rate;
  private final double logLine;
  private double logWealth;
  private boolean automatic;

  BestTest(double budget, double risk, double rate) {
    this.budget = budget;
    this.rate = rate;
    // A hair under it, since this sum is rounded at each step and ours is not.
    this.logLine = StrictMath.log(RiskLine.of(risk, 1, 1)) - 1e-9;
  }

  @Override
  public String word() {
    return "best_possible";
  }

  @Override
  public void enter(int scope) {
    logWealth = 0;
    automatic = false;
  }

  @Override
  public boolean automatic() {
    return automatic;
  }

  @Override
  public void closed(boolean harm) {
    logWealth +=
        harm ? StrictMath.log(rate / budget) : StrictMath.log1p(-rate) - StrictMath.log1p(-budget);
    automatic = automatic || logWealth >= logLine;
  }

  @Override
  public void reviewed(boolean harm) {
    // Only the closed window counts.
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    // It only promotes.
  }

  @Override
  public void late(boolean harm) {
    // It only promotes.
  }
}
