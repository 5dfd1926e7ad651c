package dev.countersign.trust;

import dev.countersign.trust.sequential.Budgets;
import dev.countersign.trust.sequential.HarmStreak;
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

  public PromotionStep {
    required = List.copyOf(required);
    if (!from.above().filter(to::equals).isPresent()) {
      throw new IllegalArgumentException("a step leads one stage up");
    }
    if (!required.contains(Part.RELIABILITY)) {
      // Any other part may weigh nothing, and then there would be no mean.
      throw new IllegalArgumentException("every step requires reliability");
    }
    if (minimum < 1 || !(atLeast > 0 && atLeast <= 1)) {
      throw new IllegalArgumentException("a step asks for evidence");
    }
    Budgets.checked(harmBudget);
  }

  /// The same step with another harm budget.
  PromotionStep accepting(double budget) {
    return new PromotionStep(from, to, required, atLeast, counted, minimum, budget);
  }

  /// How many harmful executions in a row, at the stage that this step leads to, lower it.
  public int streak() {
    return HarmStreak.longest(harmBudget);
  }
}
