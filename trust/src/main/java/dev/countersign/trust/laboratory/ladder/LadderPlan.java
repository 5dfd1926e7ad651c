package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Profile;
import dev.countersign.trust.Promotion;
import dev.countersign.trust.Setting;
import java.util.List;

/// What a run through all steps plays.
///
/// @param scenarios in the order in which they are reported
/// @param scopes how many are made up for each scenario in which a promotion can be false; of the
///   others a fifth
/// @param folded how many of them production itself plays too
/// @param setting of the tenant: the standard profile, promoted by the evidence alone
/// @param seed of everything that is random; the same gives the same report
/// @param threads how many work at once; does not change the report
public record LadderPlan(
    List<LadderScenario> scenarios,
    int scopes,
    int folded,
    Setting setting,
    long seed,
    int threads) {

  /// The most scopes of one scenario: the sums of a report stay exact.
  public static final int MOST_SCOPES = 1_000_000;

  static final int MOST_THREADS = 256;

  public LadderPlan {
    scenarios = List.copyOf(scenarios);
    if (scopes < 1 || scopes > MOST_SCOPES || folded < 1 || folded > scopes) {
      throw new IllegalArgumentException(
          "a plan has 1 to 1,000,000 scopes of each scenario, and production plays some of them");
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException("threads are 1 to 256");
    }
    if (setting.profile() != Profile.STANDARD || setting.promotion() != Promotion.AUTOMATIC) {
      throw new IllegalArgumentException("nobody is there to sign");
    }
  }

  /// How many scopes of a scenario are played: where false promotions are not the question, a
  /// fifth.
  public int scopesOf(LadderScenario scenario) {
    return scenario.keepsNull() ? scopes : Math.max(folded, scopes / 5);
  }

  /// The scopes of all scenarios.
  public long allScopes() {
    return scenarios.stream().mapToLong(this::scopesOf).sum();
  }

  /// The usual budgets with this risk.
  public static Setting usual(double risk) {
    return new Setting(Profile.STANDARD, Promotion.AUTOMATIC, Setting.DEFAULT_BUDGETS, risk);
  }
}
