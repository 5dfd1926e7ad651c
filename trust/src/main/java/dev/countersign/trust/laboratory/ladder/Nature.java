package dev.countersign.trust.laboratory.ladder;

import java.util.random.RandomGenerator;

/// How likely each proposal of a scope does harm, and who learns of it when. Without state.
abstract class Nature {

  /// Known at once.
  static final int AT_ONCE = 0;

  /// Nobody ever says.
  static final int NEVER = -1;

  /// The probability of harm from this moment on, until something is seen or [#until].
  abstract double rate(int moment, Seen seen);

  /// The moment at which [#rate] MUST be asked again.
  int until(int moment) {
    return Integer.MAX_VALUE;
  }

  /// Whether the next proposal does the worst harm there is.
  boolean severe(Seen seen) {
    return false;
  }

  /// How many moments after its proposal a harm is known, at most the window, or [#NEVER].
  int delay(RandomGenerator random) {
    return AT_ONCE;
  }

  /// Whether people who see a harm say that there is none.
  boolean hides(RandomGenerator random) {
    return false;
  }

  static Nature constant(double rate) {
    return new Nature() {
      @Override
      double rate(int moment, Seen seen) {
        return rate;
      }
    };
  }
}
