package dev.countersign.trust.laboratory.ladder;

import dev.countersign.trust.Stage;

/// Hears of each move of a scope, when it happens.
@FunctionalInterface
interface Moves {
  void moved(int moment, Stage from, Stage to);
}
