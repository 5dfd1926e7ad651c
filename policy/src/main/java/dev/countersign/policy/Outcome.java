package dev.countersign.policy;

/// What came of evaluating one policy's condition.
public sealed interface Outcome {

  /// The condition holds.
  record Satisfied() implements Outcome {}

  /// The condition does not hold.
  record Unsatisfied() implements Outcome {}

  /// The condition could not be evaluated; `why` is for the log, never for the caller.
  record Errored(String why) implements Outcome {}

  static Outcome of(boolean holds) {
    return holds ? new Satisfied() : new Unsatisfied();
  }
}
