package dev.countersign.trust.predict.features;

import java.util.Optional;
import java.util.SortedMap;

/// What is known of a proposal before it is carried out: 16 features.
///
/// @param from the queue that the case is in, `to` the one that it would come to
/// @param scopeTrust the trust score at the time, 0 to 1
/// @param overrideRate its part O
/// @param successRateLast20 successes among the scope's last 20 observed outcomes
/// @param rollbacks of the scope in the 7 days before
/// @param executionsToday of the scope since local midnight
/// @param gateState how far the gate is open, in its own word
/// @param callerConfidence what the caller says of itself, 0 to 1; a feature, never evidence
/// @param callerSafety likewise
/// @param localHour 0 to 23, where the case's site is
/// @param weekday 1 for Monday to 7, there
/// @param caseAgeHours since the case was opened
/// @param facts the case's attributes
public record OutcomeFeatures(
    String queue,
    String actionType,
    String from,
    String to,
    Optional<Double> scopeTrust,
    Optional<Double> overrideRate,
    Optional<Double> successRateLast20,
    long rollbacks,
    long executionsToday,
    String gateState,
    Optional<Double> callerConfidence,
    Optional<Double> callerSafety,
    int localHour,
    int weekday,
    double caseAgeHours,
    SortedMap<String, Value> facts) {

  /// What is stored with the proposal; throws IllegalArgumentException for a value that cannot be.
  public Snapshot snapshot() {
    return new Known()
        .word("queue", queue)
        .word("action_type", actionType)
        .word("from", from)
        .word("to", to)
        .share("scope_trust", scopeTrust)
        .share("override_rate", overrideRate)
        .share("success_rate_last_20", successRateLast20)
        .count("rollbacks_7d", rollbacks)
        .count("executions_today", executionsToday)
        .word("gate_state", gateState)
        .share("caller_confidence", callerConfidence)
        .share("caller_safety", callerSafety)
        .within("local_hour", localHour, 0, 23)
        .within("weekday", weekday, 1, 7)
        .amount("case_age_hours", caseAgeHours)
        .snapshot(Predictor.OUTCOME, facts);
  }
}
