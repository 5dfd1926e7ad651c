package dev.countersign.trust.laboratory.log;

import dev.countersign.trust.laboratory.Contender;
import java.util.ArrayList;
import java.util.List;

/// Writes down what it is told, and lets a scope run by itself from a given news on, to another.
final class Heard implements Contender {
  final List<String> news = new ArrayList<>();
  private final String up;
  private final String down;
  private boolean automatic;

  /// @param up the news that promotes, as written down; `never` if none does
  /// @param down the news that lowers
  Heard(String up, String down) {
    this.up = up;
    this.down = down;
  }

  @Override
  public String word() {
    return "heard";
  }

  @Override
  public void enter(int scope) {
    news.clear();
    automatic = false;
  }

  @Override
  public boolean automatic() {
    return automatic;
  }

  @Override
  public void closed(boolean harm) {
    tell("closed", harm);
  }

  @Override
  public void reviewed(boolean harm) {
    tell("reviewed", harm);
  }

  @Override
  public void ran(boolean harm, boolean overdue) {
    tell(overdue ? "overdue" : "ran", harm);
  }

  @Override
  public void late(boolean harm) {
    tell("late", harm);
  }

  private void tell(String what, boolean harm) {
    var told = what + (harm ? " harm" : " clean");
    news.add(told);
    if (told.equals(up)) {
      automatic = true;
    } else if (told.equals(down)) {
      automatic = false;
    }
  }
}
