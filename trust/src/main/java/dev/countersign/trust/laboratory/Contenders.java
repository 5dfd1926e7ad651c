package dev.countersign.trust.laboratory;

import dev.countersign.trust.sequential.Budgets;
import java.util.ArrayList;
import java.util.List;

/// Who plays: the rules of production and the usual heuristics, each with this budget.
public final class Contenders {

  /// What the rules of production are called in a report.
  public static final String OURS = "countersign";

  private Contenders() {}

  /// New ones, ours first; without ours where production takes no such budget.
  ///
  /// @param budget the highest rate of harm that is accepted, over 0 and under 1
  /// @param risk of a wrong promotion, which ours keeps
  public static List<Contender> of(double budget, double risk) {
    var contenders = new ArrayList<Contender>();
    if (Budgets.allow(budget)) {
      contenders.add(new Ours(budget, risk));
    }
    contenders.add(new LastTwenty());
    contenders.add(new MovingAverage(budget));
    contenders.add(new AcceptanceShare());
    contenders.add(new FixedWilson(budget));
    return contenders;
  }
}
