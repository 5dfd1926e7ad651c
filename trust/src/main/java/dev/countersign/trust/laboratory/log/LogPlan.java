package dev.countersign.trust.laboratory.log;

import java.util.List;

/// What is played of a log.
///
/// @param log in any order
/// @param budgets the highest rates of harm that are accepted, each over 0 and under 1; one that
///   production does not take is played by the heuristics alone
/// @param bands into how many scopes the log is split by size, at quantiles of the half that is
///   earned on; 1 is the whole log as one scope
/// @param risk how likely a tenant accepts a wrong promotion to be
public record LogPlan(
    List<LoggedProposal> log, List<Double> budgets, List<Integer> bands, double risk) {

  /// A log is held in memory, and played some dozens of times.
  static final int MOST_PROPOSALS = 10_000_000;

  static final int MOST_BANDS = 1000;

  public LogPlan {
    log = List.copyOf(log);
    budgets = List.copyOf(budgets);
    bands = List.copyOf(bands);
    if (log.isEmpty() || log.size() > MOST_PROPOSALS) {
      throw new IllegalArgumentException("a log has 1 to 10,000,000 proposals");
    }
    // Written so that NaN fails too.
    if (budgets.isEmpty() || !budgets.stream().allMatch(LogPlan::share)) {
      throw new IllegalArgumentException("a plan has budgets, each between 0 and 1");
    }
    if (bands.isEmpty() || !bands.stream().allMatch(count -> count >= 1 && count <= MOST_BANDS)) {
      throw new IllegalArgumentException("a log is split into 1 to 1,000 bands");
    }
    if (!share(risk)) {
      throw new IllegalArgumentException("a risk lies between 0 and 1");
    }
  }

  private static boolean share(double value) {
    return value > 0 && value < 1;
  }
}
