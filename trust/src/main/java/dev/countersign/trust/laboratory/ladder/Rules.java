package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.sequential.RiskLine;

/// What a [QuickLadder] promises by: ours, or one that a test has broken, to see that it is found.
///
/// @param line what the wealth of an attempt must reach
/// @param anew whether each attempt begins with nothing counted
record Rules(Line line, boolean anew) {
  static final Rules OURS = new Rules(RiskLine::of, true);

  /// The line of an attempt of a scope.
  @FunctionalInterface
  interface Line {
    double of(double risk, long attempt, long scope);
  }
}
