package dev.countersign.trust.predict.features;

import dev.countersign.trust.Stage;
import java.util.Optional;
import java.util.SortedMap;

/// What is known of a proposal before a person decides it: 14 features.
///
/// @param callerConfidence what the caller says of itself, 0 to 1; a feature, never evidence
/// @param callerSafety likewise
/// @param timeSavedSeconds the caller's expectation
/// @param scopeTrust the trust score at the time, 0 to 1
/// @param reliability its part R, `alignment` its part A
/// @param queueApprovalRate approved among decided in the queue in the 7 days before
/// @param rejectionStreak rejections in a row in the scope, up to now
/// @param localHour 0 to 23, where the case's site is
/// @param eventsLastHour entries about the tenant's cases in the hour before
/// @param facts the case's attributes
public record DecisionFeatures(
    String queue,
    String actionType,
    Optional<Double> callerConfidence,
    Optional<Double> callerSafety,
    Optional<Double> timeSavedSeconds,
    Optional<Double> scopeTrust,
    Stage stage,
    Optional<Double> reliability,
    Optional<Double> alignment,
    Optional<Double> queueApprovalRate,
    long rejectionStreak,
    int localHour,
    long eventsLastHour,
    SortedMap<String, Value> facts) {

  /// What is stored with the proposal; throws IllegalArgumentException for a value that cannot be.
  public Snapshot snapshot() {
    var known =
        new Known()
            .word("queue", queue)
            .word("action_type", actionType)
            .share("caller_confidence", callerConfidence)
            .share("caller_safety", callerSafety)
            .share("scope_trust", scopeTrust)
            .word("stage", stage.word())
            .share("reliability", reliability)
            .share("alignment", alignment)
            .share("queue_approval_rate_7d", queueApprovalRate)
            .count("rejection_streak", rejectionStreak)
            .within("local_hour", localHour, 0, 23)
            .count("events_last_hour", eventsLastHour);
    timeSavedSeconds.ifPresent(seconds -> known.amount("time_saved_seconds", seconds));
    return known.snapshot(Predictor.DECISION, facts);
  }
}
