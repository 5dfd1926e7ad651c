package dev.countersign.trust;

import dev.countersign.trust.sequential.PromotionTest;
import dev.countersign.trust.sequential.RateInterval;
import dev.countersign.trust.sequential.RiskLine;
import java.util.Optional;

/// How far the evidence for a scope's next step has come, in numbers: what the texts of a
/// [Recommendation] say in words.
///
/// @param required whether the profile asks for the test; in the demo profile it is only shown
/// @param attempt which attempt at this step it is, from 1
/// @param ordinal which scope of its tenant and action type it is, from 1
/// @param budget the rate of harm that the stage above accepts, as a share
/// @param harmFrom the mildest outcome that counts as harm
/// @param risk how likely any wrong promotion of the action type may be, as a share
/// @param wealth of the test, which began with 1; at most the largest double
/// @param line what the wealth has to reach
/// @param counted proposals that were counted in this attempt: that people looked at, whatever they
///   weigh
/// @param harms how many of them were harm
/// @param cleanMissing clean ones in a row that still lead to the line; empty where nobody could
///   wait for so many
/// @param rate where the rate of harm lies, at 95% and at all times together; empty where nothing
///   was counted, or where the share of audits has changed
/// @param reviewers independent ones who decided, counted up to [Attempt#MOST_REVIEWERS]
/// @param days on how many days what was counted had been proposed
public record StepFigures(
    boolean required,
    long attempt,
    long ordinal,
    double budget,
    Severity harmFrom,
    double risk,
    double wealth,
    double line,
    long counted,
    long harms,
    Optional<Long> cleanMissing,
    Optional<RateInterval> rate,
    int reviewers,
    int reviewersNeeded,
    long days,
    long daysNeeded) {

  /// More than a thousand a day for a millennium.
  private static final long OUT_OF_REACH = 1L << 28;

  /// Of the step that leads up from the state's stage; empty at the top.
  public static Optional<StepFigures> of(TrustState state, Setting setting) {
    return setting.stepFrom(state.stage()).map(step -> of(step, state, setting));
  }

  private static StepFigures of(PromotionStep step, TrustState state, Setting setting) {
    var attempt = state.attempt();
    var test = attempt.test(step.harmBudget());
    double line = RiskLine.of(setting.risk(), attempt.number(), state.ordinal());
    return new StepFigures(
        setting.profile() == Profile.STANDARD,
        attempt.number(),
        state.ordinal(),
        step.harmBudget(),
        setting.harmFrom(state.stage()),
        setting.risk(),
        Math.min(test.wealth(), Double.MAX_VALUE),
        line,
        attempt.counted(),
        attempt.shown().harms(),
        missing(test, line),
        attempt.rate(),
        attempt.reviewers().size(),
        StandardGate.LEAST_REVIEWERS,
        attempt.days(),
        StandardGate.LEAST_DAYS);
  }

  private static Optional<Long> missing(PromotionTest test, double line) {
    long missing = test.cleanMissing(line);
    return missing < OUT_OF_REACH ? Optional.of(missing) : Optional.empty();
  }
}
