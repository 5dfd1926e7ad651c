package dev.countersign.trust.laboratory;

/// Promotes when the exponential moving average of harm is at most the budget, with the weight that
/// a window of fifty has, after at least twenty; lowers when it is over twice the budget.
final class MovingAverage implements Contender {
  private static final double WEIGHT = 2.0 / 51;
  private static final int LEAST = 20;

  private final double budget;
  private double average;
  private int seen;
  private boolean automatic;

  MovingAverage(double budget) {
    this.budget = budget;
  }

  @Override
  public String word() {
    return "moving_average";
  }

  @Override
  public void enter(int scope) {
    average = 0;
    seen = 0;
    automatic = false;
  }

  @Override
  public boolean automatic() {
    return automatic;
  }

  @Override
  public void closed(boolean harm) {
    // Counts news as it comes.
  }

  @Override
  public void reviewed(boolean harm) {
    count(harm);
    automatic = automatic || (seen >= LEAST && average <= budget);
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    if (!overdue) {
      count(harm);
      automatic = automatic && average <= 2 * budget;
    }
  }

  @Override
  public void late(boolean harm) {
    ran(harm, false);
  }

  private void count(boolean harm) {
    seen++;
    // A plain mean at first, so that it does not start out flattering.
    double weight = Math.max(WEIGHT, 1.0 / seen);
    average += weight * ((harm ? 1 : 0) - average);
  }
}
