package dev.countersign.trust.laboratory;

/// Promotes after twenty successes in a row, lowers with the first harm.
final class LastTwenty implements Contender {
  private static final int IN_ROW = 20;

  private int successes;
  private boolean automatic;

  @Override
  public String word() {
    return "last_20_successes";
  }

  @Override
  public void enter(int scope) {
    successes = 0;
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
    successes = harm ? 0 : successes + 1;
    automatic = automatic || successes >= IN_ROW;
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    // Nobody observed it, so it never hears of it.
    if (harm && !overdue) {
      enter(1);
    }
  }

  @Override
  public void late(boolean harm) {
    ran(harm, false);
  }
}
