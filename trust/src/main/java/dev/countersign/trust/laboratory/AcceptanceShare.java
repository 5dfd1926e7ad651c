package dev.countersign.trust.laboratory;

/// Promotes when of at least five more than 80% were accepted, lowers when it is no longer so.
final class AcceptanceShare implements Contender {
  private static final int LEAST = 5;
  private static final double SHARE = 0.80;

  private int accepted;
  private int all;
  private boolean automatic;

  @Override
  public String word() {
    return "acceptance_over_80";
  }

  @Override
  public void enter(int scope) {
    accepted = 0;
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
    all++;
    accepted += harm ? 0 : 1;
    automatic = all >= LEAST && accepted > SHARE * all;
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    if (!overdue) {
      reviewed(harm);
    }
  }

  @Override
  public void late(boolean harm) {
    ran(harm, false);
  }
}
