package dev.countersign.cli.simulate;

import java.util.List;

/// What the agent, the reviewers and the world say of one step of a case.
///
/// @param successProbability that the step turns out well, which nobody but the model knows
/// @param success whether it does
/// @param severity of the harm if not
/// @param confidence the agent's own
/// @param safety the agent's own
/// @param timeSavedSeconds if it turns out well
/// @param votes in the order in which reviewers are asked
record Judgement(
    double successProbability,
    boolean success,
    String severity,
    double confidence,
    double safety,
    long timeSavedSeconds,
    List<Vote> votes) {

  /// @param reviewer the name of a key
  /// @param probability that this reviewer approves such a step
  record Vote(String reviewer, double probability, boolean approves) {}

  Judgement {
    votes = List.copyOf(votes);
  }
}
