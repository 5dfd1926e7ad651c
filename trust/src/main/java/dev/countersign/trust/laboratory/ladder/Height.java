package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Stage;

/// How many steps a stage is over the lowest.
final class Height {
  static final int STAGES = 5;

  private Height() {}

  static int of(Stage stage) {
    return switch (stage) {
      case OBSERVE -> 0;
      case PROPOSE -> 1;
      case GUARDED_AUTO -> 2;
      case CONDITIONAL_AUTO -> 3;
      case FULL_AUTO -> 4;
    };
  }
}
