package dev.countersign.trust.laboratory;

/// Promotes when Wilson's upper 99% bound of the rate of harm is under the budget, looked at after
/// every observation as if the number had been fixed; lowers when the lower bound is over it.
final class FixedWilson implements Contender {

  /// The one-sided 99% quantile of the standard normal distribution: the same risk as ours.
  private static final double Z = 2.3263478740408408;

  private final double budget;
  private int harms;
  private int all;
  private boolean automatic;

  FixedWilson(double budget) {
    this.budget = budget;
  }

  @Override
  public String word() {
    return "fixed_sample_wilson";
  }

  @Override
  public void enter(int scope) {
    harms = 0;
    all = 0;
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
    automatic = automatic || bound(1) < budget;
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    if (overdue) {
      return;
    }
    count(harm);
    if (automatic && bound(-1) > budget) {
      enter(1);
    }
  }

  @Override
  public void late(boolean harm) {
    ran(harm, false);
  }

  private void count(boolean harm) {
    all++;
    harms += harm ? 1 : 0;
  }

  private double bound(int side) {
    return Share.wilson(harms, all, side * Z);
  }
}
