package dev.countersign.trust;

import dev.countersign.trust.sequential.Budgets;

/// What a tenant accepts of the stage that a step leads to.
///
/// @param rate the highest rate of harm, 0.5% to 20%
/// @param from the mildest outcome that counts as harm; not none
public record HarmBudget(double rate, Severity from) {

  public HarmBudget {
    Budgets.checked(rate);
    if (from == Severity.NONE) {
      throw new IllegalArgumentException("what harmed nobody is no harm");
    }
  }

  /// With harm from minor on.
  public HarmBudget(double rate) {
    this(rate, Severity.MINOR);
  }
}
