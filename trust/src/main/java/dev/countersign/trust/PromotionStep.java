package dev.countersign.trust;

import java.util.List;

/// One row of the table of steps: what must be there before a scope goes one stage up.
///
/// @param required the parts whose weighted mean, times the override factor, counts; each MUST be
///   known
/// @param atLeast the line that this mean must reach
/// @param counted which evidence of the stage is counted
/// @param minimum how much of it there must be since the stage was entered
/// @param harmBudget the highest rate of harm that the stage above accepts
public record PromotionStep(
    Stage from,
    Stage to,
    List<Part> required,
    double atLeast,
    Counted counted,
    int minimum,
    double harmBudget) {

  /// What a step's minimum is a number of.
  public enum Counted {
    DECIDED("decided proposals"),
    OBSERVED("observed executions");

    private final String shown;

    Counted(String shown) {
      this.shown = shown;
    }

    String shown() {
      return shown;
    }
  }

  /// No rule says how a larger budget would be watched.
  static final double LARGEST_BUDGET = 0.20;

  /// A streak alarm at the budgeted rate may come once in so many outcomes: half of the budget of
  /// false alarms, which is one in 10,000.
  private static final double STREAK_MEAN_RUN = 20_000;

  public PromotionStep {
    required = List.copyOf(required);
    if (!from.above().filter(to::equals).isPresent()) {
      throw new IllegalArgumentException("a step leads one stage up");
    }
    if (required.isEmpty() || minimum < 1 || !(atLeast > 0 && atLeast <= 1)) {
      throw new IllegalArgumentException("a step asks for evidence");
    }
    if (!(harmBudget > 0 && harmBudget <= LARGEST_BUDGET)) {
      throw new IllegalArgumentException("a harm budget is over 0 and at most " + LARGEST_BUDGET);
    }
  }

  /// How many harmful executions in a row, at the stage that this step leads to, lower it.
  ///
  /// The smallest k whose mean run at rate e, (1 - e^k) / ((1 - e) e^k), is at least 20,000
  /// outcomes (Feller, An Introduction to Probability Theory I, XIII.7).
  public int streak() {
    double power = harmBudget;
    int k = 1;
    while ((1 - power) / ((1 - harmBudget) * power) < STREAK_MEAN_RUN) {
      power *= harmBudget;
      k++;
    }
    return k;
  }
}
