package dev.countersign.trust.laboratory;

import dev.countersign.trust.sequential.Budgets;
import java.util.List;

/// What a run of the laboratory plays.
///
/// @param scenarios in the order in which they are reported
/// @param scopes how many are made up for each scenario
/// @param budget the error budget of the step from propose to guarded_auto
/// @param risk how likely a tenant accepts a wrong promotion to be
/// @param seed of everything that is random; the same gives the same report
/// @param threads how many work at once; does not change the report
public record Plan(
    List<Scenario> scenarios, int scopes, double budget, double risk, long seed, int threads) {

  /// The most scopes of one scenario: the sums of a report stay exact far beyond.
  public static final int MOST_SCOPES = 10_000_000;

  static final int MOST_THREADS = 256;

  public Plan {
    scenarios = List.copyOf(scenarios);
    Budgets.checked(budget);
    if (scenarios.isEmpty() || scopes < 1 || scopes > MOST_SCOPES) {
      throw new IllegalArgumentException("a plan has scenarios and 1 to 10,000,000 scopes of each");
    }
    if (!(risk > 0 && risk < 1) || threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException("a risk lies between 0 and 1, threads are 1 to 256");
    }
  }

  /// Everything, as the specification asks for it.
  public static Plan full(int scopes, long seed, int threads) {
    return new Plan(List.of(Scenario.values()), scopes, 0.05, 0.01, seed, threads);
  }
}
