package dev.countersign.trust;

import dev.countersign.trust.sequential.RateInterval;
import dev.countersign.trust.sequential.RiskLine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the standard profile asks for besides the table of steps.
///
/// The sequential test is the guarantee. The other conditions hold what it takes for granted: that
/// more than one person judged, that somebody else saw what came of it, that the days were not all
/// alike, and that proposals were brought to an end.
final class StandardGate {

  /// One person's habits are not evidence of the action.
  static final int LEAST_REVIEWERS = 2;

  /// Each weekday comes once, where work goes on every day; a week and two days where it does not.
  static final int LEAST_DAYS = 7;

  /// As long as its shortest evidence spans: what was lowered is not back within a week.
  static final Duration DWELL = Duration.ofDays(7);

  /// Of the outcomes, so many must have been seen by another than the approver: nine in ten leaves
  /// room for what the approver happened to see first.
  static final double LEAST_SOURCED = 0.9;

  private final TrustState state;
  private final PromotionStep step;
  private final Attempt attempt;

  private StandardGate(TrustState state, PromotionStep step) {
    this.state = state;
    this.step = step;
    this.attempt = state.attempt();
  }

  static List<Condition> conditions(TrustState state, PromotionStep step, Setting setting) {
    var gate = new StandardGate(state, step);
    var conditions = new ArrayList<Condition>();
    conditions.add(gate.sequentialTest(setting.risk()));
    conditions.add(gate.decided());
    conditions.add(
        new Condition(
            "several_reviewers",
            gate.enoughReviewers(),
            LEAST_REVIEWERS + " independent reviewers since the stage was entered",
            Integer.toString(gate.attempt.reviewers().size())));
    conditions.add(gate.sources());
    conditions.add(
        new Condition(
            "calendar_days",
            gate.enoughDays(),
            "proposals of " + LEAST_DAYS + " different days",
            Long.toString(gate.attempt.days())));
    conditions.add(gate.dwell());
    return conditions;
  }

  /// A quick look, see [Recommendation#possible].
  static boolean possible(TrustState state, PromotionStep step, Setting setting) {
    var gate = new StandardGate(state, step);
    return gate.enoughReviewers()
        && gate.enoughDays()
        && gate.attempt.test(step.harmBudget()).reaches(gate.line(setting.risk()));
  }

  private boolean enoughReviewers() {
    return attempt.reviewers().size() >= LEAST_REVIEWERS;
  }

  private boolean enoughDays() {
    return attempt.days() >= LEAST_DAYS;
  }

  private double line(double risk) {
    return RiskLine.of(risk, attempt.number(), state.standing().ordinal());
  }

  private Condition sequentialTest(double risk) {
    var test = attempt.test(step.harmBudget());
    double line = line(risk);
    return new Condition(
        "sequential_test",
        test.reaches(line),
        String.format(
            Locale.ROOT,
            "evidence of %.0f against a harm rate of %.1f%%",
            line,
            100 * step.harmBudget()),
        String.format(
            Locale.ROOT,
            "%.4g from %d clean and %d harmful, %d clean ones missing, harm rate %s",
            test.wealth(),
            attempt.shown().clean(),
            attempt.shown().harms(),
            test.cleanMissing(line),
            attempt.rate().map(StandardGate::shown).orElse("unknown")));
  }

  private static String shown(RateInterval rate) {
    return String.format(Locale.ROOT, "%.2f%% to %.2f%%", 100 * rate.low(), 100 * rate.high());
  }

  /// Who takes back what would be rejected, or never carries out what was approved, would hide its
  /// harm among the clean; so of those there may not be more than the step accepts of harm.
  private Condition decided() {
    double most = step.harmBudget() * attempt.counted();
    return new Condition(
        "settled",
        attempt.unsettled() <= most,
        String.format(
            Locale.ROOT, "at most %.1f%% withdrawn or never carried out", 100 * step.harmBudget()),
        attempt.unsettled() + " of " + attempt.counted());
  }

  private Condition sources() {
    boolean enough =
        attempt.sourced() >= step.minimum()
            && attempt.sourced() >= LEAST_SOURCED * attempt.observed();
    return new Condition(
        "independent_sources",
        enough,
        String.format(
            Locale.ROOT,
            "%d outcomes, and %.0f%% of all, from sources other than the approver",
            step.minimum(),
            100 * LEAST_SOURCED),
        attempt.sourced() + " of " + attempt.observed());
  }

  private Condition dwell() {
    var spent = Duration.between(state.enteredAt(), state.time());
    return new Condition(
        "dwell",
        spent.compareTo(DWELL) >= 0,
        DWELL.toDays() + " days in the stage",
        spent.toDays() + " days");
  }
}
