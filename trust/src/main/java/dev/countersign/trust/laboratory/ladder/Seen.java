package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Setting;
import dev.countersign.trust.Stage;
import dev.countersign.trust.sequential.PromotionTest;
import java.util.List;

/// What an adversary sees of a scope: everything that is committed.
final class Seen {

  /// A record on which a gambler lost so much of what he began with is spoilt.
  private static final double LEAST_WEALTH = 0.3;

  private final Setting setting;
  private Stage stage = Stage.OBSERVE;
  private int clean;
  private int harms;
  private boolean spoilt;
  private boolean asked = true;

  Seen(Setting setting) {
    this.setting = setting;
  }

  /// A stage is entered, or its evidence begins anew.
  void entered(Stage at) {
    stage = at;
    clean = 0;
    harms = 0;
    spoilt = false;
    asked = true;
  }

  void counted(boolean harm) {
    clean += harm ? 0 : 1;
    harms += harm ? 1 : 0;
    // Only a harm takes wealth away.
    asked &= !harm;
  }

  Stage stage() {
    return stage;
  }

  /// Of the step from here; at the top that of the step that led there.
  double nextBudget() {
    return setting.stepFrom(stage).or(() -> setting.stepTo(stage)).orElseThrow().harmBudget();
  }

  /// Whether people have seen a harm since the stage was entered.
  boolean caught() {
    return harms > 0;
  }

  /// Whether the evidence looks worse than none; it stays so until it begins anew.
  boolean spoilt() {
    if (!asked && !spoilt && stage != Stage.FULL_AUTO) {
      double wealth = new PromotionTest(nextBudget(), clean, harms, List.of()).wealth();
      spoilt = wealth < LEAST_WEALTH;
    }
    asked = true;
    return spoilt;
  }
}
